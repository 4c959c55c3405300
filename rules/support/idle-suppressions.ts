import type { FileRole, FindingDraft, IdleSuppression } from '../../src/index.js';

/** Nobody acts on a comment in such a file. */
const ELSEWHERE: ReadonlySet<FileRole> = new Set(['fixture', 'vendored', 'generated', 'example', 'backup']);

/** A finding for each text of a comment in a file, with every place where it stands: the same words twice are one decision. */
export function* idleSuppressions(suppressions: readonly IdleSuppression[], state: IdleSuppression['state']): Iterable<FindingDraft> {
  const groups = new Map<string, IdleSuppression[]>();
  for (const suppression of suppressions) {
    if (suppression.state !== state) continue;
    const key = `${suppression.fact.file.path}\0${suppression.fact.name}`;
    groups.set(key, [...(groups.get(key) ?? []), suppression]);
  }
  for (const group of groups.values()) {
    const [{ fact, rules, statement }] = group as [IdleSuppression];
    yield {
      key: fact.name,
      concept: rules.length === 0 ? 'suppression' : `suppression of ${rules.join(', ')}`,
      message: statement,
      sites: group.map((suppression) => ({ fact: suppression.fact, role: 'declaration', symbol: rules.join(', '), message: '' })),
      rank: 0.2,
      ...(ELSEWHERE.has(fact.file.role) ? { severity: 'info' } : {}),
    };
  }
}
