import { at, type Feature } from './feature.js';

/** Each frame further out says so much less. */
const DECAY = 0.75;

/** A file that stands in the stack of the error: the nearer to the throw, the more. */
export const stackFrame: Feature = {
  id: 'stack-frame',
  values({ failure }) {
    const values = new Map<string, number>();
    // Where a recursion runs out of stack is chance: all that take part in it count the same.
    const decay = /Maximum call stack size|maximum recursion depth|RecursionError|StackOverflow|stack overflow/i.test(failure.error.raw) ? 1 : DECAY;
    let weight = 1;
    for (const { path } of failure.sourceFrames) {
      if (values.has(path)) continue;
      values.set(path, weight);
      weight *= decay;
    }
    return values;
  },
  explain({ failure, view }, path) {
    const index = failure.sourceFrames.findIndex((frame) => frame.path === path);
    const frame = failure.sourceFrames[index];
    if (!frame) return undefined;
    const place = index === 0 ? 'the error was thrown' : 'the stack of the error passes';
    const valid = frame.line !== undefined && frame.line >= 1 && frame.line <= view.lineCount(path);
    return {
      statement: `${place} in ${frame.function === undefined ? path : `\`${frame.function}\``}${valid ? ` at ${path}:${frame.line}` : ` (${path})`}`,
      references: [valid ? at(path, frame.line!) : at(path, 1)],
    };
  },
};
