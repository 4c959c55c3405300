import type ts from 'typescript';
import type { ContractFact, Field } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import { sortedDistinct } from '../../util/compare.js';
import { isDiscriminator, isEnvelope, isFieldName, isOptionalList, isRequiredList, isRequirementTable } from '../event-words.js';
import { lastSegment } from '../../util/dotted.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { bare, stringOf } from './literals.js';
import { discriminatorOf, eventReference, objectEntries, propertyKey, type EventReference } from './message-literals.js';
import { readSchema } from './schemas.js';

interface Shape {
  required: string[];
  optional: string[];
}

/** A type that names an event, to be settled at the end of the file, when all types it speaks of are known. */
interface TypedEvent {
  event: EventReference;
  name: string;
  span: Span;
  scope: readonly string[];
  members: readonly ts.TypeElement[];
}

interface Frame {
  scope: readonly string[];
  /** Expression text of a message to its event: `expect(message.type).toBe('order_placed')`. */
  known: Map<string, EventReference>;
  asserted: { message: string; key: string; node: ts.Node }[];
}

/** What validators, types and tests written in TypeScript demand of an event. */
export const extractContracts: Extractor = (context) => {
  const { ts } = context;
  const { SyntaxKind } = ts;
  const types = new Map<string, readonly ts.TypeElement[]>();
  const typed: TypedEvent[] = [];
  const frames: Frame[] = [{ scope: [], known: new Map(), asserted: [] }];

  const add = (event: EventReference, span: Span, scope: readonly string[], more: Pick<ContractFact, 'container' | 'source' | 'requiredKeys'> & Partial<ContractFact>): void => {
    context.add({ kind: 'contract', name: event.name, scope: [...scope], exported: false, span, symbolic: event.form === 'constant', optionalKeys: [], ...more });
  };

  const considerType = (name: string, members: readonly ts.TypeElement[], node: ts.Node): void => {
    const event = literalMember(context, members);
    if (event) typed.push({ event, name, span: context.spanOf(node), scope: [...context.scope], members });
  };

  const table = (name: string, object: ts.ObjectLiteralExpression): void => {
    if (!isRequirementTable(name)) return;
    for (const { keyNode, value, spread, key } of objectEntries(context, object)) {
      if (spread) continue;
      const event: EventReference | undefined = key !== undefined && isFieldName(key.replace(/[:/-]/g, '_')) ? { name: key, form: 'text', node: keyNode }
        : ts.isComputedPropertyName(keyNode) ? eventReference(context, keyNode.expression) : undefined;
      const demanded = event && event.form !== 'variable' ? demandsOf(context, value) : undefined;
      if (event && demanded) add(event, spanOver(context, keyNode, value), context.scope, { container: name, source: 'validator', requiredKeys: demanded.required, optionalKeys: demanded.optional });
    }
  };

  const schema = (node: ts.CallExpression, name: string): boolean => {
    const fields = readSchema(context, node)?.object?.fields;
    const discriminator = fields?.find((field) => isDiscriminator(field.name) && literalText(field.type) !== undefined);
    if (!fields || !discriminator) return false;
    const shape = emptyShape();
    for (const field of fields) {
      if (field === discriminator) continue;
      put(shape, field.name, field.optional);
      const inner = isEnvelope(field.name) ? readSchema(context, field.value)?.object?.fields : undefined;
      for (const nested of inner ?? []) put(shape, `${field.name}.${nested.name}`, field.optional || nested.optional);
    }
    add({ name: literalText(discriminator.type)!, form: 'text', node }, context.spanOf(discriminator.node), context.scope, { container: name, source: 'type', ...keysOf(shape) });
    return true;
  };

  const considerCall = (node: ts.CallExpression): void => {
    const { expression } = node;
    if (!ts.isPropertyAccessExpression(expression)) return;
    const method = expression.name.text;
    const target = expression.expression;
    if (method === 'discriminatedUnion') {
      const list = node.arguments[1];
      if (list && ts.isArrayLiteralExpression(list)) for (const element of list.elements) if (ts.isCallExpression(element)) schema(element, boundTo(ts, node) ?? 'discriminatedUnion');
      return;
    }
    if (method === 'object' && ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)) schema(node, node.parent.name.text);
    // `expect(message).toHaveProperty('total')`, `expect(message.data.total).toBe(...)`, `expect(message.type).toBe('order_placed')`
    const subject = ts.isCallExpression(target) && ts.isIdentifier(target.expression) && target.expression.text === 'expect' ? target.arguments[0] : undefined;
    if (!subject || frames.length === 1) return;
    const path = dotted(ts, bare(ts, subject));
    if (path === '' || path.includes('()') || path.includes('[]')) return;
    const frame = frames.at(-1)!;
    const [first] = node.arguments;
    if (method === 'toHaveProperty') {
      const key = first && stringOf(ts, first);
      if (key === undefined || !isFieldName(key)) return;
      const owner = path.split('.');
      const inside = owner.length > 1 && isEnvelope(owner.at(-1)!) ? owner.pop()! : undefined;
      if (!isDiscriminator(key)) frame.asserted.push({ message: owner.join('.'), key: inside === undefined ? key : `${inside}.${key}`, node });
      return;
    }
    const segments = path.split('.');
    if ((method === 'toBe' || method === 'toEqual') && isDiscriminator(segments.at(-1)!) && segments.length > 1) {
      const event = first && eventReference(context, first);
      if (event && event.form !== 'variable') frame.known.set(segments.slice(0, -1).join('.'), event);
    } else if (/^to(?:Be|Equal|BeDefined|BeTruthy|StrictEqual|Match|Contain)$/.test(method) && segments.length > 1) {
      const key = segments.pop()!;
      const inside = segments.length > 1 && isEnvelope(segments.at(-1)!) ? segments.pop()! : undefined;
      frame.asserted.push({ message: segments.join('.'), key: inside === undefined ? key : `${inside}.${key}`, node });
    }
  };

  const enterFunction = (node: ts.FunctionLikeDeclaration): void => {
    if (node.body) frames.push({ scope: [...context.scope], known: new Map(), asserted: [] });
  };
  const leaveFunction = (node: ts.FunctionLikeDeclaration): void => {
    if (!node.body) return;
    const { known, asserted, scope } = frames.pop()!;
    for (const [message, event] of known) {
      const own = asserted.filter((assertion) => assertion.message === message && !isDiscriminator(assertion.key));
      if (own.length === 0) continue;
      add(event, context.spanOf(own[0]!.node), scope, {
        container: scope.at(-1) ?? 'test', source: 'test', requiredKeys: sortedDistinct(own.map(({ key }) => key)), partial: true,
      });
    }
  };
  const functionKinds = [SyntaxKind.FunctionDeclaration, SyntaxKind.FunctionExpression, SyntaxKind.ArrowFunction, SyntaxKind.MethodDeclaration];
  const forFunctions = (handler: (node: ts.FunctionLikeDeclaration) => void): Record<number, (node: never) => void> =>
    Object.fromEntries(functionKinds.map((kind) => [kind, handler as (node: never) => void]));

  return {
    enter: {
      ...forFunctions(enterFunction),
      [SyntaxKind.InterfaceDeclaration]: ((node: ts.InterfaceDeclaration) => {
        types.set(node.name.text, node.members);
        considerType(node.name.text, node.members, node.name);
      }) as (node: never) => void,
      [SyntaxKind.TypeAliasDeclaration]: ((node: ts.TypeAliasDeclaration) => {
        if (ts.isTypeLiteralNode(node.type)) types.set(node.name.text, node.type.members);
        const parts = ts.isUnionTypeNode(node.type) ? node.type.types : [node.type];
        for (const part of parts) if (ts.isTypeLiteralNode(part)) considerType(node.name.text, part.members, parts.length > 1 ? part : node.name);
      }) as (node: never) => void,
      [SyntaxKind.VariableDeclaration]: ((node: ts.VariableDeclaration) => {
        const inner = node.initializer && bare(ts, node.initializer);
        if (inner && ts.isIdentifier(node.name) && ts.isObjectLiteralExpression(inner)) table(node.name.text, inner);
      }) as (node: never) => void,
      [SyntaxKind.PropertyDeclaration]: ((node: ts.PropertyDeclaration) => {
        const inner = node.initializer && bare(ts, node.initializer);
        if (inner && ts.isIdentifier(node.name) && ts.isObjectLiteralExpression(inner)) table(node.name.text, inner);
      }) as (node: never) => void,
      [SyntaxKind.ObjectLiteralExpression]: ((node: ts.ObjectLiteralExpression) => {
        const entries = objectEntries(context, node);
        const list = entries.find(({ key }) => key !== undefined && isRequiredList(key));
        const fields = list && fieldList(context, list.value);
        const named = fields && discriminatorOf(context, entries);
        if (list && fields && named && named.event.form !== 'variable') {
          add(named.event, spanOver(context, list.keyNode, list.value), context.scope, { container: list.key!, source: 'validator', requiredKeys: fields });
        }
      }) as (node: never) => void,
      [SyntaxKind.CallExpression]: considerCall as (node: never) => void,
    },
    leave: forFunctions(leaveFunction),
    end() {
      for (const { event, name, span, scope, members } of typed) {
        add(event, span, scope, { container: name, source: 'type', ...keysOf(shapeOf(context, members, types)) });
      }
    },
  };
};

