import type { FactIndex, IndexedFact } from '../facts/fact-index.js';
import { folderOf, joinPath } from '../util/paths.js';
import type { LineSpan } from './test-body.js';

/** A declaration that a failing test uses, directly or through others. */
export interface Reached extends LineSpan {
  /** Dotted name in its file; `` for the test itself. */
  symbol: string;
  /** Steps from the test: 1 for what its body names. */
  distance: number;
  /** Who uses it, and the line of the use. */
  from: Reached | undefined;
  usedAt: number;
}

export interface Reach {
  /** The nearest declaration that covers a line of a file, and how far it is. */
  at(path: string, line: number): Reached | undefined;
  /** Every file with something that is reached, with its least distance. */
  files: ReadonlyMap<string, number>;
  /** All declarations, nearest first. */
  all: readonly Reached[];
}

export interface ReachInput {
  facts: FactIndex;
  text(path: string): string | undefined;
}

const MAX_DISTANCE = 8;
/** A test that reaches more than this reaches everything, which says nothing. */
const MAX_DECLARATIONS = 600;

/**
 * What some lines of code use, step by step: names are looked up in their file, followed through imports and re-exports to what they mean, and the
 * text of that is read in turn. Methods count when their class is reached and their name is called. An approximation that errs to the side of
 * reaching: what is computed at run time is not seen, and a name in a comment counts.
 */
export function reachFrom(starts: readonly LineSpan[], input: ReachInput): Reach {
  const seen = new Map<string, Reached>();
  let frontier: Reached[] = starts.map((span) => ({ ...span, symbol: '', distance: 0, from: undefined, usedAt: span.start }));
  const all: Reached[] = [...frontier];
  const methods = new Set<string>();
  const classes: { owner: Reached; declaration: IndexedFact }[] = [];
  for (let distance = 1; distance <= MAX_DISTANCE && frontier.length > 0 && all.length < MAX_DECLARATIONS; distance++) {
    const next: Reached[] = [];
    const add = (found: LineSpan & { symbol: string }, from: Reached, usedAt: number): Reached | undefined => {
      const key = `${found.path}\0${found.symbol}\0${found.start}`;
      if (seen.has(key) || (found.path === from.path && found.start >= from.start && found.end <= from.end && from.distance === 0)) return undefined;
      const reached: Reached = { ...found, distance, from, usedAt };
      seen.set(key, reached);
      next.push(reached);
      return reached;
    };
    for (const node of frontier) {
      for (const use of usesIn(input, node)) {
        for (const member of use.members) methods.add(member);
        for (const found of use.file !== undefined ? [wholeFile(input.facts, use.file)] : declarationsOf(input, node.path, use.chain)) {
          const reached = add(found, node, use.line);
          if (reached && found.fact?.kind === 'class') classes.push({ owner: reached, declaration: found.fact });
        }
      }
    }
    // A method is used where its name is called and its class is known; which object it is called on is not.
    for (const { owner, declaration } of classes) {
      if (declaration.kind !== 'class') continue;
      for (const method of input.facts.methodsOf(declaration)) {
        if (methods.has(method.name) || /^(?:__init__|constructor|__post_init__)$/.test(method.name)) add({ ...spanOf(method), symbol: `${declaration.name}.${method.name}` }, owner, method.span[0]);
      }
    }
    all.push(...next);
    // The class itself is read through its methods, not as one text: else all of a large class is reached by any of it.
    frontier = next.filter((node) => !classes.some(({ owner }) => owner === node));
    if (frontier.length === 0 && next.length > 0) frontier = next.filter((node) => node.symbol.includes('.'));
  }
  const files = new Map<string, number>();
  const byFile = new Map<string, Reached[]>();
  for (const node of all) {
    if (!files.has(node.path)) files.set(node.path, node.distance);
    byFile.set(node.path, [...(byFile.get(node.path) ?? []), node]);
  }
  return {
    all, files,
    at(path, line) {
      const covering = (byFile.get(path) ?? []).filter((node) => node.start <= line && line <= node.end && node.distance > 0);
      return covering.sort((a, b) => a.distance - b.distance || (a.end - a.start) - (b.end - b.start))[0];
    },
  };
}

interface Use {
  /** Code that the line names in a string, to run it: `execFile('python3', ['-m', 'worker.run'])`. */
  file?: string;
  chain: readonly string[];
  line: number;
  members: readonly string[];
}

const KEYWORDS = new Set([
  'const', 'let', 'var', 'return', 'await', 'async', 'function', 'new', 'if', 'else', 'for', 'of', 'in', 'import', 'from', 'def', 'class', 'self', 'this', 'expect', 'it', 'test', 'describe',
  'assert', 'true', 'false', 'null', 'undefined', 'None', 'True', 'False', 'not', 'and', 'or', 'with', 'as', 'try', 'except', 'catch', 'throw', 'raise', 'typeof', 'toBe', 'toEqual', 'is', 'lambda', 'yield',
]);

