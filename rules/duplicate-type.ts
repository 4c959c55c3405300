import { defineRule, z, type FactIndex, type FindingDraft, type Severity } from '../src/index.js';
import { areAllGenerated, GENERATED_REMEDY } from './support/all-generated.js';
import { equalTypes } from './support/equal-types.js';
import { keepOneRemedy } from './support/keep-one.js';
import { sitesOf, typeGroups, type TypeGroup } from './support/type-groups.js';

export default defineRule({
  meta: {
    id: 'duplicate-type',
    category: 'duplicate-type',
    title: 'Type declared again with the same members',
    description: 'Reports types that another file of the service, or a library it imports, declares with the same members: under the same name, or '
      + 'under another when the members are many and telling.',
    rationale: 'Copies are equal until one of them changes. From then on the code that imports the other is wrong, and nothing says so.',
    remedy: 'Keep one declaration and import it, or derive the other from it.',
    severity: 'warning',
    tags: ['types', 'duplication'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    minFields: z.int().min(1).default(3).describe('Types of the same name with fewer members are left alone.'),
    minFieldsOtherName: z.int().min(2).default(6).describe('Types of different names are compared from this number of members on.'),
  }),
  *check({ facts, options }) {
    for (const group of typeGroups(facts)) {
      if (group.relation === 'identical' && group.owner.shape!.fields.size >= options.minFields) yield sameName(facts, group);
    }
    yield* equalTypes(facts, options.minFieldsOtherName);
  },
});

function sameName(facts: FactIndex, group: TypeGroup): FindingDraft {
  const { name, copies } = group;
  const sites = sitesOf(group);
  const [{ fact: owner }] = sites as [(typeof sites)[number]];
  const fields = group.owner.shape!.fields.size;
  const severity = severityOf(group);
  return {
    key: `${owner.canonicalName}:${owner.file.service.name}:${owner.file.language}`,
    concept: name,
    message: `${name} is declared ${sites.length} times with the same ${fields} fields.`,
    sites,
    ...(group.ownerReason === undefined ? {} : { ownerReason: group.ownerReason }),
    remedy: areAllGenerated(group) ? GENERATED_REMEDY : keepOneRemedy(facts, name, group.owner.declaration, copies.map(({ declaration }) => declaration), false),
    rank: (severity === 'warning' ? 0.3 : 0.1) + Math.min(0.1, fields / 100),
    severity,
  };
}

/** Worth doing soon when others import one of the copies; a copy kept as a backup, or in a file that uses it alone, can wait. */
function severityOf({ owner, copies, bothUsed, generic, parallel, input, layered }: TypeGroup): Severity {
  if (areAllGenerated({ owner, copies })) return 'info';
  if (parallel || input || layered || copies.every(({ declaration }) => declaration.fact.file.role === 'backup')) return 'info';
  if (bothUsed) return 'warning';
  return owner.declaration.importers.production > 0 && !generic ? 'warning' : 'info';
}
