import { defineRule, z, type FactIndex, type FindingDraft, type Severity } from '../src/index.js';
import { areAllGenerated, GENERATED_REMEDY } from './support/all-generated.js';
import { keepOneRemedy } from './support/keep-one.js';
import { setGroups } from './support/all-sets.js';
import { mirrorRemedy, setSites, type SetGroup } from './support/set-groups.js';

export default defineRule({
  meta: {
    id: 'duplicate-enum',
    category: 'duplicate-type',
    title: 'Set of values stated again with the same members',
    description: 'Reports enums, unions of literals, Literal types and frozen constants that another file of the service, or a library it imports, '
      + 'states with the same members.',
    rationale: 'A member added to one of them is unknown to the code that uses the other.',
    remedy: 'Keep one set, and import it or derive the other from it.',
    severity: 'warning',
    tags: ['types', 'enums', 'duplication'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    minMembers: z.int().min(2).default(2).describe('Smaller sets are left alone.'),
  }),
  *check({ facts, options }) {
    for (const group of setGroups(facts)) {
      const { fact } = group.owner.declaration;
      if (group.relation === 'identical' && fact.kind === 'enum' && fact.members.length >= options.minMembers) yield draftOf(facts, group, fact.members.length);
    }
  },
});

function draftOf(facts: FactIndex, group: SetGroup, members: number): FindingDraft {
  const { name, copies, core } = group;
  const sites = setSites(group);
  const [{ fact: owner }] = sites as [(typeof sites)[number]];
  const names = [...new Set(sites.map(({ fact }) => fact.name))];
  const severity = severityOf(group);
  return {
    key: core.length > 0 ? `values:${[...core].sort().slice(0, 5).join('+')}:${owner.file.service.name}` : `${owner.canonicalName}:${owner.file.service.name}:${owner.file.language}`,
    concept: name,
    message: names.length > 1 ? `${names.join(', ')} are the same ${members} values.` : `${name} is stated ${sites.length} times with the same ${members} values.`,
    sites,
    ...(group.ownerReason === undefined ? {} : { ownerReason: group.ownerReason }),
    remedy: areAllGenerated(group) ? GENERATED_REMEDY : group.mirror ? mirrorRemedy(name) : core.length > 0
      ? `Keep ${name} in ${owner.file.path} and import it in ${copies.length === 1 ? copies[0]!.declaration.fact.file.path : 'the other files'}.`
      : keepOneRemedy(facts, name, group.owner.declaration, copies.map(({ declaration }) => declaration), false),
    rank: (severity === 'warning' ? 0.3 : 0.1) + Math.min(0.1, members / 100),
    severity,
  };
}

function severityOf({ owner, copies, bothUsed, generic, mirror }: SetGroup): Severity {
  if (areAllGenerated({ owner, copies })) return 'info';
  // Two words are soon alike by chance.
  if (owner.declaration.fact.kind === 'enum' && owner.declaration.fact.members.length < 3) return 'info';
  if (mirror || copies.every(({ declaration }) => declaration.fact.file.role === 'backup')) return 'info';
  if (bothUsed) return 'warning';
  return owner.declaration.importers.production > 0 && !generic ? 'warning' : 'info';
}
