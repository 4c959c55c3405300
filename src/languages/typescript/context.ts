import type ts from 'typescript';
import type { Fact } from '../../model/facts.js';
import type { Span } from '../../model/location.js';

/** What an extractor is given: the tree, where the walk stands, and where facts go. */
export interface Context {
  readonly ts: typeof ts;
  readonly sourceFile: ts.SourceFile;
  /** For the dialect only (`.tsx`, `.d.ts`); must not enter a fact. */
  readonly path: string;
  /** Names of the classes, functions and namespaces around the node that is being visited, outermost first. Copy it to keep it. */
  readonly scope: readonly string[];
  /** How many function bodies surround the node. 0: evaluated when the module loads. */
  readonly functionDepth: number;
  /** Local name to where it was imported from, for the whole file; known before the walk starts. */
  readonly imports: ReadonlyMap<string, { specifier: string; imported: string }>;
  /** Local names that the file exports, with the names they are exported under; known before the walk starts. */
  readonly exports: ReadonlyMap<string, readonly string[]>;
  spanOf(node: ts.Node): Span;
  /** 1-based line on which the node's first token stands. */
  lineOf(node: ts.Node): number;
  /** Adds a fact. */
  add(fact: Fact): void;
}

/**
 * Facts of one kind. Called once per file; the walk then calls the handlers of each node kind on the way down (`enter`) and up
 * (`leave`), and `end` when the file is done. One walk serves all extractors.
 */
export type Extractor = (context: Context) => Handlers;

export interface Handlers {
  enter?: { readonly [kind: number]: (node: never) => void };
  leave?: { readonly [kind: number]: (node: never) => void };
  end?(): void;
}
