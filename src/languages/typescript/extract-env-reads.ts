import type typescript from 'typescript';
import type { EnvReadFact, Literal } from '../../model/facts.js';
import { accessOf, isEnvironmentObject, isSettingName, namesEnvironment } from '../env-access.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { useOf } from './env-read-use.js';
import { environmentBranchOf, environmentTest } from './environment-branch.js';
import { bare, literalOf, stringOf } from './literals.js';

/**
 * Reads of environment variables: `process.env.X`, `import.meta.env.X`, `const { X = d } = process.env`, `Deno.env.get('X')`, and
 * accessors by their names (`env.X`, `getEnv('X', d)`, `configService.get('X')`). Names and defaults that are constants of the same
 * file are resolved.
 */
export const extractEnvReads: Extractor = (context) => {
  const { ts } = context;
  const pending: Read[] = [];
  const constants = new Map<string, typescript.Expression>();
  /** Names bound to the process environment itself: `const env = process.env`. */
  const aliases = new Set<string>();
  const environmentAt = (node: typescript.Expression): Environment | undefined => environmentOf(context, node, aliases);

  return {
    enter: {
      [ts.SyntaxKind.VariableDeclaration]: (node: typescript.VariableDeclaration) => {
        if (!node.initializer) return;
        if (ts.isIdentifier(node.name)) {
          if (context.functionDepth === 0 && node.parent.flags & ts.NodeFlags.Const) constants.set(node.name.text, node.initializer);
          if (environmentAt(bare(ts, node.initializer))?.direct) aliases.add(node.name.text);
        } else if (ts.isObjectBindingPattern(node.name)) {
          const environment = environmentAt(bare(ts, node.initializer));
          if (environment) pending.push(...destructured(context, node.name, environment));
        }
      },
      [ts.SyntaxKind.Parameter]: (node: typescript.ParameterDeclaration) => {
        if (node.initializer && ts.isIdentifier(node.name) && environmentAt(bare(ts, node.initializer))?.direct) aliases.add(node.name.text);
      },
      [ts.SyntaxKind.PropertyAccessExpression]: (node: typescript.PropertyAccessExpression) => {
        const name = node.name.text;
        if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) return;
        const environment = environmentAt(node.expression);
        if (environment && !isWritten(ts, node)) pending.push({ ...environment, node, names: () => [name], scope: [...context.scope], required: false });
      },
      [ts.SyntaxKind.ElementAccessExpression]: (node: typescript.ElementAccessExpression) => {
        const environment = environmentAt(node.expression);
        if (environment && !isWritten(ts, node)) pending.push({ ...environment, node, names: () => namesOf(ts, node.argumentExpression, constants), scope: [...context.scope], required: false });
      },
      [ts.SyntaxKind.CallExpression]: (node: typescript.CallExpression) => {
        const [name, fallback] = node.arguments;
        if (!name) return;
        const callee = node.expression;
        const last = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
        if (!MAYBE_READ.test(last)) return;
        const path = dotted(ts, callee);
        const direct = path === 'Deno.env.get' || path === 'Bun.env.get';
        const access = direct ? { required: false } : accessOf(path.split('.').map((segment) => segment.replace(/\(\)$/, '')));
        if (!access) return;
        const value = fallback && !access.required ? defaultArgument(ts, fallback) : undefined;
        pending.push({
          node, direct, accessor: path, scope: [...context.scope], required: access.required, names: () => namesOf(ts, name, constants),
          ...(value && { default: value }), ...('parsedAs' in access && access.parsedAs && { parsedAs: access.parsedAs }),
        });
      },
    },
    end: () => {
      for (const read of pending) for (const fact of factsOf(context, read, constants)) context.add(fact);
    },
  };
};

/** Last names of callees that can be a read; asked before anything is taken apart, for most calls are none. */
const MAYBE_READ = /env|^get|^require|^has$|^exists$|^(?:str|int|bool|float|json|list|url)$/i;

