import type { FactIndex } from '../../src/index.js';
import { setsOfOneName, type SetGroup } from './set-groups.js';
import { setsOfOneVocabulary } from './shared-values.js';

/** All groups of sets. A group by name whose members a group by values has all is not said again. */
export function setGroups(facts: FactIndex): readonly SetGroup[] {
  const known = groupsByIndex.get(facts);
  if (known) return known;
  const byName = [...setsOfOneName(facts)];
  const byValues = [...setsOfOneVocabulary(facts)].filter((group) => new Set(membersOf(group).map(({ canonicalName }) => canonicalName)).size > 1);
  const covered = byName.filter((group) => !byValues.some((wider) => membersOf(group).every((fact) => membersOf(wider).includes(fact))));
  const groups = [...covered, ...byValues];
  groupsByIndex.set(facts, groups);
  return groups;
}

const groupsByIndex = new WeakMap<FactIndex, readonly SetGroup[]>();

function membersOf({ owner, copies }: SetGroup): SetGroup['owner']['declaration']['fact'][] {
  return [owner, ...copies].map(({ declaration }) => declaration.fact);
}
