import { defineRule, z, type FactIndex, type FindingDraft, type Severity } from '../src/index.js';
import { areAllGenerated, GENERATED_REMEDY } from './support/all-generated.js';
import { setContractDrifts } from './support/contract-sets.js';
import { keepOneRemedy } from './support/keep-one.js';
import { mirrorRemedy, setGroupDifferences, setSites, type SetGroup } from './support/set-groups.js';
import { setGroups } from './support/all-sets.js';

export default defineRule({
  meta: {
    id: 'diverging-enum',
    category: 'duplicate-type',
    title: 'Set of values stated several times with different members',
    description: 'Reports enums, unions of literals, Literal types and frozen constants that mean one thing, by their name or by the telling values '
      + 'they share, and do not have the same members.',
    rationale: 'A value that one side sends and the other does not know is dropped, or falls into a default branch. The sets look complete where they '
      + 'stand, so nobody notices.',
    remedy: 'Keep one set, derive the others from it, and give what is really another thing another name.',
    severity: 'error',
    tags: ['types', 'enums', 'drift'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const group of setGroups(facts)) if (group.relation !== 'identical') yield draftOf(facts, group);
    yield* setContractDrifts(facts);
  },
});

function draftOf(facts: FactIndex, group: SetGroup): FindingDraft {
  const { name, copies, core, relation } = group;
  const sites = setSites(group);
  const [{ fact: owner }] = sites as [(typeof sites)[number]];
  const severity = severityOf(group);
  const count = copies.length + 1;
  const values = core.length > 4 ? `${core.slice(0, 4).join(', ')} and ${core.length - 4} more` : core.join(', ');
  return {
    key: core.length > 0 ? `values:${[...core].sort().slice(0, 5).join('+')}:${owner.file.service.name}` : `${owner.canonicalName}:${owner.file.service.name}:${owner.file.language}`,
    concept: core.length > 0 ? `${name} (${values})` : name,
    message: core.length > 0 ? `${count} sets ${statedByAll(group) ? 'state' : 'each state three or more of'} ${values}, and differ in the rest.` : messageOf(group, count),
    sites,
    ...(group.ownerReason === undefined ? {} : { ownerReason: group.ownerReason }),
    differences: setGroupDifferences(group),
    remedy: areAllGenerated(group) ? GENERATED_REMEDY : group.mirror ? mirrorRemedy(name) : group.variants ? `Derive each part from the ${name} that holds them all, under a name that says whose it is.` : relation === 'collision'
      ? `If these are one thing, keep ${owner.file.path}; if not, give the others names that say what they are.`
      : core.length > 0 ? `Keep one set in ${owner.file.path} with all members, and use it in ${copies.length === 1 ? 'the other file' : 'the other files'}.`
      : keepOneRemedy(facts, name, group.owner.declaration, copies.map(({ declaration }) => declaration), true),
    rank: rankOf(group, severity),
    severity,
  };
}

function statedByAll({ owner, copies, core }: SetGroup): boolean {
  return [owner, ...copies].every(({ declaration: { fact } }) => fact.kind === 'enum' && core.every((value) => fact.members.some((member) => member.value === value)));
}

function messageOf({ name, relation }: SetGroup, count: number): string {
  if (relation === 'collision') return `${name} names ${count} different things.`;
  if (relation === 'copies') return `${name} is stated ${count} times: some sets are equal, others mean something else.`;
  return `${name} is stated ${count} times with different members.`;
}

function severityOf({ relation, bothUsed, mixed, near, generic, mirror, variants, owner, copies, core }: SetGroup): Severity {
  if (areAllGenerated({ owner, copies })) return 'info';
  if (copies.every(({ declaration }) => declaration.fact.file.role === 'backup')) return 'info';
  if (mirror || variants) return 'info';
  if (relation === 'collision') return near && bothUsed && !generic ? 'warning' : 'info';
  // Where the one is used for the other, TypeScript's compiler says so.
  const isUnchecked = owner.declaration.fact.file.language !== 'typescript';
  if (core.length > 0) return copies.length >= 2 && bothUsed && mixed && isUnchecked ? 'error' : bothUsed ? 'warning' : 'info';
  if (bothUsed) return generic || !mixed || !isUnchecked || relation === 'copies' ? 'warning' : 'error';
  return [owner, ...copies].some(({ declaration }) => declaration.importers.production > 0) && !generic ? 'warning' : 'info';
}

function rankOf({ copies, owner }: SetGroup, severity: Severity): number {
  const reach = [owner, ...copies].reduce((sum, { declaration }) => sum + declaration.importers.production, 0);
  const base = severity === 'error' ? 0.6 : severity === 'warning' ? 0.4 : 0.1;
  return base + Math.min(0.1, copies.length / 50) + Math.min(0.3, reach / 100);
}
