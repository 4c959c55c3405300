import type ts from 'typescript';
import type { Field, TypeFact } from '../../model/facts.js';
import type { Context, Extractor } from './context.js';
import { bare } from './literals.js';
import { readSchema } from './schemas.js';
import { typeText } from './type-text.js';

/** Shapes of data: interfaces, aliases of object types, classes that only hold fields, `z.object` schemas. At module or namespace level. */
export const extractTypes: Extractor = (context) => {
  const { ts } = context;
  /** Declarations of one interface merge, so they are one fact. */
  const interfaces = new Map<string, TypeFact & { fields: Field[]; bases: string[] }>();

  const factOf = (
    node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration, name: string, form: TypeFact['form'], bases: string[], fields: Field[],
  ): TypeFact & { fields: Field[]; bases: string[] } => ({
    kind: 'type', name, scope: [...context.scope], exported: context.scope.length === 0 && context.exports.has(name), span: context.spanOf(node),
    form, ...(node.typeParameters && { typeParameters: node.typeParameters.length }), bases, fields,
  });

  return {
    enter: {
      [ts.SyntaxKind.InterfaceDeclaration]: (node: ts.InterfaceDeclaration) => {
        if (context.functionDepth > 0) return;
        const bases = (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => typeText(context, type)));
        const fields = membersOf(context, node.members);
        const key = [...context.scope, node.name.text].join('.');
        const first = interfaces.get(key);
        if (first) {
          first.bases.push(...bases);
          first.fields.push(...fields);
          return;
        }
        const fact = factOf(node, node.name.text, 'interface', bases, fields);
        interfaces.set(key, fact);
        context.add(fact);
      },
      [ts.SyntaxKind.TypeAliasDeclaration]: (node: ts.TypeAliasDeclaration) => {
        if (context.functionDepth > 0) return;
        const shape = shapeOf(context, node.type);
        if (shape) context.add(factOf(node, node.name.text, 'alias', shape.bases, shape.fields));
      },
      [ts.SyntaxKind.ClassDeclaration]: (node: ts.ClassDeclaration) => {
        if (context.functionDepth > 0 || !node.name) return;
        const fields = dataFieldsOf(context, node);
        if (!fields) return;
        const bases = (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => typeText(context, type)));
        context.add(factOf(node, node.name.text, 'dataclass', bases, fields));
      },
      [ts.SyntaxKind.VariableDeclaration]: (node: ts.VariableDeclaration) => {
        if (context.functionDepth > 0 || !node.initializer || !ts.isIdentifier(node.name)) return;
        addSchemas(context, node, node.name.text, node.initializer, [...context.scope], 0);
      },
    },
  };
};

const MAX_NESTING = 8;

/** Adds the schema bound to a name, and the object schemas nested in it, which are named by their field and scoped by the outer name. */
function addSchemas(context: Context, node: ts.Node, name: string, expression: ts.Expression, scope: readonly string[], depth: number): void {
  const schema = depth < MAX_NESTING ? readSchema(context, expression) : undefined;
  if (schema?.object) {
    const { bases, fields } = schema.object;
    const exported = scope.length === 0 && context.exports.has(name);
    context.add({
      kind: 'type', name, scope, exported, span: context.spanOf(node), form: 'schema', bases,
      fields: fields.map(({ name, type, optional, line }) => ({ name, type, optional, line })),
    });
    for (const field of fields) addSchemas(context, field.node, field.name, field.value, [...scope, name], depth + 1);
  }
}

interface Shape {
  bases: string[];
  fields: Field[];
}

/** The shape that an alias gives a name to: an object type, an intersection, or a utility type over another; undefined for anything else. */
function shapeOf(context: Context, type: ts.TypeNode, depth = 0): Shape | undefined {
  const { ts } = context;
  if (depth > MAX_NESTING) return undefined;
  if (ts.isParenthesizedTypeNode(type)) return shapeOf(context, type.type, depth + 1);
  if (ts.isTypeLiteralNode(type)) return { bases: [], fields: membersOf(context, type.members) };
  if (ts.isIntersectionTypeNode(type)) {
    const bases: string[] = [];
    const fields: Field[] = [];
    for (const part of type.types) {
      const shape = shapeOf(context, part, depth + 1);
      if (shape) {
        bases.push(...shape.bases);
        fields.push(...shape.fields);
      } else bases.push(typeText(context, part));
    }
    return fields.length > 0 || bases.some((base) => UTILITY.test(base)) ? { bases, fields } : undefined;
  }
  if (ts.isTypeReferenceNode(type) && UTILITY.test(typeText(context, type))) {
    // `Readonly<{ ... }>` and `Partial<{ ... }>` state the fields themselves.
    const [argument] = type.typeArguments ?? [];
    const wrapper = ts.isIdentifier(type.typeName) ? type.typeName.text : '';
    if (argument && ts.isTypeLiteralNode(argument) && WHOLE.has(wrapper)) {
      const fields = membersOf(context, argument.members);
      return { bases: [], fields: wrapper === 'Readonly' ? fields : fields.map((field) => ({ ...field, optional: wrapper === 'Partial' })) };
    }
    return { bases: [typeText(context, type)], fields: [] };
  }
  return undefined;
}

