import type { SyntaxNode } from '@lezer/common';
import type { Binding } from '../../model/facts.js';
import { sortedDistinct } from '../../util/compare.js';
import { saysGenerated } from '../generated-marker.js';
import type { Context, Extractor } from './context.js';
import { readImport } from './module-names.js';
import { surroundingsOf } from './import-guards.js';

/** Deepest nesting of compound statements that bindings are looked for in. */
const MAX_DEPTH = 60;

/** The module fact: which names importers of the file find in it. */
export const extractModule: Extractor = (context) => {
  const bindings = new Map<string, Candidate>();
  const globals = new Map<string, number>();
  let script: SyntaxNode | undefined;
  let dynamic = false;
  let isScript = context.text.startsWith('#!');
  const mentions = new Set<string>();
  return {
    enter: {
      Script: (node) => {
        script = node;
        collect(node, context, bindings, 0);
      },
      // What the parser could not place may have been a definition.
      '⚠': () => {
        dynamic = true;
      },
      String: (node) => {
        const mention = mentionIn(node, context);
        if (mention !== undefined && mentions.size < MAX_MENTIONS) mentions.add(mention);
      },
      FunctionDefinition: (node) => {
        if (context.scope.length === 0 && nameOf(node, context) === '__getattr__') dynamic = true;
      },
      ScopeStatement: (node) => {
        if (node.firstChild?.name !== 'global') return;
        for (const name of node.getChildren('VariableName')) globals.set(context.textOf(name), context.lineAt(node.from));
      },
      NamedExpression: (node) => {
        if (context.functionDepth > 0 || context.scope.length > 0) return;
        const target = node.firstChild;
        if (target) add(bindings, { name: context.textOf(target), declares: 'variable', line: context.lineAt(node.from), certain: false });
      },
      MemberExpression: (node) => {
        if (makesNames(node, context)) dynamic = true;
      },
      CallExpression: (node) => {
        if (/^(?:setattr\(\s*sys\.modules\[\s*__name__|(?:globals\(\)|vars\(\)|__dict__)\.(?:update|setdefault|__setitem__)\(|exec\()/.test(head(node, context))) dynamic = true;
      },
      IfStatement: (node) => {
        if (context.scope.length === 0 && /^if\s+__name__\s*==\s*['"]__main__/.test(head(node, context))) isScript = true;
      },
    },
    end() {
      for (const [name, line] of globals) if (!bindings.has(name)) add(bindings, { name, declares: 'variable', line, certain: false });
      // `__path__` is set: submodules are looked for in other folders too.
      if (bindings.has('__path__')) dynamic = true;
      const all = literalAll(script, context);
      context.add({
        kind: 'module', name: '', scope: [], exported: false, span: script ? context.spanOf(script) : [1, 1, 1, 1],
        bindings: [...bindings.values()].map(bindingOf),
        ...(all ? { all } : {}),
        dynamic, generated: saysGenerated(headerOf(script, context)), script: isScript,
        ...(mentions.size > 0 && { mentions: sortedDistinct(mentions) }),
      });
    },
  };
};

/** Frameworks load modules that settings, routes and task lists name in a text: `INSTALLED_APPS`, `include("shop.urls")`, `uvicorn.run("shop.main:app")`. */
function mentionIn({ from, to }: SyntaxNode, { text }: Context): string | undefined {
  if (to - from < 5 || to - from > MAX_MENTION) return undefined;
  const quoted = /^(['"])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?)\1$/.exec(text.slice(from, to));
  return quoted && !NAME_OF_FILE.test(quoted[2]!) ? quoted[2] : undefined;
}

const MAX_MENTIONS = 300;
const MAX_MENTION = 140;
const NAME_OF_FILE = /\.(?:py|pyi|js|ts|tsx|jsx|json|ya?ml|toml|ini|cfg|env|csv|tsv|txt|md|html?|css|xml|sql|log|lock|pdf|png|jpe?g|svg|gif|zip|gz|db|sh|com|org|net|io|ai|dev|app)$/i;

function bindingOf({ name, declares, exportedAs, aliasOf, init, line }: Candidate): Binding {
  return { name, declares, exportedAs, ...(aliasOf === undefined ? {} : { aliasOf }), ...(init === undefined ? {} : { init }), line };
}

/** `certain`: made on every way through the module, not under a condition. */
type Candidate = Omit<Binding, 'exportedAs'> & { exportedAs: readonly string[]; certain: boolean };

/**
 * Keeps the binding that importers see: the last certain one. One made under a condition is the alternative of another, so there the first
 * counts; a placeholder (`X = None`) gives way to anything that says more.
 */
function add(bindings: Map<string, Candidate>, candidate: Omit<Candidate, 'exportedAs'>): void {
  const known = bindings.get(candidate.name);
  if (known && !candidate.certain && !isPlaceholder(known)) return;
  if (known && candidate.certain && isPlaceholder(candidate) && !isPlaceholder(known)) return;
  if (known) bindings.delete(candidate.name);
  bindings.set(candidate.name, { ...candidate, exportedAs: [candidate.name] });
}

function isPlaceholder(candidate: Omit<Candidate, 'exportedAs'>): boolean {
  return candidate.declares === 'variable' && candidate.init === undefined;
}

/** Walks the statements that run when the module loads, into `if`, `try`, `for`, `while`, `with` and `match`. */
function collect(parent: SyntaxNode, context: Context, bindings: Map<string, Candidate>, depth: number): void {
  if (depth > MAX_DEPTH) return;
  const certain = depth === 0;
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    const line = context.lineAt(node.from);
    switch (node.name) {
      case 'ImportStatement':
        if (depth > 0 && surroundingsOf(node, context.text).typeOnly) break;
        for (const item of readImport(node, context.text)) {
          if (item.imported === '*') continue;
          add(bindings, { name: item.local, declares: 'import', line: context.lineAt(item.from), certain });
        }
        break;
      case 'ClassDefinition':
      case 'FunctionDefinition':
        define(node, line, certain, context, bindings);
        break;
      case 'DecoratedStatement': {
        const inner = node.getChild('ClassDefinition') ?? node.getChild('FunctionDefinition');
        if (inner) define(inner, context.lineAt(inner.from), certain, context, bindings);
        break;
      }
      case 'TypeDefinition': {
        const target = node.getChild('VariableName');
        if (target) add(bindings, { name: context.textOf(target), declares: 'type', line, certain });
        break;
      }
      case 'AssignStatement':
        assign(node, line, certain, context, bindings);
        break;
      case 'ForStatement':
      case 'WithStatement':
        for (const name of targetsOf(node, context)) add(bindings, { name, declares: 'variable', line, certain: false });
        break;
      case 'StatementGroup': // `a = 1; b = 2`
        collect(node, context, bindings, depth);
        break;
      default:
        break;
    }
    if (COMPOUND.has(node.name)) {
      for (const body of [...node.getChildren('Body'), ...node.getChildren('MatchBody').flatMap(clauseBodies)]) {
        collect(body, context, bindings, depth + 1);
      }
    }
  }
}

const COMPOUND = new Set(['IfStatement', 'TryStatement', 'ForStatement', 'WhileStatement', 'WithStatement', 'MatchStatement']);

function clauseBodies(matchBody: SyntaxNode): SyntaxNode[] {
  return matchBody.getChildren('MatchClause').flatMap((clause) => clause.getChildren('Body'));
}

function define(node: SyntaxNode, line: number, certain: boolean, context: Context, bindings: Map<string, Candidate>): void {
  const name = nameOf(node, context);
  if (name) add(bindings, { name, declares: node.name === 'ClassDefinition' ? 'class' : 'function', line, certain });
}

/** `X = Y`, `a = b = 1`, `a, (b, *c) = ...`, `X: int = 3`. A bare annotation `X: int` binds nothing. */
function assign(node: SyntaxNode, line: number, certain: boolean, context: Context, bindings: Map<string, Candidate>): void {
  const parts: SyntaxNode[][] = [[]];
  let annotation: string | undefined;
  for (let part = node.firstChild; part; part = part.nextSibling) {
    if (part.name === 'AssignOp') parts.push([]);
    else if (part.name === 'TypeDef') annotation = context.textOf(part).replace(/^:\s*/, '');
    else if (part.name !== 'Comment') parts[parts.length - 1]!.push(part);
  }
  if (parts.length < 2) return;
  const value = parts.pop()!;
  const only = value.length === 1 ? value[0]! : undefined;
  for (const target of parts) {
    for (const name of target.flatMap((part) => namesIn(part, context))) {
      const single = target.length === 1 && target[0]!.name === 'VariableName';
      add(bindings, { name, ...(single && only ? describe(only, name, annotation, context) : { declares: 'variable' }), line, certain });
    }
  }
}

function describe(value: SyntaxNode, name: string, annotation: string | undefined, context: Context): Pick<Candidate, 'declares' | 'aliasOf' | 'init'> {
  const text = context.textOf(value);
  if (value.name === 'VariableName' || (value.name === 'MemberExpression' && /^[\w.]+$/.test(text))) return { declares: 'alias', aliasOf: text };
  if (value.name === 'CallExpression') {
    const callee = value.firstChild ? context.textOf(value.firstChild) : '';
    return { declares: 'variable', init: /^[\w.]+$/.test(callee) ? callee : '<call>' };
  }
  if (annotation !== undefined && /\bTypeAlias$/.test(annotation)) return { declares: 'type', init: 'TypeAlias' };
  if (value.name === 'None') return { declares: 'variable' };
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return { declares: 'constant' };
  return { declares: 'variable', ...(value.name === 'LambdaExpression' ? { init: 'lambda' } : {}) };
}

/** Variable names that an assignment target binds; `a.b` and `a[b]` bind none. */
function namesIn(target: SyntaxNode, context: Context): string[] {
  if (target.name === 'VariableName') return [context.textOf(target)];
  if (!/^(?:Tuple|Array|Parenthesized)Expression$/.test(target.name)) return [];
  const names: string[] = [];
  for (let part = target.firstChild; part; part = part.nextSibling) names.push(...namesIn(part, context));
  return names;
}

/** Targets of `for x, y in` and of `with ... as x`. */
function targetsOf(node: SyntaxNode, context: Context): string[] {
  const names: string[] = [];
  let isTarget = node.name === 'ForStatement';
  for (let part = node.firstChild; part && part.name !== 'Body' && part.name !== 'in'; part = part.nextSibling) {
    if (part.name === 'as') isTarget = true;
    else if (part.name === ',' && node.name === 'WithStatement') isTarget = false;
    else if (isTarget) names.push(...namesIn(part, context));
  }
  return names;
}

/** `globals()[...] = `, `sys.modules[__name__] = `: names appear that no statement shows. */
function makesNames(node: SyntaxNode, context: Context): boolean {
  const parent = node.parent;
  if (parent?.name !== 'AssignStatement' && parent?.name !== 'UpdateStatement' && parent?.name !== 'DeleteStatement') return false;
  if (parent.name !== 'DeleteStatement' && parent.firstChild?.from !== node.from) return false;
  return /^(?:(?:globals|vars)\(\)\s*\[|sys\.modules\[\s*__name__)/.test(head(node, context));
}

/** `__all__` when all that is ever put into it is a list of literal strings. */
function literalAll(script: SyntaxNode | undefined, context: Context): readonly string[] | undefined {
  if (!script || !context.all) return undefined;
  for (let node = script.firstChild; node; node = node.nextSibling) {
    if (!/^__all__\b/.test(context.text.slice(node.from, node.from + 10))) continue;
    const value = node.lastChild;
    if (value?.name !== 'ArrayExpression' && value?.name !== 'TupleExpression') return undefined;
    for (let part = value.firstChild; part; part = part.nextSibling) {
      if (part.name === 'VariableName' || part.name === '*' || part.name.endsWith('Expression')) return undefined;
    }
  }
  return [...context.all];
}

/** Comments and doc string at the top. */
function headerOf(script: SyntaxNode | undefined, context: Context): string {
  let first = script?.firstChild ?? null;
  while (first && (first.name === 'Comment' || (first.name === 'ExpressionStatement' && first.firstChild?.name === 'String'))) first = first.nextSibling;
  return context.text.slice(0, first ? first.from : undefined);
}

function nameOf(node: SyntaxNode, context: Context): string {
  const name = node.getChild('VariableName');
  return name ? context.textOf(name) : '';
}

function head(node: SyntaxNode, context: Context): string {
  return context.text.slice(node.from, Math.min(node.to, node.from + 80));
}
