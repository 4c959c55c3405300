import { chooseOwner, shapeOf, type Field, type FindingDraft, type FactIndex, type RankedDeclaration, type Shape } from '../../src/index.js';
import { breaksOnWire, compareShapes, type ShapeComparison } from './compare-shapes.js';
import { contractSides, isComponentName, type Declared, type DeclaredType } from './type-declarations.js';

/**
 * Types of one name on the two sides of a contract, in TypeScript and Python, that agree in most fields and contradict each other in some.
 * A mirror that agrees is what a contract is for; so is a side that knows fewer optional fields.
 */
export function* contractDrifts(facts: FactIndex): Iterable<FindingDraft> {
  for (const { concept, typescript, python, generic } of contractSides(facts, isSide)) {
    const drift = closest(facts, typescript, python, generic);
    if (drift) yield draftOf(concept, drift);
  }
}

function isSide(fact: Declared): fact is DeclaredType {
  return fact.kind === 'type' && fact.exported && fact.file.role === 'production' && !isComponentName(fact.name);
}

interface Drift {
  typescript: RankedDeclaration<DeclaredType>;
  python: RankedDeclaration<DeclaredType>;
  comparison: ShapeComparison;
  differences: string[];
}

/** The two sides that are most alike; undefined when they are equal on the wire, or too different to be one contract. */
function closest(facts: FactIndex, typescript: readonly DeclaredType[], python: readonly DeclaredType[], generic: boolean): Drift | undefined {
  const first = chooseOwner(facts, typescript, typescript[0]!.name).ranked;
  const second = chooseOwner(facts, python, python[0]!.name).ranked;
  const shapes = new Map<DeclaredType, Shape>([...typescript, ...python].map((fact) => [fact, shapeOf(facts, fact)]));
  let best: Drift | undefined;
  for (const a of second) {
    for (const b of first) {
      const comparison = compareShapes(shapes.get(a.fact)!, shapes.get(b.fact)!);
      if (comparison.shared < 3 || comparison.overlap < 0.7 || comparison.similarity < (generic ? 0.7 : 0.5)) continue;
      const differences = wireDifferences(comparison, shapes.get(a.fact)!.open, shapes.get(b.fact)!.open);
      if (differences.length === 0) return undefined;
      if (!best || comparison.similarity > best.comparison.similarity) best = { typescript: b, python: a, comparison, differences };
    }
  }
  return best;
}

/** What the TypeScript side has otherwise than the Python side, as far as it matters on the wire. */
function wireDifferences({ conflicts, onlyFirst, onlySecond }: ShapeComparison, pythonOpen: boolean, typescriptOpen: boolean): string[] {
  const said = conflicts.filter(breaksOnWire).map(({ name, first, second }) => `${name} is ${first.type ?? 'untyped'} in Python and ${second.type ?? 'untyped'} in TypeScript`);
  const required = (fields: readonly Field[]): string[] => fields.filter(({ optional }) => !optional).map(({ name }) => name);
  const python = required(onlyFirst);
  const typescript = required(onlySecond);
  if (python.length > 0 && !typescriptOpen) said.push(`Python requires ${python.join(', ')}, of which TypeScript knows nothing`);
  if (typescript.length > 0 && !pythonOpen) said.push(`TypeScript requires ${typescript.join(', ')}, of which Python knows nothing`);
  return said;
}

function draftOf(concept: string, { typescript, python, comparison, differences }: Drift): FindingDraft {
  const { name } = python.fact;
  const used = typescript.importers.production > 0 && python.importers.production > 0;
  return {
    key: `contract:${concept}`,
    concept: name,
    message: `${name} differs between Python and TypeScript: ${comparison.shared} fields agree by name, ${differences.length === 1 ? 'one thing does not' : `${differences.length} things do not`}.`,
    sites: [
      { fact: python.fact, message: `${comparison.shared + comparison.onlyFirst.length} fields`, role: 'contract', importers: python.importers },
      { fact: typescript.fact, message: `${comparison.shared + comparison.onlySecond.length} fields`, role: 'contract', importers: typescript.importers },
    ],
    differences,
    remedy: 'Decide which side is right, and generate the other from it, or test one against the other.',
    rank: used ? 0.6 : 0.4,
    severity: used ? 'warning' : 'info',
  };
}

