import type { FailureContext } from '../failure-context.js';
import { at, type Feature } from './feature.js';

/** Each frame further out says so much less. */
const DECAY = 0.75;

/** Where a recursion runs out of stack is chance: all files that take part in it count the same. */
const EXHAUSTED = /Maximum call stack size|maximum recursion depth|RecursionError|StackOverflow|stack overflow/i;

/** Code that throws on purpose found what is wrong, and mostly is not what is wrong; code that breaks is. */
const ON_PURPOSE = 0.3;

/** The file in which the error was thrown. */
export const thrownAt: Feature = {
  id: 'thrown-at',
  values({ failure: { sourceFrames, error }, view }) {
    const first = sourceFrames[0];
    if (first === undefined || EXHAUSTED.test(error.raw)) return new Map();
    const line = first.line === undefined ? '' : view.text(first.path)?.split('\n')[first.line - 1] ?? '';
    return new Map([[first.path, /(?:^|[\s){;])(?:raise|throw)\b/.test(line) ? ON_PURPOSE : 1]]);
  },
  explain: (context) => placeOf(context, 0, 'the error was thrown'),
};

/** Files through which the stack of the error passes: the nearer to the throw, the more. */
export const stackFrame: Feature = {
  id: 'stack-frame',
  values({ failure: { sourceFrames, error } }) {
    const decay = EXHAUSTED.test(error.raw) ? 1 : DECAY;
    const values = new Map<string, number>();
    let weight = 1;
    for (const { path } of sourceFrames) {
      if (values.has(path)) continue;
      values.set(path, weight);
      weight *= decay;
    }
    return values;
  },
  explain(context, path) {
    const index = context.failure.sourceFrames.findIndex((frame) => frame.path === path);
    // The first is told by `thrown-at`.
    return index > 0 || EXHAUSTED.test(context.failure.error.raw) ? placeOf(context, index, 'the stack of the error passes') : undefined;
  },
};

function placeOf({ failure, view }: FailureContext, index: number, what: string): ReturnType<Feature['explain']> {
  const frame = failure.sourceFrames[index];
  if (!frame) return undefined;
  const { path, line } = frame;
  const valid = line !== undefined && line >= 1 && line <= view.lineCount(path);
  return {
    statement: `${what} in ${frame.function === undefined ? path : `\`${frame.function}\``}${valid ? ` at ${path}:${line}` : ` (${path})`}`,
    references: [at(path, valid ? line : 1)],
  };
}
