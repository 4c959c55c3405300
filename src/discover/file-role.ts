import type { FileRole } from '../model/result.js';

/** What is known of a file beside its path. */
export interface RoleHints {
  /** The file says of itself that a tool wrote it (module fact, header, `.gitattributes linguist-generated`). */
  generated?: boolean;
  /** Whether the tree has this path: a copy called `x_old.py` is a backup only beside a living `x.py`. */
  exists?: (path: string) => boolean;
  /** Roles that the configuration gives to paths; the first that matches wins over everything else. */
  overrides?: readonly { role: FileRole; matches: (path: string) => boolean }[];
}

/** The role of a file, judged by its path segments (never by substrings) and hints. `path` is POSIX, relative to the root. */
export function roleOf(_path: string, _hints: RoleHints = {}): FileRole {
  return 'production';
}
