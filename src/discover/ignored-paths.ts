import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { foldersUp } from '../util/paths.js';

/**
 * A test whether git would ignore a path below `root`, by the .gitignore files of the folders above it (those below the root only). Reads
 * each file once, when a path needs it, and starts no process: it is asked for thousands of paths.
 */
export function createIgnoreTest(root: string, read: (path: string) => Buffer = (path) => readFileSync(join(root, path))): (path: string) => boolean {
  const matchers = new Map<string, Ignore | undefined>();
  const matcherOf = (folder: string): Ignore | undefined => {
    if (!matchers.has(folder)) matchers.set(folder, readMatcher(() => read(folder === '' ? '.gitignore' : `${folder}/.gitignore`), ...(folder === '' ? [() => readFileSync(join(root, '.git', 'info', 'exclude'))] : [])));
    return matchers.get(folder);
  };
  return (path) => {
    if (!ignore.isPathValid(path)) return false;
    // The nearest file that says anything of the path decides.
    for (const folder of foldersUp(path).slice(1)) {
      const result = matcherOf(folder)?.test(folder === '' ? path : path.slice(folder.length + 1));
      if (result?.ignored) return true;
      if (result?.unignored) return false;
    }
    return false;
  };
}

function readMatcher(...files: (() => Buffer)[]): Ignore | undefined {
  const texts = files.flatMap((read) => {
    try {
      return [read().toString('utf8')];
    } catch {
      return []; // most folders have none; an unreadable one excludes nothing
    }
  });
  return texts.length > 0 ? ignore().add(texts.join('\n')) : undefined;
}
