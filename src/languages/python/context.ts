import type { SyntaxNode } from '@lezer/common';
import type { Fact } from '../../model/facts.js';
import type { Span } from '../../model/location.js';

/** What an extractor is given: the text, where the walk stands, and where facts go. */
export interface Context {
  readonly text: string;
  /** For the dialect only (`.pyi`, `__init__.py`); must not enter a fact. */
  readonly path: string;
  /** Names of the classes and functions around the node that is being visited, outermost first. Copy it to keep it. */
  readonly scope: readonly string[];
  /** How many function bodies surround the node. 0: evaluated when the module loads. */
  readonly functionDepth: number;
  /** Local name to where it was imported from, over the whole file. `level` counts the leading dots. */
  readonly imports: ReadonlyMap<string, { specifier: string; imported: string; level: number }>;
  /** Names in `__all__`; undefined when the file has none. */
  readonly all: ReadonlySet<string> | undefined;
  /** Source text of a node. */
  textOf(node: SyntaxNode): string;
  spanOf(node: { readonly from: number; readonly to: number }): Span;
  /** 1-based line of an offset. */
  lineAt(offset: number): number;
  /** Whether a name declared at the present scope is visible to other modules. */
  isExported(name: string): boolean;
  add(fact: Fact): void;
}

/**
 * Facts of one kind. Called once per file; the walk then calls the handlers of each node type by its name in the @lezer/python
 * grammar, on the way down (`enter`) and up (`leave`), and `end` when the file is done. One walk serves all extractors.
 */
export type Extractor = (context: Context) => Handlers;

export interface Handlers {
  enter?: { readonly [nodeName: string]: (node: SyntaxNode) => void };
  leave?: { readonly [nodeName: string]: (node: SyntaxNode) => void };
  end?(): void;
}
