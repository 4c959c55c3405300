import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the git repository that holds a folder; undefined outside of one. */
export function repositoryRootOf(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current;
    if (current === dirname(current)) return undefined;
  }
}