function emptyShape(): Shape {
  return { required: [], optional: [] };
}

function put(shape: Shape, path: string, optional: boolean): void {
  (optional ? shape.optional : shape.required).push(path);
}

function keysOf({ required, optional }: Shape): { requiredKeys: string[]; optionalKeys: string[] } {
  return { requiredKeys: sortedDistinct(required), optionalKeys: sortedDistinct(optional) };
}

/** Members of a message type, one level into an envelope whose type stands in the same file. */
function shapeOf(context: Context, members: readonly ts.TypeElement[], types: ReadonlyMap<string, readonly ts.TypeElement[]>): Shape {
  const { ts } = context;
  const shape = emptyShape();
  for (const member of members) {
    if (!ts.isPropertySignature(member)) continue;
    const name = propertyKey(context, member.name);
    if (name === undefined || isDiscriminator(name)) continue;
    const optional = member.questionToken !== undefined;
    put(shape, name, optional);
    if (!isEnvelope(name) || !member.type) continue;
    const inner = ts.isTypeLiteralNode(member.type) ? member.type.members
      : ts.isTypeReferenceNode(member.type) && ts.isIdentifier(member.type.typeName) ? types.get(member.type.typeName.text) : undefined;
    for (const nested of inner ?? []) {
      const key = ts.isPropertySignature(nested) ? propertyKey(context, nested.name) : undefined;
      if (key !== undefined) put(shape, `${name}.${key}`, optional || (nested as ts.PropertySignature).questionToken !== undefined);
    }
  }
  return shape;
}

