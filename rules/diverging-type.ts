import { defineRule, z, type FactIndex, type FindingDraft, type Severity } from '../src/index.js';
import { areAllGenerated, GENERATED_REMEDY } from './support/all-generated.js';
import { contractDrifts } from './support/contract-types.js';
import { keepOneRemedy } from './support/keep-one.js';
import { redeclaredTypes } from './support/redeclared-types.js';
import { groupDifferences, sitesOf, typeGroups, type TypeGroup } from './support/type-groups.js';

export default defineRule({
  meta: {
    id: 'diverging-type',
    category: 'duplicate-type',
    title: 'Type declared several times with different members',
    description: 'Reports interfaces, dataclasses, models and schemas of one name whose members overlap and differ: within a service, between a '
      + 'service and a library it imports, and between the two sides of a contract in TypeScript and Python; and Python classes that one module declares twice.',
    rationale: 'Each importer sees the copy it happens to import. A field that is required, renamed or typed anew in one of them is missing or wrong '
      + 'in the others, and the compiler cannot tell, for each file agrees with its own copy.',
    remedy: 'Keep one declaration, import it everywhere else, and give what is really another thing another name.',
    severity: 'error',
    tags: ['types', 'drift'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const group of typeGroups(facts)) if (group.relation !== 'identical') yield draftOf(facts, group);
    yield* contractDrifts(facts);
    yield* redeclaredTypes(facts);
  },
});

function draftOf(facts: FactIndex, group: TypeGroup): FindingDraft {
  const { name, copies, relation } = group;
  const sites = sitesOf(group);
  const [{ fact: owner }] = sites as [(typeof sites)[number]];
  const severity = severityOf(group);
  return {
    key: `${owner.canonicalName}:${owner.file.service.name}:${owner.file.language}`,
    concept: name,
    message: messageOf(group),
    sites,
    ...(group.ownerReason === undefined ? {} : { ownerReason: group.ownerReason }),
    differences: groupDifferences(group),
    remedy: areAllGenerated(group) ? GENERATED_REMEDY : relation === 'collision'
      ? `If these are one thing, keep ${owner.file.path}; if not, give the others names that say what they are.`
      : group.standIn ? `Let the fallback say what ${owner.file.path} says, or make the import fail where it is needed.`
      : group.apart ? `Each part may have its own ${name}; under names that say whose it is, nobody imports the wrong one.`
      : group.layered ? `Two layers may each have a ${name}; under names that say which is which, nobody imports the wrong one.`
      : group.port ? `Leave the smaller ${name} if it is all that its users need, under a name that says so; else import the larger one.`
      : group.otherParameters ? `The declarations take other type parameters: hold them to each other in a test of types, or give one of them a name of its own.`
      : keepOneRemedy(facts, name, group.owner.declaration, copies.map(({ declaration }) => declaration), true),
    rank: rankOf(group, severity),
    severity,
  };
}

function messageOf({ name, copies, relation }: TypeGroup): string {
  const count = copies.length + 1;
  if (relation === 'collision') return `${name} names ${count} different things.`;
  if (relation === 'copies') return `${name} is declared ${count} times: some declarations are equal, others mean something else.`;
  return `${name} is declared ${count} times with different members.`;
}

function severityOf({ relation, bothUsed, contradicts, mixed, near, owner, copies, generic, parallel, input, layered, apart, standIn, port, libraries }: TypeGroup): Severity {
  if (areAllGenerated({ owner, copies })) return 'info';
  if (input || layered || apart || standIn || port || copies.every(({ declaration }) => declaration.fact.file.role === 'backup')) return 'info';
  if (relation === 'collision') return near && !generic ? 'warning' : 'info';
  if (parallel) return relation === 'drift' && bothUsed && contradicts && !generic ? 'warning' : 'info';
  // Where the one is used for the other, TypeScript's compiler says so.
  const isUnchecked = owner.declaration.fact.file.language !== 'typescript';
  if (bothUsed) return relation === 'drift' && contradicts && mixed && isUnchecked && !generic && !libraries ? 'error' : 'warning';
  const reached = [owner, ...copies].some(({ declaration }) => declaration.importers.production > 0);
  return reached && !generic ? 'warning' : 'info';
}

function rankOf({ copies, owner, relation }: TypeGroup, severity: Severity): number {
  const reach = [owner, ...copies].reduce((sum, { declaration }) => sum + declaration.importers.production, 0);
  const base = severity === 'error' ? 0.6 : severity === 'warning' ? 0.4 : 0.1;
  return base + (relation === 'drift' ? 0.1 : 0) + Math.min(0.3, reach / 100);
}
