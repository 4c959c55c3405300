import {
  append, chooseOwner, defineRule, reachOf, serviceRelations, z, type AuditedFile, type FactIndex, type FindingDraft, type IndexedFact, type RankedDeclaration,
} from '../src/index.js';
import { duplicateSources, fileName, type DuplicateFiles } from './support/duplicate-files.js';
import { namesBoundApart } from './support/free-names.js';
import { isLeftOver } from './support/function-variants.js';
import { labelled, nameList } from './support/name-list.js';
import { isRouteFile } from './support/route-files.js';

export default defineRule({
  meta: {
    id: 'duplicate-file',
    category: 'duplicate-manager',
    title: 'A source file exists twice',
    description: 'Reports production source files of one service that are byte-identical, or of which nearly all functions are equal.',
    rationale: 'Nobody knows which of the two runs. A change to one makes the other a trap.',
    remedy: 'Keep the file that is imported, and delete the other.',
    severity: 'warning',
    tags: ['duplication', 'files'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const groups of byFolders(duplicateSources(facts))) yield finding(facts, groups);
  },
});

/** Files of one name that stand in the same folders: the folder is what was copied. */
type Groups = readonly [DuplicateFiles, ...DuplicateFiles[]];

function byFolders(groups: readonly DuplicateFiles[]): Groups[] {
  const found = new Map<string, DuplicateFiles[]>();
  for (const group of groups) {
    const paths = group.members.map(({ file }) => file.path);
    const key = new Set(paths.map(fileName)).size === 1 ? paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)).join('\0') : paths.join('\0');
    append(found, key, group);
  }
  return [...found.values()].map((same) => [...same].sort((x, y) => Number(x.equal) - Number(y.equal) || linesOf(y) - linesOf(x)) as unknown as Groups);
}

function linesOf({ members }: DuplicateFiles): number {
  return Math.max(...members.map(({ file }) => file.lineCount));
}

function finding(facts: FactIndex, groups: Groups): FindingDraft {
  const [{ members, equal }] = groups;
  const name = fileName(members[0]!.file.path);
  const choices = groups.map((group) => chooseOwner(facts, group.members, fileName(group.members[0]!.file.path)));
  const { owner, ranked, reason } = choices[0]!;
  const keep = owner.fact.file.path;
  const copies = ranked.slice(1).map(({ fact }) => fact.file);
  const apart = [...new Set(copies.flatMap((file) => namesBoundApart(facts, keep, file.path)))];
  const files = ranked.map(({ fact }) => fact.file);
  const state = files.every((file) => !reachOf(facts).isReached(file, []) || isLeftOver(facts, file)) ? 'unused'
    : files.every(({ path }) => TOOL_SETTINGS.test(path)) ? 'settings'
      : copies.every((file) => namesBoundApart(facts, keep, file.path).length > 0) ? 'apart'
        : files.every((file) => isRouteFile(facts, file)) ? 'routes' : 'copies';
  const more = groups.length === 1 ? '' : ` So ${groups.length === 2 ? 'does' : 'do'} ${nameList(groups.slice(1).map((group) => fileName(group.members[0]!.file.path)), 4)} beside it.`;
  const said = {
    unused: ' Nothing that runs loads any of them: all copies are unused.', settings: ' Each is what a tool reads in its package.',
    apart: ` The same text means something else in each: ${nameList(apart, 4)} come from other modules.`, routes: ' Each place needs a file.', copies: '',
  }[state];
  const isHint = state === 'unused' || state === 'settings' || state === 'apart' || (state === 'routes' && groups.every((group) => linesOf(group) <= ROUTE_LINES));
  return {
    key: `file:${[...new Set(groups.flatMap((group) => group.members.map(({ file }) => fileName(file.path))))].sort().slice(0, 3).join('=')}`,
    concept: name,
    message: `${keep} exists ${members.length === 2 ? 'twice' : `${members.length} times`}${equal ? ', byte for byte' : ', nearly equal'}.${more}${said}`,
    sites: choices.flatMap((choice, index) => choice.ranked.map(({ fact, importers }, position) => ({
      fact, symbol: fileName(fact.file.path), message: `${fact.file.lineCount} lines`, role: index === 0 && position === 0 ? 'owner' as const : 'copy' as const, importers,
    }))),
    ...(reason === undefined ? {} : { ownerReason: reason }),
    differences: groups.flatMap((group, index) => (group.equal ? [] : choices[index]!.ranked.slice(1).flatMap(({ fact }) => difference(facts, choices[index]!.owner.fact.file.path, fact.file.path)))),
    ...(isHint ? { severity: 'info' as const } : {}),
    remedy: remedyFor(facts, state, owner, copies),
    rank: Math.min(1, (equal ? 0.35 : 0.45) + Math.min(0.3, owner.importers.production / 60)),
  };
}

/** What a tool reads by its name in each package. */
const TOOL_SETTINGS = /(?:^|\/)[\w.-]+\.(?:config|setup)\.[cm]?[jt]s$/;
/** Pages and layouts of so few lines hold nothing but the call of what they show. */
const ROUTE_LINES = 40;

function remedyFor(facts: FactIndex, state: 'unused' | 'settings' | 'apart' | 'routes' | 'copies', owner: RankedDeclaration<IndexedFact>, copies: readonly AuditedFile[]): string {
  const keep = owner.fact.file.path;
  if (state === 'unused') return 'Delete them all.';
  if (state === 'settings') return 'If they are to stay the same, let each import one that the packages share.';
  if (state === 'apart') return 'If they change together, move what they share into one file and hand it what differs.';
  if (state === 'routes') return 'If they are to stay the same, let one hand on what the other exports.';
  if (owner.importers.production > 0 && copies.every(({ path }) => facts.imports.importersOfModule(path).length === 0)) {
    return `Delete ${nameList(copies.map(({ path }) => path), 3)}, which nothing imports; ${keep} is the one in use.`;
  }
  const { dependsOn } = serviceRelations(facts);
  const lower = [...new Set(copies.map(({ service }) => service.name))].filter((service) => dependsOn(owner.fact.file.service.name, service));
  if (lower.length > 0) return `Keep the one in ${nameList(lower, 2)}, which ${owner.fact.file.service.name} can import, and delete the other.`;
  return `Import from ${keep} everywhere, and delete ${copies.length === 1 ? 'the other file' : 'the other files'}.`;
}

/** Functions that only one of two files has, or that differ, by name. */
function difference(facts: FactIndex, owner: string, copy: string): string[] {
  const bodies = (path: string): Map<string, string> => new Map(facts.inFile(path, 'function').map(({ scope, name, bodyHash }) => [[...scope, name].join('.'), bodyHash]));
  const [a, b] = [bodies(owner), bodies(copy)];
  const parts = [
    labelled('only here', [...b.keys()].filter((name) => !a.has(name)).map(call), 6),
    labelled('missing', [...a.keys()].filter((name) => !b.has(name)).map(call), 6),
    labelled('other body', [...b].filter(([name, hash]) => a.has(name) && a.get(name) !== hash).map(([name]) => call(name)), 6),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? [] : [`${copy}: ${parts.join('; ')}.`];
}

function call(name: string): string {
  return `${name}()`;
}