const UTILITY = /^(?:Partial|Required|Readonly|Pick|Omit)</;
const WHOLE: ReadonlySet<string> = new Set(['Partial', 'Required', 'Readonly']);

function membersOf(context: Context, members: readonly ts.TypeElement[]): Field[] {
  const { ts } = context;
  const fields: Field[] = [];
  const seen = new Set<string>();
  const add = (name: ts.PropertyName, type: string | undefined, optional: boolean): void => {
    const text = nameText(context, name);
    // Overloads of a method are one member.
    if (text === undefined || seen.has(text)) return;
    seen.add(text);
    fields.push({ name: text, ...(type === undefined ? {} : { type }), optional, line: context.lineOf(name) });
  };
  for (const member of members) {
    if (ts.isPropertySignature(member)) add(member.name, member.type && typeText(context, member.type), member.questionToken !== undefined);
    else if (ts.isMethodSignature(member)) add(member.name, signatureText(context, member), member.questionToken !== undefined);
    else if (ts.isGetAccessorDeclaration(member)) add(member.name, member.type && typeText(context, member.type), false);
  }
  return fields;
}

/** Fields of a class that has nothing but fields: no methods, no accessors, and a constructor at most to fill them. */
function dataFieldsOf(context: Context, node: ts.ClassDeclaration): Field[] | undefined {
  const { ts } = context;
  const fields: Field[] = [];
  const add = (name: ts.PropertyName, type: ts.TypeNode | undefined, optional: boolean): void => {
    const text = nameText(context, name);
    if (text !== undefined) fields.push({ name: text, ...(type ? { type: typeText(context, type) } : {}), optional, line: context.lineOf(name) });
  };
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member)) {
      if (isStatic(context, member) || ts.isPrivateIdentifier(member.name)) continue;
      const value = member.initializer && bare(ts, member.initializer);
      if (value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))) return undefined;
      add(member.name, member.type, member.questionToken !== undefined || value !== undefined);
    } else if (ts.isConstructorDeclaration(member)) {
      for (const parameter of member.parameters) {
        if (!ts.isParameterPropertyDeclaration(parameter, member) || !ts.isIdentifier(parameter.name)) continue;
        add(parameter.name, parameter.type, parameter.questionToken !== undefined || parameter.initializer !== undefined);
      }
      if (!member.body?.statements.every((statement) => onlyFills(context, statement)) && member.body) return undefined;
    } else if (!ts.isSemicolonClassElement(member) && !ts.isIndexSignatureDeclaration(member)) return undefined;
  }
  return fields.length > 0 ? fields : undefined;
}

/** `super(...)`, `this.x = ...`, `Object.assign(this, ...)`. */
function onlyFills(context: Context, statement: ts.Statement): boolean {
  const { ts } = context;
  if (!ts.isExpressionStatement(statement)) return false;
  const { expression } = statement;
  if (ts.isBinaryExpression(expression)) {
    return ts.isPropertyAccessExpression(expression.left) && expression.left.expression.kind === ts.SyntaxKind.ThisKeyword;
  }
  if (!ts.isCallExpression(expression)) return false;
  return expression.expression.kind === ts.SyntaxKind.SuperKeyword || expression.expression.getText(context.sourceFile) === 'Object.assign';
}

function isStatic(context: Context, member: ts.PropertyDeclaration): boolean {
  return member.modifiers?.some((modifier) => modifier.kind === context.ts.SyntaxKind.StaticKeyword) ?? false;
}

function nameText(context: Context, name: ts.PropertyName): string | undefined {
  const { ts } = context;
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  return ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined;
}

/** `(order: Order) => Promise<void>` for a method signature. */
function signatureText(context: Context, member: ts.MethodSignature): string {
  const parameters = member.parameters.map((parameter) => typeText(context, parameter)).join(', ');
  return `(${parameters}) => ${member.type ? typeText(context, member.type) : 'any'}`;
}
