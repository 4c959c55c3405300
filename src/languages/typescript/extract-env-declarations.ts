import type typescript from 'typescript';
import type { EnvReadFact } from '../../model/facts.js';
import { isSettingName, listsRequiredVariables } from '../env-access.js';
import type { Context, Extractor } from './context.js';
import { environmentBranchOf } from './environment-branch.js';
import { bare, literalOf, stringOf } from './literals.js';

/**
 * Environment variables that code declares rather than reads: schemas of the environment (zod, t3-env, envalid, joi), recognised by
 * their capital keys and the validators at them, and lists of required variables (`REQUIRED_ENV_VARS = [...]`).
 */
export const extractEnvDeclarations: Extractor = (context) => {
  const { ts } = context;
  const requiredIn = (value: typescript.Expression | undefined, name: string): void => {
    for (const item of requiredStrings(ts, value)) {
      context.add(declaration(context, stringOf(ts, item)!, item, name, { required: true, defaultForm: 'none' }));
    }
  };

  return {
    enter: {
      [ts.SyntaxKind.ObjectLiteralExpression]: (node: typescript.ObjectLiteralExpression) => {
        for (const fact of schemaFields(context, node)) context.add(fact);
      },
      [ts.SyntaxKind.VariableDeclaration]: (node: typescript.VariableDeclaration) => {
        if (ts.isIdentifier(node.name) && listsRequiredVariables(node.name.text)) requiredIn(node.initializer, node.name.text);
      },
      [ts.SyntaxKind.PropertyDeclaration]: (node: typescript.PropertyDeclaration) => {
        if (listsRequiredVariables(node.name.getText())) requiredIn(node.initializer, node.name.getText());
      },
      [ts.SyntaxKind.PropertyAssignment]: (node: typescript.PropertyAssignment) => {
        if (!ts.isComputedPropertyName(node.name) && listsRequiredVariables(node.name.text)) requiredIn(node.initializer, node.name.text);
      },
    },
  };
};

/** The variable names in an array, also in the arrays of an object. */
function requiredStrings(ts: typeof typescript, value: typescript.Expression | undefined, depth = 0): typescript.Expression[] {
  const list = value && bare(ts, value);
  if (!list || depth > 4) return [];
  if (ts.isNewExpression(list)) return requiredStrings(ts, list.arguments?.[0], depth + 1);
  if (ts.isObjectLiteralExpression(list)) {
    return list.properties.flatMap((property) => (ts.isPropertyAssignment(property) ? requiredStrings(ts, property.initializer, depth + 1) : []));
  }
  if (!ts.isArrayLiteralExpression(list)) return [];
  return list.elements.filter((item) => isSettingName(stringOf(ts, item) ?? ''));
}

function declaration(
  context: Context, name: string, at: typescript.Node, accessor: string, more: Pick<EnvReadFact, 'required' | 'defaultForm'> & Partial<EnvReadFact>,
): EnvReadFact {
  const branch = environmentBranchOf(context.ts, at);
  return {
    kind: 'env-read', name, scope: [...context.scope], exported: false, span: context.spanOf(at), accessor, via: 'declared', prefix: false,
    ...more, ...(branch !== undefined && { environmentBranch: branch }),
  };
}

/** The variables of an object literal whose keys are written as variables and whose values are validators. */
function schemaFields(context: Context, object: typescript.ObjectLiteralExpression): EnvReadFact[] {
  const { ts } = context;
  const properties = object.properties.filter((property) => ts.isPropertyAssignment(property));
  const variables = properties.filter((property) => !ts.isComputedPropertyName(property.name) && isSettingName(property.name.text));
  if (variables.length === 0 || variables.length < properties.length * 0.8) return [];
  const conditional = isConditional(ts, object);
  return variables.flatMap((property) => {
    const validator = validatorOf(context, property.initializer);
    if (!validator) return [];
    const name = (property.name as typescript.Identifier).text;
    const fact = conditional ? { ...validator.fact, required: false } : validator.fact;
    return [{ ...declaration(context, name, property, validator.library, fact), feeds: name }];
  });
}

