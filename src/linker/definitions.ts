import type { AuditedFile } from '../facts/fact-index.js';
import { append } from '../util/multimap.js';
import type { RepositoryView } from './repository-view.js';
import { createWordIndex, type WordIndex } from './word-index.js';
import { searchTerms } from './words.js';

export interface DefinitionSite {
  path: string;
  line: number;
}

/** Where names are defined, judged by the text alone: also in languages that no extractor reads, and for members that are assigned (`res.send = function`). */
export interface Definitions {
  /** First definition of the name in each file that has one, sorted by path. */
  of(name: string): readonly DefinitionSite[];
  /** Words of the names that each candidate defines. */
  words: WordIndex;
  /** Words of the paths of the candidates. */
  paths: WordIndex;
}

const NAME = String.raw`([A-Za-z_$][\w$]*)`;
/** What defines a name in one line, in the languages that a repository may hold. */
const PATTERNS: readonly RegExp[] = [
  new RegExp(String.raw`^\s*(?:(?:export|default|public|private|protected|internal|static|abstract|final|async|pub|override|open|data|sealed|declare)\s+)*(?:function\*?|def|class|func|fn|interface|type|enum|struct|trait|object|record|module)\s+(?:\([^)]*\)\s*)?${NAME}`),
  new RegExp(String.raw`(?:^|[\s.])${NAME}\s*[:=]\s*(?:async\s+)?(?:function\b|\([^()]*\)\s*(?::[^=]+)?=>|[A-Za-z_$][\w$]*\s*=>)`),
  new RegExp(String.raw`^\s+(?:(?:public|private|protected|static|async|get|set|override|readonly|final|abstract)\s+|\*\s*)*${NAME}\s*(?:<[^>]*>)?\([^;{}]*\)?\s*(?::[^={;]+)?\{?\s*$`),
  new RegExp(String.raw`^(?:export\s+)?(?:const|let|var)\s+${NAME}\s*[:=]`),
  new RegExp(String.raw`^${NAME}\s*(?::[^=]+)?=(?!=)`),
];
const NO_NAME = new Set(['if', 'for', 'while', 'switch', 'catch', 'return', 'function', 'with', 'elif', 'else', 'super', 'await', 'new', 'throw', 'constructor', '__init__', 'require', 'import', 'do', 'print']);

export function createDefinitions(view: RepositoryView, candidates: readonly AuditedFile[], asked: ReadonlySet<string>): Definitions {
  const sites = new Map<string, DefinitionSite[]>();
  const outlines: (readonly [path: string, words: readonly string[]])[] = [];
  for (const { path } of candidates) {
    const seen = new Set<string>();
    for (const [index, line] of (view.text(path) ?? '').split('\n').entries()) {
      if (line.length > 300) continue;
      for (const pattern of PATTERNS) {
        const name = pattern.exec(line)?.[1];
        if (name === undefined || name.length < 3 || NO_NAME.has(name) || seen.has(name)) continue;
        seen.add(name);
        append(sites, name, { path, line: index + 1 });
      }
    }
    outlines.push([path, [...seen].flatMap(searchTerms)]);
  }
  return {
    words: createWordIndex(outlines, asked),
    paths: createWordIndex(candidates.map(({ path }) => [path, searchTerms(path)] as const), asked),
    of: (name) => sites.get(name) ?? [],
  };
}
