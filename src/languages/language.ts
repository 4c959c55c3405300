import type { Extraction } from '../model/facts.js';

/** What a language is given of a file. `path` selects a dialect (tsx, Dockerfile, .env) by its name only; it must not enter a fact. */
export interface SourceText {
  path: string;
  text: string;
}

/** A language turns the text of one file into facts. AST types never leave its folder. */
export interface Language {
  id: string;
  /** Whether files of this path are of this language. Languages are asked in registry order; the first that says yes has the file. */
  matches(path: string): boolean;
  /**
   * The dialects that give different facts for the same text share nothing in the cache: the part of `path` that decides
   * (`.tsx`, `Dockerfile`).
   */
  dialect(path: string): string;
  /** Loads the parser. Called once per process before the first `extract`, so that start-up pays for no parser it does not use. */
  load(): Promise<void>;
  /** Pure and synchronous: depends on the text and dialect alone. Never throws on bad input; says so in `parseErrors`. */
  extract(file: SourceText): Extraction;
}
