import type { FactKind, FactOf, Literal } from '../model/facts.js';
import type { Indexed } from './fact-index.js';
import type { ImportGraph } from './import-graph.js';

interface Input {
  inFile<K extends FactKind>(path: string, kind: K): readonly Indexed<FactOf<K>>[];
  imports: ImportGraph;
}

/**
 * Resolves symbolic references to the text they stand for: an enum member (`MessageType.AGENT_STARTED`, also with `.value`), a member of a
 * constant map (`EVENTS.STARTED`) or a constant (`TOPIC`), declared in the same file or imported.
 */
export function createReferenceResolver({ inFile, imports }: Input): (path: string, reference: string) => string | undefined {
  const known = new Map<string, string | undefined>();

  const resolve = (path: string, reference: string): string | undefined => {
    const segments = reference.replace(/\.(value|name)$/, '').split('.');
    if (segments[0] === 'self' || segments[0] === 'cls' || segments[0] === 'this') segments.shift();
    if (segments.length === 0) return undefined;
    return resolveIn(path, segments) ?? resolveImported(path, segments);
  };

  const resolveIn = (path: string, segments: readonly string[]): string | undefined => {
    const [first, ...rest] = segments;
    // `Class.NAME`: the class may be a scope of the constant or the enum.
    const holder = segments.slice(0, -1);
    const last = segments.at(-1)!;
    for (const fact of inFile(path, 'enum')) {
      if (holder.length === 0 || fact.name !== holder.at(-1)) continue;
      const member = fact.members.find(({ name }) => name === last);
      if (member) return member.value;
    }
    for (const fact of inFile(path, 'constant')) {
      if (fact.name === first && fact.scope.length === 0) return textIn(fact.value, rest);
      if (fact.name === last && holder.length > 0 && fact.scope.at(-1) === holder.at(-1)) return textIn(fact.value, []);
    }
    return undefined;
  };

  const resolveImported = (path: string, segments: readonly string[]): string | undefined => {
    const [first, ...rest] = segments as [string, ...string[]];
    for (const fact of inFile(path, 'import')) {
      for (const imported of fact.names) {
        if (imported.local !== first || fact.reExport) continue;
        const resolution = imports.resolveName(fact, imported);
        if (resolution.status === 'defined') return resolveIn(resolution.definition.path, [resolution.definition.name, ...rest]);
        if (resolution.status === 'module' && rest.length > 0) {
          const target = imports.definitionOf(resolution.path, rest[0]!);
          if (target.status === 'defined') return resolveIn(target.definition.path, [target.definition.name, ...rest.slice(1)]);
        }
      }
    }
    return undefined;
  };

  return (path, reference) => {
    const key = `${path}\0${reference}`;
    if (!known.has(key)) {
      known.set(key, undefined); // a cycle of aliases ends here
      known.set(key, resolve(path, reference));
    }
    return known.get(key);
  };
}

function textIn(value: Literal, keys: readonly string[]): string | undefined {
  let current: Literal | undefined = value;
  for (const key of keys) {
    if (current === null || typeof current !== 'object' || Array.isArray(current)) return undefined;
    current = (current as { readonly [name: string]: Literal })[key];
    if (current === undefined) return undefined;
  }
  return typeof current === 'string' || typeof current === 'number' ? String(current) : undefined;
}