/** `...(storage === 's3' && { S3_BUCKET: str() })`: demanded only sometimes. */
function isConditional(ts: typeof typescript, object: typescript.Node): boolean {
  for (let node = object.parent; node && !ts.isStatement(node) && !ts.isObjectLiteralExpression(node); node = node.parent) {
    if (ts.isConditionalExpression(node) || ts.isBinaryExpression(node) || ts.isSpreadAssignment(node)) return true;
  }
  return false;
}

interface Validator {
  library: string;
  fact: Pick<EnvReadFact, 'required' | 'defaultForm'> & Partial<EnvReadFact>;
}

/** Reads `z.coerce.number().default(5)`, `str({ default: 'd' })`, `Joi.string().required()`. */
function validatorOf(context: Context, expression: typescript.Expression): Validator | undefined {
  const { ts } = context;
  const words: string[] = [];
  const arguments_ = new Map<string, readonly typescript.Expression[]>();
  let node = bare(ts, expression);
  for (let steps = 0; steps < 40; steps++) {
    if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
      if (!arguments_.has(name)) arguments_.set(name, node.arguments);
      node = bare(ts, callee);
    } else if (ts.isPropertyAccessExpression(node)) {
      words.push(node.name.text);
      node = bare(ts, node.expression);
    } else break;
  }
  if (!ts.isIdentifier(node) || arguments_.size === 0) return undefined;
  const library = LIBRARIES.find(({ specifier }) => specifier.test(context.imports.get(node.text)?.specifier ?? ''))?.name;
  if (!library) return undefined;
  if (library === 'envalid') words.push(node.text);
  const options = library === 'envalid' ? arguments_.get(node.text)?.[0] : undefined;
  const fallback = arguments_.get('default')?.[0] ?? arguments_.get('catch')?.[0] ?? (options && option(ts, options, 'default'));
  const optional = library === 'joi' ? !words.includes('required')
    : words.some((word) => OPTIONAL.has(word)) || Boolean(options && (option(ts, options, 'devDefault') || option(ts, options, 'default')));
  const value = literalOf(ts, fallback);
  const isUndefined = fallback !== undefined && ts.isIdentifier(fallback) && fallback.text === 'undefined';
  const parsedAs = words.map((word) => PARSERS.get(word)).find((kind) => kind !== undefined);
  return {
    library: `${library} schema`,
    fact: {
      required: !fallback && !optional,
      ...(!fallback || isUndefined ? { defaultForm: 'none' as const }
        : value === undefined ? { defaultForm: 'expression' as const } : { defaultForm: 'literal' as const, default: JSON.stringify(value) }),
      ...(parsedAs && { parsedAs }),
    },
  };
}

const LIBRARIES: readonly { name: string; specifier: RegExp }[] = [
  { name: 'zod', specifier: /(?:^|[-/@])zod(?:[-/]|$)/ }, { name: 'envalid', specifier: /^(?:envalid|znv)$/ }, { name: 'joi', specifier: /^(?:@hapi\/)?joi$/i },
];
const OPTIONAL: ReadonlySet<string> = new Set(['optional', 'nullish', 'default', 'catch', 'prefault']);
const PARSERS: ReadonlyMap<string, NonNullable<EnvReadFact['parsedAs']>> = new Map([
  ['number', 'int'], ['int', 'int'], ['num', 'int'], ['port', 'int'], ['bool', 'bool'], ['boolean', 'bool'], ['stringbool', 'bool'], ['json', 'json'],
  ['array', 'list'],
]);

function option(ts: typeof typescript, options: typescript.Expression, name: string): typescript.Expression | undefined {
  const object = bare(ts, options);
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  for (const property of object.properties) {
    if (ts.isPropertyAssignment(property) && !ts.isComputedPropertyName(property.name) && property.name.text === name) return property.initializer;
  }
  return undefined;
}
