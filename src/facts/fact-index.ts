import type { ClassFact, Fact, FactKind, FactOf, FunctionFact } from '../model/facts.js';
import type { FileRole, Service } from '../model/result.js';
import type { ImportGraph } from './import-graph.js';

/** A file of the audited tree as rules know it. */
export interface AuditedFile {
  path: string;
  language: string;
  role: FileRole;
  /** The service that the file belongs to; every file has one (the root service when nothing else claims it). */
  service: Service;
  /** Environment that the file is for, judged by its name and folder: `staging` for `.env.staging`; absent when it names none. */
  environment?: string;
  lineCount: number;
  /** Content hash; equal for copies. `` when the file was not read. */
  hash: string;
}

/** A fact in the index: it knows its file and its canonical name (`MAX_UPLOAD_MB` and `maxUploadMb` are both `max-upload-mb`). */
export type Indexed<F extends Fact> = F & { readonly file: AuditedFile; readonly canonicalName: string };
export type IndexedFact = { [K in FactKind]: Indexed<FactOf<K>> }[FactKind];

/** All facts of a tree, queryable. Every list is sorted by path, then position, so rules are deterministic without sorting. */
export interface FactIndex {
  readonly files: readonly AuditedFile[];
  readonly services: readonly Service[];
  readonly imports: ImportGraph;
  /** Concepts whose owner the configuration declares. */
  readonly owners: readonly DeclaredOwner[];
  /** What git knows of files that are gone; absent outside a git repository. */
  readonly history: History | undefined;
  file(path: string): AuditedFile | undefined;
  of<K extends FactKind>(kind: K): readonly Indexed<FactOf<K>>[];
  inFile<K extends FactKind>(path: string, kind: K): readonly Indexed<FactOf<K>>[];
  /** Facts of a kind by their name as written. */
  named<K extends FactKind>(kind: K, name: string): readonly Indexed<FactOf<K>>[];
  /** Facts of a kind by canonical name. */
  canonical<K extends FactKind>(kind: K, canonicalName: string): readonly Indexed<FactOf<K>>[];
  methodsOf(cls: Indexed<ClassFact>): readonly Indexed<FunctionFact>[];
  /** Value of a symbolic reference (`MessageType.AGENT_STARTED`, `EVENTS.STARTED`, `TOPIC`) as seen from a file; undefined when unknown. */
  valueOf(path: string, reference: string): string | undefined;
}

export interface DeclaredOwner {
  /** Name of the concept, or of the symbol that embodies it. */
  concept: string;
  /** POSIX path of the file that owns it. */
  owner: string;
  /** Other names that mean the same concept. */
  aliases: readonly string[];
  /** Imports or names that must not be used for it. */
  forbid: readonly string[];
}

export interface History {
  /** The commit (short hash) that deleted a path, when the history at hand shows one. */
  deletionOf(path: string): { commit: string; date: string; subject: string } | undefined;
}
