import type { ClassFact, FunctionFact } from '../model/facts.js';
import { compareText } from '../util/compare.js';
import type { FactIndex, Indexed } from './fact-index.js';
import { lookUp } from './look-up.js';
import { sketchSimilarity } from './similar-functions.js';

export type IndexedClass = Indexed<ClassFact>;
export type IndexedFunction = Indexed<FunctionFact>;

/** A class by what others see of it and by what is in it. */
export interface ClassShape {
  cls: IndexedClass;
  /** Own methods and accessors by name; of overloads the one with a body. */
  methods: ReadonlyMap<string, IndexedFunction>;
  /** Names of those that other code is meant to call. */
  public: ReadonlySet<string>;
  fields: ReadonlySet<string>;
}

/** What two classes have in common, and what not. `a` and `b` are as given to `compareClasses`; lists are sorted. */
export interface ClassComparison {
  onlyA: readonly string[];
  onlyB: readonly string[];
  /** Methods of both with one body. */
  equal: readonly string[];
  /** Methods of both whose bodies differ. */
  different: readonly string[];
  /** Methods of both that take different parameters. */
  parameters: readonly string[];
  fieldsOnlyA: readonly string[];
  fieldsOnlyB: readonly string[];
  /** How much of the public methods they share, from 0 to 1; a name that many classes have weighs little. */
  methodOverlap: number;
  /** The same for all that they declare and use: methods, their bodies, fields, imported names. */
  score: number;
}

const shapes = new WeakMap<IndexedClass, ClassShape>();

export function classShape(facts: FactIndex, cls: IndexedClass): ClassShape {
  let shape = shapes.get(cls);
  if (!shape) shapes.set(cls, (shape = readShape(facts, cls)));
  return shape;
}

/** Names that a language or framework calls, not other code. */
const LIFE_CYCLE = /^(?:__\w+__|constructor|toString|toJSON|to_dict|from_dict|dict|render|componentDid\w+|componentWill\w+|getDerivedState\w+|shouldComponentUpdate|ngOn\w+|setUp|tearDown)$/;

function readShape(facts: FactIndex, cls: IndexedClass): ClassShape {
  const methods = new Map<string, IndexedFunction>();
  for (const method of facts.methodsOf(cls)) {
    // Two classes of one name in one file share a scope; only the span tells their methods apart.
    if (method.span[0] < cls.span[0] || method.span[2] > cls.span[2]) continue;
    const known = methods.get(method.name);
    if (!known || known.stub) methods.set(method.name, method);
  }
  const visible = [...methods.keys()].filter((name) => !/^[_#]/.test(name) && !LIFE_CYCLE.test(name));
  return { cls, methods, public: new Set(visible), fields: new Set(cls.fields.map(({ name }) => name)) };
}

/** Compares two classes. Weights come from all classes of the index, so that sharing `validate_sql` tells more than sharing `get`. */
export function compareClasses(facts: FactIndex, first: IndexedClass, second: IndexedClass): ClassComparison {
  const a = classShape(facts, first);
  const b = classShape(facts, second);
  const weight = weights(facts);
  const shared = [...a.methods.keys()].filter((name) => b.methods.has(name)).sort(compareText);
  const bodies = (name: string): [IndexedFunction, IndexedFunction] => [a.methods.get(name)!, b.methods.get(name)!];
  const equal = shared.filter((name) => isSameBody(...bodies(name)));
  const methodOverlap = overlap(a.public, b.public, weight.method);
  const bodyOverlap = shared.length === 0 ? 0 : shared.reduce((sum, name) => sum + bodySimilarity(...bodies(name)), 0) / Math.max(a.methods.size, b.methods.size);
  const fieldOverlap = overlap(a.fields, b.fields, weight.field);
  const useOverlap = overlap(new Set(first.collaborators), new Set(second.collaborators), weight.collaborator);
  return {
    onlyA: [...a.public].filter((name) => !b.methods.has(name)).sort(compareText),
    onlyB: [...b.public].filter((name) => !a.methods.has(name)).sort(compareText),
    equal,
    different: shared.filter((name) => !equal.includes(name)),
    parameters: shared.filter((name) => signature(a.methods.get(name)!) !== signature(b.methods.get(name)!)),
    fieldsOnlyA: [...a.fields].filter((name) => !b.fields.has(name)).sort(compareText),
    fieldsOnlyB: [...b.fields].filter((name) => !a.fields.has(name)).sort(compareText),
    methodOverlap,
    score: 0.5 * methodOverlap + 0.2 * bodyOverlap + 0.15 * fieldOverlap + 0.15 * useOverlap,
  };
}

/** Parameter names and whether each may be left out: `(id, options?)`. */
export function signature({ parameters }: FunctionFact): string {
  return `(${parameters.map(({ name, optional }) => (optional ? `${name}?` : name)).join(', ')})`;
}

/** Classes of the tree that a class extends, at any distance; itself never. */
export function ancestorsOf(facts: FactIndex, cls: IndexedClass): ReadonlySet<IndexedClass> {
  const known = ancestors.get(cls);
  if (known) return known;
  const found = new Set<IndexedClass>();
  ancestors.set(cls, found); // before the bases are followed: a cycle ends here
  for (const base of cls.bases) {
    const defined = lookUp(facts, cls.file.path, base);
    if (!defined) continue;
    for (const parent of facts.inFile(defined.path, 'class')) {
      if (parent === cls || parent.name !== defined.name || parent.scope.length > 0) continue;
      found.add(parent);
      for (const ancestor of ancestorsOf(facts, parent)) if (ancestor !== cls) found.add(ancestor);
    }
  }
  return found;
}

const ancestors = new WeakMap<IndexedClass, Set<IndexedClass>>();

function isSameBody(a: IndexedFunction, b: IndexedFunction): boolean {
  return a.bodyHash === b.bodyHash;
}

function bodySimilarity(a: IndexedFunction, b: IndexedFunction): number {
  if (isSameBody(a, b)) return 1;
  return a.shapeHash === b.shapeHash ? 0.9 : sketchSimilarity(a.sketch, b.sketch);
}

interface Weights {
  method(name: string): number;
  field(name: string): number;
  collaborator(name: string): number;
}

const weightsByIndex = new WeakMap<FactIndex, Weights>();

/** Inverse document frequencies over all classes: `ln(N / n)`, never below a tenth. */
function weights(facts: FactIndex): Weights {
  let made = weightsByIndex.get(facts);
  if (made) return made;
  const classes = facts.of('class');
  const counts = { method: new Map<string, number>(), field: new Map<string, number>(), collaborator: new Map<string, number>() };
  const count = (map: Map<string, number>, names: Iterable<string>): void => {
    for (const name of names) map.set(name, (map.get(name) ?? 0) + 1);
  };
  for (const cls of classes) {
    const shape = classShape(facts, cls);
    count(counts.method, shape.public);
    count(counts.field, shape.fields);
    count(counts.collaborator, cls.collaborators);
  }
  const total = Math.max(classes.length, 20);
  const of = (map: ReadonlyMap<string, number>) => (name: string): number => Math.max(0.1, Math.log(total / (map.get(name) ?? 1)));
  made = { method: of(counts.method), field: of(counts.field), collaborator: of(counts.collaborator) };
  weightsByIndex.set(facts, made);
  return made;
}

/** Weighted Jaccard similarity of two sets of names. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>, weight: (name: string) => number): number {
  let both = 0;
  let all = 0;
  for (const name of a) {
    const value = weight(name);
    all += value;
    if (b.has(name)) both += value;
  }
  for (const name of b) if (!a.has(name)) all += weight(name);
  return all === 0 ? 0 : both / all;
}
