import type { FactIndex, IndexedFunction } from '../../src/index.js';

/** What a name of a file stands for; undefined where that cannot be told. */
type Meaning = { own: boolean; from: 'definition'; path: string; name: string } | { own: boolean; from: 'package'; specifier: string; name: string } | undefined;

/** Names for what every module has its own of, with the same purpose. */
const INCIDENTAL = /^(?:_*(?:logger|log|logging|get_?logger|console|tracer|__name__)|React)$/i;

/**
 * Tells whether functions of equal text mean the same: the names that they take from their modules stand for the same things. `index` of one
 * database package is not `index` of another; a helper that stands in both files with one body is one.
 */
export function freeNamesTest(facts: FactIndex): (a: IndexedFunction, b: IndexedFunction) => boolean {
  return (a, b) => {
    const others = new Set(freeNames(facts, b));
    return freeNames(facts, a).every((name) => !others.has(name) || meanTheSame(facts, a.file.path, b.file.path, name));
  };
}

/** Names that two files of equal text both import and that stand for different things, sorted. */
export function namesBoundApart(facts: FactIndex, first: string, second: string): string[] {
  const imported = (path: string): string[] => facts.inFile(path, 'import').filter(({ typeOnly, reExport }) => !typeOnly && !reExport)
    .flatMap(({ names }) => names.filter((name) => !name.typeOnly).map(({ local }) => local)).filter((name) => name !== '' && name !== '*');
  const others = new Set(imported(second));
  return [...new Set(imported(first))].filter((name) => others.has(name) && !meanTheSame(facts, first, second, name)).sort();
}

/** Names of the module that a function uses. Of a method or an inner function only those that it calls are known. */
function freeNames(facts: FactIndex, { file, scope, name, calls }: IndexedFunction): string[] {
  if (scope.length > 0) return [...new Set(calls.map(rootOf))];
  for (const { rows } of facts.inFile(file.path, 'uses')) {
    const row = rows.find((candidate) => candidate.startsWith(`${name} `));
    if (row !== undefined) return [...new Set(row.split(' ').slice(1).filter((used) => !used.startsWith('.') && used !== name).map(rootOf))];
  }
  return [];
}

function rootOf(name: string): string {
  return /^[^.(]*/.exec(name)![0];
}

function meanTheSame(facts: FactIndex, first: string, second: string, name: string): boolean {
  if (first === second || INCIDENTAL.test(name)) return true;
  const [a, b] = [meaningsOf(facts, first, name), meaningsOf(facts, second, name)];
  return a.length === 0 || b.length === 0 || a.some((one) => b.some((other) => areOne(facts, one, other)));
}

function meaningsOf(facts: FactIndex, path: string, name: string): Meaning[] {
  const found: Meaning[] = [];
  for (const fact of facts.inFile(path, 'import')) {
    for (const imported of fact.names) {
      if (imported.local !== name || imported.typeOnly) continue;
      const result = facts.imports.resolveName(fact, imported);
      if (result.status === 'defined') found.push({ own: false, from: 'definition', path: result.definition.path, name: result.definition.name });
      else if (result.status === 'module') found.push({ own: false, from: 'definition', path: result.path, name: '' });
      else if (result.status === 'external') found.push({ own: false, from: 'package', specifier: fact.name, name: imported.imported });
      else found.push(undefined);
    }
  }
  if (found.length > 0 || !facts.inFile(path, 'module')[0]?.bindings.some((binding) => binding.name === name)) return found;
  const result = facts.imports.definitionOf(path, name);
  return [result.status === 'defined' ? { own: true, from: 'definition', path: result.definition.path, name: result.definition.name } : undefined];
}

function areOne(facts: FactIndex, a: Meaning, b: Meaning): boolean {
  if (!a || !b) return true;
  if (a.from === 'package' && b.from === 'package') {
    return a.specifier === b.specifier || a.specifier.startsWith(`${b.specifier}/`) || b.specifier.startsWith(`${a.specifier}/`);
  }
  if (a.from === 'package' || b.from === 'package') return false;
  if (a.path === b.path && a.name === b.name) return true;
  const same = saysTheSame(facts, a, b);
  // What each file declares for itself and facts do not describe is taken for a part of the copy.
  return same ?? (a.own && b.own);
}

/** Whether two definitions are equal; undefined where facts do not tell. */
function saysTheSame(facts: FactIndex, a: { path: string; name: string }, b: { path: string; name: string }): boolean | undefined {
  if (facts.file(a.path)!.hash !== '' && facts.file(a.path)!.hash === facts.file(b.path)!.hash) return true;
  for (const kind of ['function', 'constant'] as const) {
    const find = ({ path, name }: { path: string; name: string }): string | undefined => {
      const fact = facts.inFile(path, kind).find((candidate) => candidate.name === name && candidate.scope.length === 0);
      return fact && (fact.kind === 'constant' ? JSON.stringify(fact.value) : fact.bodyHash);
    };
    const [first, second] = [find(a), find(b)];
    if (first !== undefined && second !== undefined) return first === second;
  }
  return undefined;
}