interface Environment {
  direct: boolean;
  accessor: string;
}

interface Read extends Environment {
  node: typescript.Expression | typescript.BindingElement;
  /** Asked at the end of the file, when all constants are known. A name ending in `*` is a beginning. */
  names: () => string[];
  scope: readonly string[];
  required: boolean;
  default?: typescript.Expression;
  parsedAs?: NonNullable<EnvReadFact['parsedAs']>;
}

/** The environment that an expression is: `process.env`, `import.meta.env`, an alias of it, or an object that is called `env`. */
function environmentOf(context: Context, node: typescript.Expression, aliases: ReadonlySet<string>): Environment | undefined {
  const { ts } = context;
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.name.text;
    if (name !== 'env' && !isEnvironmentObject(name)) return undefined;
    if (name === 'env' && ts.isMetaProperty(node.expression)) return { direct: true, accessor: 'import.meta.env' };
    const path = dotted(ts, node);
    if (/^(?:globalThis\.|global\.|window\.)?process\.env$/.test(path)) return { direct: true, accessor: 'process.env' };
    if (path === 'Bun.env') return { direct: true, accessor: path };
    return path === '' ? undefined : { direct: false, accessor: path };
  }
  if (!ts.isIdentifier(node)) return undefined;
  if (aliases.has(node.text)) return { direct: true, accessor: node.text };
  const origin = context.imports.get(node.text);
  if (node.text === 'env' && (origin?.specifier === 'process' || origin?.specifier === 'node:process')) return { direct: true, accessor: 'process.env' };
  return isEnvironmentObject(node.text) ? { direct: false, accessor: node.text } : undefined;
}

/** `const { X, Y = 'd', Z: local } = process.env`. */
function destructured(context: Context, pattern: typescript.ObjectBindingPattern, environment: Environment): Read[] {
  const { ts } = context;
  return pattern.elements.flatMap((element) => {
    const name = element.propertyName ?? element.name;
    if (element.dotDotDotToken || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) return [];
    return [{
      ...environment, node: element, names: () => [name.text], scope: [...context.scope], required: false,
      ...(element.initializer && { default: element.initializer }),
    }];
  });
}

/** `env('X', { default: d })`, `getEnv('X', d)`; an object without a default is options. */
function defaultArgument(ts: typeof typescript, argument: typescript.Expression): typescript.Expression | undefined {
  const inner = bare(ts, argument);
  if (!ts.isObjectLiteralExpression(inner)) return argument;
  for (const property of inner.properties) {
    if (ts.isPropertyAssignment(property) && /^(?:default|defaultValue|fallback)$/.test(property.name.getText())) return property.initializer;
  }
  return undefined;
}

