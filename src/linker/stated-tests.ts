import type { FileRole } from '../model/result.js';
import type { StatedFailure, SuiteVerdict } from '../model/test-run.js';
import { wordsOf } from '../facts/canonical-name.js';

export interface SearchedFiles {
  files: readonly { path: string; role: FileRole }[];
  text(path: string): string | undefined;
}

const MAX_FILES = 60;

/**
 * Where a failure that prose states stands in the tests: the first line, in the files that the command of its suite names, that holds a name or
 * expression which the prose quotes. Undefined when nothing quoted is there.
 */
export function statedTest(stated: StatedFailure, suites: readonly SuiteVerdict[], { files, text }: SearchedFiles): { path: string; line: number } | undefined {
  const quoted = stated.excerpts.slice(1).map((excerpt) => excerpt.text.replace(/^assert\s+/, '').trim()).filter((name) => /[_.]/.test(name) && !/\s/.test(name) && name.length > 6).sort((a, b) => b.length - a.length);
  if (quoted.length === 0) return undefined;
  const suite = suiteOf(stated, suites);
  const patterns = (suite?.command ?? '').split(/\s+/).filter((word) => /[/]|\.py$|\.[cm]?[jt]sx?$/.test(word) && !word.startsWith('-')).map((word) => globOf(word.replace(/::.*$/, '')));
  if (patterns.length === 0) return undefined;
  const candidates = files.filter(({ path, role }) => role === 'test' && patterns.some((pattern) => pattern.test(path))).slice(0, MAX_FILES);
  for (const name of quoted) {
    for (const { path } of candidates) {
      const at = (text(path) ?? '').split('\n').findIndex((line) => line.includes(name));
      if (at >= 0) return { path, line: at + 1 };
    }
  }
  return undefined;
}

/** The suite whose name shares most words with the title; none when none does. */
export function suiteOf(stated: StatedFailure, suites: readonly SuiteVerdict[]): SuiteVerdict | undefined {
  const title = new Set(wordsOf(stated.title.split('-').at(-1) ?? stated.title).concat(wordsOf(stated.title.replaceAll('-', '_'))).map(stem));
  const rated = suites.map((suite) => {
    const words = wordsOf(suite.name.replace(/\W+/g, '_')).map(stem).filter((word) => !COMMON.has(word));
    return { suite, share: words.length === 0 ? 0 : words.filter((word) => title.has(word)).length / words.length };
  }).sort((a, b) => b.share - a.share);
  return rated[0] && rated[0].share >= 0.5 ? rated[0].suite : undefined;
}

const COMMON: ReadonlySet<string> = new Set(['test', 'suite', 'real', 'e2e']);

function stem(word: string): string {
  return word.replace(/(?<=\w{3})s$/, '').replace(/^authentication$/, 'auth');
}

function globOf(pattern: string): RegExp {
  const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '/**').replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*/g, '\u0000').replace(/\*/g, '[^/]*').replaceAll('\u0000', '.*').replace(/\?/g, '[^/]');
  return new RegExp(`^${plain}(?:$|/)`);
}
