import type { Extraction, Fact, FactKind, FactOf } from '../model/facts.js';
import { compareText } from '../util/compare.js';
import { canonicalName } from './canonical-name.js';
import type { AuditedFile, DeclaredOwner, FactIndex, History, Indexed, IndexedFact } from './fact-index.js';
import { createImportGraph } from './create-import-graph.js';
import { createReferenceResolver } from './resolve-reference.js';
import type { ProjectFiles } from '../model/project-files.js';
import type { Service } from '../model/result.js';
import { append } from '../util/multimap.js';

export interface IndexInput {
  /** Any order; the index sorts by path. */
  files: readonly { file: AuditedFile; extraction: Extraction }[];
  services: readonly Service[];
  projectFiles: ProjectFiles;
  /** Whether a path that is none of the files may be there all the same: skipped, or ignored by git. */
  mayExist?: (path: string) => boolean;
  owners?: readonly DeclaredOwner[];
  history?: History;
}

/** Builds the fact index: stamps each fact with its file and canonical name, sorts, and resolves imports. */
export function createFactIndex(input: IndexInput): FactIndex {
  const entries = [...input.files].sort((a, b) => compareText(a.file.path, b.file.path));
  const files = entries.map(({ file }) => file);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const byKind = new Map<FactKind, IndexedFact[]>();
  const byFile = new Map<string, Map<FactKind, IndexedFact[]>>();
  for (const { file, extraction } of entries) {
    const kinds = new Map<FactKind, IndexedFact[]>();
    for (const fact of stamp(file, extraction.facts)) {
      append(byKind, fact.kind, fact);
      append(kinds, fact.kind, fact);
    }
    byFile.set(file.path, kinds);
  }

  const named = lookup(byKind, (fact) => fact.name);
  const canonical = lookup(byKind, (fact) => fact.canonicalName);
  const methods = new Map<string, Indexed<FactOf<'function'>>[]>();
  const none: readonly never[] = [];

  const of = <K extends FactKind>(kind: K): readonly Indexed<FactOf<K>>[] => (byKind.get(kind) ?? none) as readonly Indexed<FactOf<K>>[];
  const inFile = <K extends FactKind>(path: string, kind: K): readonly Indexed<FactOf<K>>[] =>
    (byFile.get(path)?.get(kind) ?? none) as readonly Indexed<FactOf<K>>[];

  for (const fact of of('function')) if (fact.scope.length > 0) append(methods, scopeKey(fact.file.path, fact.scope), fact);

  const imports = createImportGraph({ files, inFile, projectFiles: input.projectFiles, ...(input.mayExist ? { mayExist: input.mayExist } : {}) });
  return {
    files,
    services: input.services,
    imports,
    owners: input.owners ?? [],
    history: input.history,
    file: (path) => byPath.get(path),
    of,
    inFile,
    named: (kind, name) => (named(kind).get(name) ?? none) as never,
    canonical: (kind, name) => (canonical(kind).get(name) ?? none) as never,
    methodsOf: (cls) => methods.get(scopeKey(cls.file.path, [...cls.scope, cls.name])) ?? none,
    valueOf: createReferenceResolver({ inFile, imports }),
  };
}

/** Makes facts of a file indexed facts, in order of position. The objects are fresh from the extraction, so they are stamped in place. */
function stamp(file: AuditedFile, facts: readonly Fact[]): IndexedFact[] {
  const stamped = facts as IndexedFact[];
  for (const fact of stamped) {
    const target = fact as { file: AuditedFile; canonicalName: string };
    target.file = file;
    target.canonicalName = canonicalName(fact.name);
  }
  return [...stamped].sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1] || compareText(a.kind, b.kind) || compareText(a.name, b.name));
}

/** A name index per kind, made when the kind is first asked for. */
function lookup(byKind: ReadonlyMap<FactKind, IndexedFact[]>, nameOf: (fact: IndexedFact) => string): (kind: FactKind) => Map<string, IndexedFact[]> {
  const cache = new Map<FactKind, Map<string, IndexedFact[]>>();
  return (kind) => {
    let names = cache.get(kind);
    if (!names) {
      names = new Map();
      for (const fact of byKind.get(kind) ?? []) append(names, nameOf(fact), fact);
      cache.set(kind, names);
    }
    return names;
  };
}

function scopeKey(path: string, scope: readonly string[]): string {
  return `${path}\0${scope.join('.')}`;
}
