import { defineRule, z, type FindingDraft, type Indexed, type ConflictMarkerFact } from '../src/index.js';

/** Roles whose files may hold such lines on purpose. */
const ON_PURPOSE = new Set(['test', 'fixture', 'mock', 'example', 'vendored']);

export default defineRule({
  meta: {
    id: 'conflict-markers',
    category: 'canonical-violation',
    title: 'Merge conflict that was committed',
    description: 'Reports files that still hold the markers of a merge conflict: both versions of the same lines, one above the other.',
    rationale: 'Both sides of the conflict are in the file, so it does not parse; a file of configuration is read up to the marker, or with both values.',
    remedy: 'Decide which side holds, and delete the other and the three markers.',
    severity: 'error',
    tags: ['merge'],
    since: '0.2.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    const byFile = new Map<string, Indexed<ConflictMarkerFact>[]>();
    for (const fact of facts.of('conflict-marker')) byFile.set(fact.file.path, [...(byFile.get(fact.file.path) ?? []), fact]);
    for (const [path, conflicts] of byFile) yield findingFor(path, conflicts);
  },
});

function findingFor(path: string, conflicts: readonly Indexed<ConflictMarkerFact>[]): FindingDraft {
  const [first] = conflicts;
  const { role, language } = first!.file;
  const isCode = language === 'typescript' || language === 'python';
  const meant = !conflicts.some(({ broken }) => broken) && (isCode || ON_PURPOSE.has(role));
  return {
    key: path,
    concept: path,
    message: `${path} holds ${conflicts.length === 1 ? 'an unresolved merge conflict' : `${conflicts.length} unresolved merge conflicts`} of ${first!.ours} with ${first!.name}.`,
    sites: conflicts.map((fact) => ({ fact, role: 'copy', symbol: path, message: `${fact.ours} against ${fact.name}` })),
    severity: meant ? 'info' : 'error',
    rank: 0.9,
  };
}
