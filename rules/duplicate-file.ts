import { chooseOwner, defineRule, reachOf, z, type FactIndex, type FindingDraft } from '../src/index.js';
import { duplicateSources, fileName, type DuplicateFiles } from './support/duplicate-files.js';
import { namesBoundApart } from './support/free-names.js';
import { labelled, nameList } from './support/name-list.js';

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
    for (const group of duplicateSources(facts)) yield finding(facts, group);
  },
});

function finding(facts: FactIndex, { members, equal }: DuplicateFiles): FindingDraft {
  const name = fileName(members[0]!.file.path);
  const { owner, ranked, reason } = chooseOwner(facts, members, name);
  const keep = owner.fact.file.path;
  const apart = [...new Set(ranked.slice(1).flatMap(({ fact }) => namesBoundApart(facts, keep, fact.file.path)))];
  const areApart = ranked.slice(1).every(({ fact }) => namesBoundApart(facts, keep, fact.file.path).length > 0);
  const areUnused = ranked.every(({ fact }) => !reachOf(facts).isReached(fact.file, []));
  return {
    key: `file:${[...new Set(members.map(({ file }) => fileName(file.path)))].sort().join('=')}`,
    concept: name,
    message: `${keep} exists ${members.length === 2 ? 'twice' : `${members.length} times`}${equal ? ', byte for byte' : ', nearly equal'}.${areUnused ? ' Nothing that runs loads any of them: all copies are unused.' : areApart ? ` The same text means something else in each: ${nameList(apart, 4)} come from other modules.` : ''}`,
    sites: ranked.map(({ fact, importers }, position) => ({
      fact, symbol: fileName(fact.file.path), message: `${fact.file.lineCount} lines`, role: position === 0 ? 'owner' as const : 'copy' as const, importers,
    })),
    ...(reason === undefined ? {} : { ownerReason: reason }),
    differences: equal ? [] : ranked.slice(1).flatMap(({ fact }) => difference(facts, keep, fact.file.path)),
    ...(areUnused || areApart ? { severity: 'info' as const } : {}),
    remedy: areUnused ? 'Delete them all.' : areApart ? 'If they change together, move what they share into one file and hand it what differs.' : `Import from ${keep} everywhere, and delete ${members.length === 2 ? 'the other file' : 'the other files'}.`,
    rank: Math.min(1, (equal ? 0.35 : 0.45) + Math.min(0.3, owner.importers.production / 60)),
  };
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