/** The access is what an assignment, `delete` or `++` changes. */
function isWritten(ts: typeof typescript, node: typescript.Expression): boolean {
  const parent = node.parent;
  if (ts.isDeleteExpression(parent)) return true;
  if (!ts.isBinaryExpression(parent) || parent.left !== node) return false;
  const { kind } = parent.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function namesOf(ts: typeof typescript, argument: typescript.Expression, constants: ReadonlyMap<string, typescript.Expression>): string[] {
  const node = bare(ts, argument);
  const text = stringOf(ts, node);
  if (text !== undefined) return [text];
  if (ts.isTemplateExpression(node)) return /^[A-Z][A-Z0-9_]*_$/.test(node.head.text) ? [`${node.head.text}*`] : [];
  if (ts.isBinaryExpression(node)) {
    const start = stringOf(ts, node.left);
    return start !== undefined && /^[A-Z][A-Z0-9_]*_$/.test(start) ? [`${start}*`] : [];
  }
  const value = ts.isIdentifier(node) ? stringOf(ts, constants.get(node.text)) : undefined;
  return value === undefined ? [] : [value];
}

function factsOf(context: Context, read: Read, constants: ReadonlyMap<string, typescript.Expression>): EnvReadFact[] {
  const { ts } = context;
  const named = read.names().map((name) => (name.endsWith('*') ? { name: name.slice(0, -1), prefix: true } : { name, prefix: false }))
    .filter(({ name }) => (read.direct ? /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) : isSettingName(name)));
  if (named.length === 0) return [];
  const { node } = read;
  const use = ts.isBindingElement(node) ? { hasAlternative: false, demanded: false, feeds: node.name.getText() } : useOf(ts, node);
  const parsedAs = read.parsedAs ?? ('parsedAs' in use ? use.parsedAs : undefined);
  // What reads the name of the environment does so whatever its function is called for.
  const branch = environmentBranchOf(ts, node, !named.every(({ name }) => namesEnvironment(name)));
  const base = {
    kind: 'env-read' as const,
    scope: read.scope,
    exported: false,
    span: context.spanOf(node),
    // `env.X!` only quiets the compiler where an accessor has looked before.
    required: read.required || (!use.hasAlternative && (use.demanded || (read.direct && 'asserted' in use && use.asserted === true))),
    accessor: read.accessor.slice(0, 80),
    via: read.direct ? ('direct' as const) : ('accessor' as const),
    ...(use.feeds !== undefined && { feeds: use.feeds }),
    ...(parsedAs && { parsedAs }),
    ...('truths' in use && use.truths && { truths: use.truths }),
  };
  const defaults = defaultsOf(ts, read.default, 'fallback' in use ? use.fallback : undefined, constants);
  return named.flatMap(({ name, prefix }) => defaults.map(({ environmentBranch = branch, ...value }): EnvReadFact => ({
    ...base, name, prefix, ...value, ...(environmentBranch !== undefined && { environmentBranch }),
  })));
}

type Default = Pick<EnvReadFact, 'default' | 'defaultForm' | 'environmentBranch'>;

/** The defaults of a read: one, or one per outcome where the environment decides (`isDev ? 'localhost' : 'db'`). */
function defaultsOf(
  ts: typeof typescript, argument: typescript.Expression | undefined, fallback: typescript.Expression | undefined,
  constants: ReadonlyMap<string, typescript.Expression>,
): Default[] {
  const given = argument && valueOf(ts, argument, constants);
  // `getEnv('X', '') || 'd'`: an empty default gives way.
  const node = fallback && (!argument || given === '' || given === null || given === false || given === 0) ? fallback : argument;
  if (!node) return [{ defaultForm: 'none' }];
  const inner = bare(ts, node);
  if (ts.isConditionalExpression(inner)) {
    const test = environmentTest(ts, inner.condition);
    if (test) {
      const said = [...test.environments].sort().join('|');
      const [inside, outside] = test.negated ? [inner.whenFalse, inner.whenTrue] : [inner.whenTrue, inner.whenFalse];
      return [
        { ...formOf(ts, inside, constants), environmentBranch: said },
        { ...formOf(ts, outside, constants), environmentBranch: `!${said}` },
      ];
    }
  }
  return [formOf(ts, node, constants)];
}

function formOf(ts: typeof typescript, node: typescript.Expression, constants: ReadonlyMap<string, typescript.Expression>): Default {
  const inner = bare(ts, node);
  // `?? undefined` is no default.
  if (ts.isIdentifier(inner) && inner.text === 'undefined') return { defaultForm: 'none' };
  const value = valueOf(ts, node, constants);
  return value === undefined ? { defaultForm: 'expression' } : { defaultForm: 'literal', default: JSON.stringify(value) };
}

function valueOf(
  ts: typeof typescript, node: typescript.Expression, constants: ReadonlyMap<string, typescript.Expression>, depth = 0,
): Literal | undefined {
  const inner = bare(ts, node);
  if (ts.isIdentifier(inner) && depth < 4) {
    const constant = constants.get(inner.text);
    return constant && valueOf(ts, constant, constants, depth + 1);
  }
  return literalOf(ts, inner);
}