/** Names and dotted chains in the lines of a declaration, each once, with the line of its first use. Strings and comments are left out where they are plain. */
function usesIn({ text, facts }: ReachInput, { path, start, end }: LineSpan): Use[] {
  const content = text(path);
  if (content === undefined) return [];
  const uses = new Map<string, Use>();
  const lines = content.split('\n').slice(start - 1, end);
  for (const [index, line] of lines.entries()) {
    if (!/^\s*(?:import\b|from\b|export .* from\b)/.test(line)) {
      for (const match of line.matchAll(/(['"`])([\w.@/-]{3,120})\1/g)) {
        const file = fileNamed(facts, path, match[2]!);
        if (file !== undefined && file !== path && !uses.has(`file ${file}`)) uses.set(`file ${file}`, { file, chain: [file], line: start + index, members: [] });
      }
    }
    const code = withoutTexts(line);
    for (const [word] of code.matchAll(/[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*/g)) {
      const chain = word.replaceAll('?', '').split('.');
      const members = chain.slice(1);
      if (KEYWORDS.has(chain[0]!) && chain.length === 1) continue;
      const key = chain.join('.');
      if (!uses.has(key)) uses.set(key, { chain, line: start + index, members });
    }
  }
  return [...uses.values()];
}

/** A line without comments and strings; what an f-string computes stays. */
function withoutTexts(line: string): string {
  return line.replace(/(?:^|\s)(?:#|\/\/).*$/, '').replace(/(\b[rR]?[fF][rR]?)?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g, (_all, isFormat: string | undefined, text: string) => {
    if (isFormat === undefined) return '""';
    return [...text.replace(/\{\{|\}\}/g, '').matchAll(/\{([^{}]*)\}/g)].map(([, expression]) => ` ${expression!.replace(/'[^']*'|"[^"]*"/g, '""')} `).join('') || '""';
  });
}

/** The source file that a string means: a path from the file's folder or from the root, or a Python module. */
function fileNamed(facts: FactIndex, from: string, text: string): string | undefined {
  if (/\.(?:py|[cm]?[jt]sx?)$/.test(text)) return [joinPath(folderOf(from), text), joinPath('', text)].find((path) => path !== undefined && isCode(facts, path));
  if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(text)) return undefined;
  const path = text.replaceAll('.', '/');
  return [`${path}.py`, `${path}/__main__.py`].find((candidate) => isCode(facts, candidate));
}

function isCode(facts: FactIndex, path: string): boolean {
  const file = facts.file(path);
  return file !== undefined && (file.role === 'production' || file.role === 'script');
}

function wholeFile(facts: FactIndex, path: string): Found {
  return { path, start: 1, end: facts.file(path)?.lineCount ?? 1, symbol: path.slice(path.lastIndexOf('/') + 1), fact: undefined };
}

type Found = LineSpan & { symbol: string; fact: IndexedFact | undefined };

const DECLARING = ['function', 'class', 'constant', 'enum', 'type', 'state'] as const;

function declarationsOf({ facts, text }: ReachInput, path: string, chain: readonly string[]): Found[] {
  const [first, ...rest] = chain as [string, ...string[]];
  const targets = resolve(facts, path, first, rest);
  return targets.flatMap(({ path: at, name, member }) => {
    const found = declared(facts, at, name, text);
    if (!found) return [];
    // `Cart.empty`, `cart.total` on an object: the method of that class.
    const method = member === undefined ? undefined : facts.inFile(at, 'function').find((fact) => fact.name === member && fact.scope.at(-1) === name);
    return method ? [found, { ...spanOf(method), symbol: `${name}.${member!}`, fact: method }] : [found];
  });
}

interface Target {
  path: string;
  name: string;
  member: string | undefined;
}

function resolve(facts: FactIndex, path: string, first: string, rest: readonly string[]): Target[] {
  const own = facts.inFile(path, 'module')[0]?.bindings.find(({ name }) => name === first);
  if (own && own.declares !== 'import') return [{ path, name: first, member: rest[0] }];
  for (const fact of facts.inFile(path, 'import')) {
    if (fact.form === 'mock') continue;
    for (const imported of fact.names) {
      const { local } = imported;
      // Python's `import shop.prices` binds `shop`, and is used as `shop.prices.total`.
      if (local !== first && !(local.includes('.') && [first, ...rest].join('.').startsWith(`${local}.`))) continue;
      const names = local === first ? rest : rest.slice(local.split('.').length - 1);
      const seen = facts.imports.resolveName(fact, imported);
      if (seen.status === 'defined') return [{ path: seen.definition.path, name: seen.definition.name, member: names[0] }];
      if (seen.status === 'module' && names[0] !== undefined) {
        const inside = facts.imports.definitionOf(seen.path, names[0]);
        if (inside.status === 'defined') return [{ path: inside.definition.path, name: inside.definition.name, member: names[1] }];
      }
    }
  }
  return [];
}

function declared(facts: FactIndex, path: string, name: string, text: (path: string) => string | undefined): Found | undefined {
  for (const kind of DECLARING) {
    const fact = (facts.inFile(path, kind) as readonly IndexedFact[]).find((candidate) => candidate.name === name && candidate.scope.length === 0);
    if (fact) return { ...spanOf(fact), symbol: name, fact };
  }
  const binding = facts.inFile(path, 'module')[0]?.bindings.find((candidate) => candidate.name === name);
  if (!binding) return undefined;
  return { path, start: binding.line, end: statementEnd(text(path), binding.line), symbol: name, fact: undefined };
}

/** Last line of a statement that begins on a line, by the indentation of what follows; at most 60 lines. */
function statementEnd(text: string | undefined, line: number): number {
  const lines = text?.split('\n') ?? [];
  const first = lines[line - 1];
  if (first === undefined || /[;]\s*$/.test(first)) return line;
  const depth = first.length - first.trimStart().length;
  for (let index = line; index < Math.min(lines.length, line + 60); index++) {
    const content = lines[index]!;
    if (content.trim() === '') return index;
    if (content.length - content.trimStart().length <= depth) return /^[)\]}]/.test(content.trim()) ? index + 1 : index;
  }
  return Math.min(lines.length, line + 60);
}

function spanOf(fact: IndexedFact): LineSpan {
  return { path: fact.file.path, start: fact.span[0], end: fact.span[3] === 1 ? Math.max(fact.span[0], fact.span[2] - 1) : fact.span[2] };
}