/** The event that a type is for: `type: 'order_placed'`, `event: Events.Placed`. */
function literalMember(context: Context, members: readonly ts.TypeElement[]): EventReference | undefined {
  const { ts } = context;
  for (const member of members) {
    if (!ts.isPropertySignature(member) || !member.type) continue;
    const key: Field['name'] | undefined = propertyKey(context, member.name);
    if (key === undefined || !isDiscriminator(key)) continue;
    if (ts.isLiteralTypeNode(member.type) && ts.isStringLiteral(member.type.literal)) {
      const event = eventReference(context, member.type.literal);
      if (event) return event;
    }
    if (ts.isTypeReferenceNode(member.type) && ts.isQualifiedName(member.type.typeName)) {
      const reference = member.type.typeName.getText(context.sourceFile);
      if (/^[A-Z]\w*\.[A-Z]\w*$/.test(reference)) return { name: reference, form: 'constant', node: member.type };
    }
  }
  return undefined;
}

/** `['id', 'total']`, or `{ required: [...], optional: [...] }`. */
function demandsOf(context: Context, value: ts.Expression): { required: string[]; optional: string[] } | undefined {
  const inner = bare(context.ts, value);
  if (!context.ts.isObjectLiteralExpression(inner)) {
    const required = fieldList(context, inner);
    return required && { required, optional: [] };
  }
  let required: string[] | undefined;
  let optional: string[] = [];
  for (const { key, value: list } of objectEntries(context, inner)) {
    const fields = key === undefined ? undefined : fieldList(context, list);
    if (!fields || key === undefined) continue;
    if (isRequiredList(key)) required = fields;
    else if (isOptionalList(key)) optional = fields;
  }
  return required && { required, optional };
}

function fieldList(context: Context, node: ts.Expression): string[] | undefined {
  const { ts } = context;
  let inner = bare(ts, node);
  if (ts.isNewExpression(inner) && inner.arguments?.[0] && lastSegment(dotted(ts, inner.expression)) === 'Set') inner = bare(ts, inner.arguments[0]);
  if (!ts.isArrayLiteralExpression(inner)) return undefined;
  const fields: string[] = [];
  for (const element of inner.elements) {
    const field = stringOf(ts, element);
    if (field === undefined || !isFieldName(field)) return undefined;
    fields.push(field);
  }
  return fields.length > 0 && fields.length <= 100 ? sortedDistinct(fields.filter((field) => !isDiscriminator(field))) : undefined;
}

/** `order_placed` of the type text `"order_placed"`. */
function literalText(type: string): string | undefined {
  return /^"([^"|]+)"$/.exec(type)?.[1];
}

function boundTo(typescript: typeof ts, node: ts.Node): string | undefined {
  const { parent } = node;
  return typescript.isVariableDeclaration(parent) && typescript.isIdentifier(parent.name) ? parent.name.text : undefined;
}

function spanOver(context: Context, start: ts.Node, end: ts.Node): Span {
  const [line, column] = context.spanOf(start);
  const [, , endLine, endColumn] = context.spanOf(end);
  return [line, column, endLine, endColumn];
}
