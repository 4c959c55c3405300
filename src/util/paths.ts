/** POSIX paths relative to the audited root, as plain text; the root itself is ''. */

/** Folder of a path; '' for a file at the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Folder of a path with the slash behind it, as paths inside of it begin; '' for a file at the root. */
export function folderPrefixOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Joins and normalises; undefined when the result would lie outside the root. */
export function joinPath(folder: string, relative: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length === 0) return undefined;
    else parts.pop();
  }
  return parts.join('/');
}

/** The folder and all above it, nearest first, ending in ''. */
export function foldersUp(folder: string): string[] {
  const folders: string[] = [];
  for (let current = folder; current !== ''; current = folderOf(current)) folders.push(current);
  folders.push('');
  return folders;
}

export function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
