import { chooseOwner, shapeOf, typesMeet, type Field, type FindingDraft, type FactIndex, type NameReader, type RankedDeclaration, type Shape } from '../../src/index.js';
import { compareShapes, type ShapeComparison } from './compare-shapes.js';
import { contractSides, isComponentName, type Declared, type DeclaredType } from './type-declarations.js';
import { wireNames } from './wire-names.js';

/**
 * Types of one name on the two sides of a contract, in TypeScript and Python, that agree in most fields and contradict each other in some.
 * A mirror that agrees is what a contract is for; so is a side that knows fewer fields of what it is sent.
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
      const comparison = compareShapes(onWire(shapes.get(a.fact)!), onWire(shapes.get(b.fact)!));
      if (comparison.shared < 3 || comparison.overlap < 0.7 || comparison.similarity < (generic ? 0.7 : 0.5)) continue;
      const differences = wireDifferences(facts, comparison, shapes.get(a.fact)!, shapes.get(b.fact)!);
      if (differences.length === 0) return undefined;
      if (!best || comparison.similarity > best.comparison.similarity) best = { typescript: b, python: a, comparison, differences };
    }
  }
  return best;
}

/** The shape with its fields under the names that cross the wire. */
function onWire(shape: Shape): Shape {
  const fields = [...shape.fields.values()];
  if (!fields.some(({ alias }) => alias !== undefined)) return shape;
  return { ...shape, fields: new Map(fields.map((field) => [field.alias ?? field.name, { ...field, name: field.alias ?? field.name }])) };
}

/**
 * What the TypeScript side has otherwise than the Python side, as far as it matters on the wire: types without a common value; a field that the
 * one that reads requires and the one that sends does not know. TypeScript sends what is called a request or a command, and reads the rest.
 */
function wireDifferences(facts: FactIndex, { conflicts, onlyFirst, onlySecond }: ShapeComparison, python: Shape, typescript: Shape): string[] {
  const [readPython, readTypescript] = [python, typescript].map(({ fact }) => wireNames(facts, fact.file.path)) as [NameReader, NameReader];
  const said = conflicts
    .filter(({ kind, first, second }) => kind === 'type' && !typesMeet({ written: first.type, read: readPython }, { written: second.type, read: readTypescript }))
    .map(({ name, first, second }) => `${name} is ${first.type ?? 'untyped'} in Python and ${second.type ?? 'untyped'} in TypeScript`);
  const inPython = typescript.open ? [] : required(onlyFirst);
  const computed = new Set(knownToKin(facts, python));
  const inTypescript = python.open ? [] : required(onlySecond).filter((name) => !computed.has(name));
  // With something amiss on both sides the one may be the other under a new name.
  const both = inPython.length > 0 && inTypescript.length > 0;
  if (inPython.length > 0 && (both || isSent(python.fact.name))) said.push(`Python requires ${inPython.join(', ')}, of which TypeScript knows nothing`);
  if (inTypescript.length > 0 && (both || !isSent(python.fact.name))) said.push(`TypeScript requires ${inTypescript.join(', ')}, of which Python knows nothing`);
  return said;
}

function required(fields: readonly Field[]): string[] {
  return fields.filter(({ optional }) => !optional).map(({ name }) => name);
}

/** What is sent beside the fields: properties that the model computes, and the fields of what extends it in its file. */
function knownToKin(facts: FactIndex, { fact }: Shape): string[] {
  const { path } = fact.file;
  const computed = facts.inFile(path, 'function').filter(({ scope }) => scope.length === 1 && scope[0] === fact.name).map(({ name }) => name);
  return [...computed, ...facts.inFile(path, 'type').filter(({ bases }) => bases.includes(fact.name)).flatMap(({ fields }) => fields.map(({ name }) => name))];
}

/** What a client sends to a server, by its name. */
function isSent(name: string): boolean {
  return /^(?:Create|Update|Upsert|Patch)[A-Z]|(?:Request|Create|Update|Upsert|Patch|Input|Command|Body|Params|Args)$/.test(name);
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

