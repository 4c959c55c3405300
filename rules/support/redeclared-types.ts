import type { AuditedFile, FactIndex, FindingDraft, IndexedFact, Site } from '../../src/index.js';

type Declared = Extract<IndexedFact, { kind: 'class' | 'enum' | 'type' }>;

/**
 * Data classes and enums that one Python module declares twice, both on every way through it: the second takes the name, and nothing reaches
 * the first. A class with methods that is replaced is duplicate-manager's.
 */
export function* redeclaredTypes(facts: FactIndex): Iterable<FindingDraft> {
  for (const [, all] of declaredByFileAndName(facts)) {
    if (all.length < 2 || all.slice(0, -1).some((fact) => hasMethods(facts, fact))) continue;
    const last = all.at(-1)!;
    const earlier = all.slice(0, -1);
    yield {
      key: `redeclared:${last.file.path}:${last.canonicalName}`,
      concept: last.name,
      message: `${last.name} is declared ${all.length} times in one module: the last takes the name, and nothing can reach what stands before it.`,
      sites: [{ fact: last, role: 'owner', message: 'what the name means' }, ...earlier.map((fact): Site => ({ fact, role: 'copy', message: 'out of reach' }))],
      remedy: `Give one of the two another name, or delete the ${earlier.length > 1 ? 'earlier ones' : 'earlier one'}.`,
      rank: 0.5,
      severity: 'warning',
    };
  }
}

/** Class statements at the margin: what stands under `if` or `try` is the alternative of another. One fact per statement. */
function declaredByFileAndName(facts: FactIndex): ReadonlyMap<string, readonly Declared[]> {
  const found = new Map<string, Declared[]>();
  const seen = new Set<string>();
  for (const fact of [...facts.of('type'), ...facts.of('enum'), ...facts.of('class')] as Declared[]) {
    const [line, column] = fact.span;
    const place = `${fact.file.path}:${line}`;
    if (!isShipped(fact.file) || fact.scope.length > 0 || column !== 1 || !isClassStatement(fact) || seen.has(place)) continue;
    seen.add(place);
    const key = `${fact.file.path}\0${fact.name}`;
    const known = found.get(key);
    if (known) known.push(fact);
    else found.set(key, [fact]);
  }
  for (const all of found.values()) all.sort((a, b) => a.span[0] - b.span[0]);
  return found;
}

function hasMethods(facts: FactIndex, { file, name, span }: Declared): boolean {
  const cls = facts.inFile(file.path, 'class').find((fact) => fact.name === name && fact.span[0] === span[0]);
  return cls !== undefined && facts.methodsOf(cls).some((method) => !method.name.startsWith('_'));
}

function isShipped({ language, role, path }: AuditedFile): boolean {
  return language === 'python' && role === 'production' && !path.endsWith('.pyi');
}

function isClassStatement(fact: Declared): boolean {
  return fact.kind === 'class' || (fact.kind === 'enum' ? fact.form === 'enum' : fact.form !== 'alias' && fact.form !== 'schema');
}
