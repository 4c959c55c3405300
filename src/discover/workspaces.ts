import picomatch from 'picomatch';
import type { Fact } from '../model/facts.js';

/** Folders of packages that a workspace names: `workspaces` of a package.json, `packages` of pnpm-workspace.yaml and lerna.json. */
export function workspaceMembers(
  packages: readonly { folder: string; workspaces: readonly string[] }[], files: readonly { path: string; facts: readonly Fact[] }[],
): Set<string> {
  const members = new Set<string>();
  const globs = [
    ...packages.map(({ folder, workspaces }) => ({ folder, patterns: workspaces })),
    ...files.flatMap(({ path, facts }) => (/(?:^|\/)(?:pnpm-workspace\.yaml|lerna\.json)$/.test(path) ? [{ folder: path.slice(0, Math.max(path.lastIndexOf('/'), 0)), patterns: packageLists(facts) }] : [])),
  ];
  for (const { folder, patterns } of globs) {
    if (patterns.length === 0) continue;
    const inside = (pattern: string): string => (folder === '' ? clean(pattern) : `${folder}/${clean(pattern)}`);
    const included = picomatch(patterns.filter((pattern) => !pattern.startsWith('!')).map(inside), { dot: true });
    const excluded = picomatch(patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => inside(pattern.slice(1))), { dot: true });
    for (const { folder: member } of packages) if (member !== folder && included(member) && !excluded(member)) members.add(member);
  }
  return members;
}

function packageLists(facts: readonly Fact[]): string[] {
  return facts.flatMap((fact) => {
    if (fact.kind !== 'config-entry' || fact.keyPath.length !== 1 || fact.keyPath[0] !== 'packages' || fact.value === undefined) return [];
    return JSON.parse(fact.value) as string[]; // lists of scalars are kept as JSON
  });
}

function clean(pattern: string): string {
  return pattern.replace(/^\.\//, '').replace(/\/$/, '');
}
