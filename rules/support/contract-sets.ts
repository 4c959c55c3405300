import { chooseOwner, type FactIndex, type FindingDraft, type RankedDeclaration } from '../../src/index.js';
import { compareSets, setDifferences, type SetComparison } from './compare-sets.js';
import { contractSides, type Declared, type DeclaredSet } from './type-declarations.js';

/** Sets of one name in TypeScript and Python that share most values and not all: the two sides of a contract. A mirror that agrees is silent. */
export function* setContractDrifts(facts: FactIndex): Iterable<FindingDraft> {
  for (const { concept, typescript, python, generic } of contractSides(facts, isSet)) {
    const drift = closest(facts, typescript, python, generic);
    if (drift) yield draftOf(concept, drift);
  }
}

function isSet(fact: Declared): fact is DeclaredSet {
  return fact.kind === 'enum' && fact.exported && fact.file.role !== 'backup';
}

interface Drift {
  python: RankedDeclaration<DeclaredSet>;
  typescript: RankedDeclaration<DeclaredSet>;
  comparison: SetComparison;
}

function closest(facts: FactIndex, typescript: readonly DeclaredSet[], python: readonly DeclaredSet[], generic: boolean): Drift | undefined {
  let best: Drift | undefined;
  for (const a of chooseOwner(facts, python, python[0]!.name).ranked) {
    for (const b of chooseOwner(facts, typescript, typescript[0]!.name).ranked) {
      const comparison = compareSets(a.fact.members, b.fact.members);
      if (comparison.onlyFirst.length === 0 && comparison.onlySecond.length === 0) return undefined;
      if (comparison.shared.length < 3 || comparison.similarity < (generic ? 0.7 : 0.5)) continue;
      if (!best || comparison.similarity > best.comparison.similarity) best = { python: a, typescript: b, comparison };
    }
  }
  return best;
}

function draftOf(concept: string, { python, typescript, comparison }: Drift): FindingDraft {
  const { name } = python.fact;
  // What only TypeScript knows (a file that is still uploading) is a state of its own; what only Python knows arrives there unknown.
  const used = typescript.importers.production > 0 && python.importers.production > 0 && comparison.onlyFirst.length > 0;
  return {
    key: `contract:${concept}`,
    concept: name,
    message: `${name} has ${comparison.shared.length} values in common between Python and TypeScript, and differs in ${comparison.onlyFirst.length + comparison.onlySecond.length}.`,
    sites: [python, typescript].map(({ fact, importers }) => ({ fact, message: `${fact.members.length} values`, role: 'contract' as const, importers })),
    differences: [`${typescript.fact.file.path}:${typescript.fact.span[0]}: ${setDifferences(comparison).join('; ')}`],
    remedy: 'Decide which side is right, and generate the other from it, or test one against the other.',
    rank: used ? 0.6 : 0.4,
    severity: used ? 'warning' : 'info',
  };
}
