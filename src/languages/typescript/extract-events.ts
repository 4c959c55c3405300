import type ts from 'typescript';
import type { EventKey } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import {
  isAddressed, isDiscriminator, isEventSubject, isHandlerTable, isMessageBuilder, isRequirementTable, isSendCallee, isSubscribeCallee, isWrapper, nameWords, sendsByName,
} from '../event-words.js';
import { lastSegment } from '../../util/dotted.js';
import { factKeys, isOpen, withKeys, type MessageShape } from '../message-shape.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { bare, stringOf } from './literals.js';
import { discriminatorOf, eventReference, messageShape, objectEntries, propertyKey, type EventReference, type ObjectEntry } from './message-literals.js';
import { readsIn, readsOfHandler, type MessageReads } from './message-reads.js';

/** A message literal that may turn out to be sent. */
interface Candidate {
  node: ts.ObjectLiteralExpression;
  entries: readonly ObjectEntry[];
  key: string;
  keyNode: ts.Node;
  event: EventReference;
}

/** What is known of one function while the walk is in it. */
interface Frame {
  scope: readonly string[];
  name: string;
  parameters: ReadonlySet<string>;
  /** Initialisers by variable; undefined when the variable is bound more than once. */
  values: Map<string, ts.Expression | undefined>;
  bound: Map<string, Candidate[]>;
  sent: Map<string, string>;
  /** Variables that hold the name of an event: `const { type } = message`. */
  subjects: Map<string, string>;
  additions: Map<string, { key: EventKey; statement: ts.Node }[]>;
  calls: (() => void)[];
  emitted: Set<string>;
  handled: Set<string>;
}

interface Table {
  name: string;
  scope: readonly string[];
  object: ts.ObjectLiteralExpression;
}

const MAX_NAMES = 200;

/** Events and messages that TypeScript and JavaScript code sends and handles. */
export const extractEvents: Extractor = (context) => {
  const { ts } = context;
  const { SyntaxKind } = ts;
  const frames: Frame[] = [newFrame([], '', new Set())];
  const tables: Table[] = [];
  const lists = new Map<string, ts.Expression>();
  const indexed = new Set<string>();
  const functions = new Map<string, ts.FunctionLikeDeclaration>();
  const memberships: { frame: Frame; name: string; subject: string; node: ts.Node }[] = [];
  const top = (): Frame => frames.at(-1)!;

  const emit = (frame: Frame, event: EventReference, span: Span, shape: MessageShape, via: string, discriminator: string, forwards?: string): void => {
    frame.emitted.add(event.name);
    context.add({
      kind: 'event', name: event.name, scope: frame.scope, exported: false, span, role: 'emit', symbolic: event.form !== 'text', keys: factKeys(shape),
      ...(shape.envelope === undefined ? {} : { envelope: shape.envelope }), open: isOpen(shape.keys), via, discriminator,
      ...(forwards === undefined ? {} : { forwards }),
    });
  };

  const handle = (frame: Frame, event: EventReference, via: string, discriminator: string, more: { container?: string; reads?: MessageReads; readsAt?: Span } = {}): void => {
    if (event.form === 'variable' || frame.handled.has(event.name) || frame.handled.size > MAX_NAMES) return;
    frame.handled.add(event.name);
    context.add({
      kind: 'event', name: event.name, scope: frame.scope, exported: false, span: context.spanOf(event.node), role: 'handle', symbolic: event.form !== 'text',
      keys: more.reads?.keys ?? [], open: more.reads?.open ?? true, via, discriminator: discriminator.slice(0, 60), ...(more.container === undefined ? {} : { container: more.container }),
      ...(more.readsAt === undefined ? {} : { readsAt: more.readsAt }),
    });
  };

  const valueOf = (variable: string): ts.Expression | undefined => {
    for (let index = frames.length - 1; index >= 0; index--) {
      const frame = frames[index]!;
      if (frame.values.has(variable)) return frame.values.get(variable);
      if (frame.parameters.has(variable)) return undefined;
    }
    return undefined;
  };
  const literalOf = (variable: string): ts.ObjectLiteralExpression | undefined => {
    const value = valueOf(variable);
    const inner = value && bare(ts, value);
    return inner && ts.isObjectLiteralExpression(inner) ? inner : undefined;
  };
  const settled = (event: EventReference): EventReference => {
    if (event.form !== 'variable') return event;
    const value = eventReference(context, valueOf(event.name));
    return value && value.form !== 'variable' ? { ...value, node: event.node } : event;
  };

  const receiverOf = (node: ts.Expression): string => lastSegment(dotted(ts, bare(ts, node)).replace(/\(\)|\[\]/g, ''));

  /** The expression as `message.type` when it holds the name of an event. */
  const subjectOf = (node: ts.Expression, depth = 0): string | undefined => {
    const inner = bare(ts, node);
    if (depth > 4) return undefined;
    if (ts.isIdentifier(inner)) {
      for (let index = frames.length - 1; index >= 0; index--) {
        const known = frames[index]!.subjects.get(inner.text);
        if (known !== undefined) return known;
        if (frames[index]!.values.has(inner.text)) break;
      }
      if (isEventSubject(inner.text, undefined)) return inner.text;
      const value = valueOf(inner.text);
      return value && !ts.isIdentifier(bare(ts, value)) ? subjectOf(value, depth + 1) : undefined;
    }
    if (ts.isPropertyAccessExpression(inner)) {
      const receiver = receiverOf(inner.expression);
      return isEventSubject(inner.name.text, receiver) ? `${receiver}.${inner.name.text}` : undefined;
    }
    if (ts.isElementAccessExpression(inner)) {
      const key = stringOf(ts, inner.argumentExpression);
      const receiver = receiverOf(inner.expression);
      return key !== undefined && isEventSubject(key, receiver) ? `${receiver}.${key}` : undefined;
    }
    if (ts.isCallExpression(inner) && ts.isPropertyAccessExpression(inner.expression) && /^(?:toLowerCase|toString|trim)$/.test(inner.expression.name.text)) {
      return subjectOf(inner.expression.expression, depth + 1);
    }
    if (ts.isBinaryExpression(inner) && (inner.operatorToken.kind === SyntaxKind.BarBarToken || inner.operatorToken.kind === SyntaxKind.QuestionQuestionToken)) {
      return subjectOf(inner.left, depth + 1);
    }
    return undefined;
  };

  /** Without a variable that holds the message, what is read of it is not known. */
  const withReads = (nodes: readonly ts.Node[], root: ReadonlyMap<string, string>): { reads?: MessageReads } => (root.size > 0 ? { reads: readsIn(context, nodes, root) } : {});

  /** The variable whose property the subject is: `message` of `message.type`. */
  const rootOf = (node: ts.Expression): ReadonlyMap<string, string> => {
    const inner = bare(ts, node);
    const owner = ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner) ? bare(ts, inner.expression) : undefined;
    return owner && ts.isIdentifier(owner) ? new Map([[owner.text, '']]) : new Map();
  };

  const considerLiteral = (node: ts.ObjectLiteralExpression): void => {
    considerTable(node);
    const entries = objectEntries(context, node);
    const named = discriminatorOf(context, entries);
    if (!named) return;
    const candidate: Candidate = { node, entries, key: named.key, keyNode: named.entry.keyNode, event: named.event };
    const frame = top();
    const route = routeOf(context, node, (index) => frames.at(-1 - index)?.name ?? '');
    if (!route) return;
    if (route.variable === undefined) return emitLiteral(frame, candidate, route.via, []);
    const known = frame.bound.get(route.variable);
    if (known) known.push(candidate);
    else frame.bound.set(route.variable, [candidate]);
  };

  const emitLiteral = (frame: Frame, candidate: Candidate, via: string, added: readonly EventKey[]): void => {
    const event = settled(candidate.event);
    const shape = withKeys(messageShape(context, candidate.node, literalOf), added);
    const [line, column] = context.spanOf(candidate.keyNode);
    const [, , endLine, endColumn] = context.spanOf(candidate.node);
    const span: Span = [line, column, endLine, endColumn];
    if (event.form !== 'variable') return emit(frame, event, span, shape, via, candidate.key);
    if (!frame.parameters.has(event.name)) return;
    const forwards = forwardedUnder(context, candidate.entries, event.name, frame.parameters);
    if (forwards !== undefined) emit(frame, event, span, shape, via, candidate.key, forwards);
  };

  const markSent = (argument: ts.Expression, callee: string): void => {
    const variable = sentVariable(context, argument, 0);
    if (variable === undefined) return;
    const frame = frames.findLast(({ values }) => values.has(variable)) ?? top();
    if (!frame.sent.has(variable)) frame.sent.set(variable, callee);
  };

  const considerCall = (call: ts.CallExpression): void => {
    const args = call.arguments;
    if (args[0] && ts.isPropertyAccessExpression(call.expression) && /^(?:includes|has|indexOf)$/.test(call.expression.name.text)) {
      membership(call.expression.expression, args[0]);
    }
    const callee = dotted(ts, call.expression);
    if (callee === '') return;
    const frame = top();
    const sends = isEventSend(callee, args, ts);
    const builds = !sends && isMessageBuilder(callee);
    if (sends || builds) {
      for (const argument of args) markSent(argument, callee);
      frame.calls.push(() => emitByArgument(frame, call, callee, builds));
    }
    const last = lastSegment(callee);
    const [first] = args;
    if (first && ts.isPropertyAccessExpression(call.expression)) {
      if (last === 'startsWith') {
        const subject = subjectOf(call.expression.expression);
        const event = subject === undefined ? undefined : prefixReference(context, first);
        if (event) handle(frame, event, 'prefix', subject!);
      } else if (last === 'get' && subjectOf(first) !== undefined) indexed.add(receiverOf(call.expression.expression));
    }
    if (first && (isSubscribeCallee(callee) || /^use\w*(?:Event|Listener|Message|Socket)\w*$/.test(callee))) subscribe(callee, args);
  };

  const subscribe = (callee: string, args: readonly ts.Expression[]): void => {
    const last = args.at(-1)!;
    const handler = bare(ts, last);
    const isFunction = ts.isArrowFunction(handler) || ts.isFunctionExpression(handler);
    if (args.length < 2 && lastSegment(callee) !== 'subscribe') return;
    if (args.length >= 2 && !isFunction && !ts.isIdentifier(handler) && !ts.isPropertyAccessExpression(handler) && !ts.isCallExpression(handler)) {
      const second = bare(ts, args[1]!);
      if (!ts.isArrowFunction(second) && !ts.isFunctionExpression(second) && !ts.isIdentifier(second) && !ts.isPropertyAccessExpression(second)) return;
    }
    const first = bare(ts, args[0]!);
    const events = ts.isArrayLiteralExpression(first) ? first.elements.map((element) => eventReference(context, element)) : [eventReference(context, first)];
    for (const event of events) if (event) handle(top(), event, callee, 'argument', isFunction ? { reads: readsOfHandler(context, handler) } : {});
  };

  const membership = (list: ts.Expression, candidate: ts.Expression): void => {
    const subject = subjectOf(candidate);
    if (subject === undefined) return;
    const names = listNames(context, list);
    if (names) for (const event of names.slice(0, MAX_NAMES)) handle(top(), event, 'membership', subject);
    else {
      const name = dotted(ts, list);
      if (name !== '' && !name.endsWith('()')) memberships.push({ frame: top(), name, subject, node: list });
    }
  };

  const emitByArgument = (frame: Frame, call: ts.CallExpression, callee: string, onlyWithPayload: boolean): void => {
    const args = call.arguments;
    let position = 0;
    let event: EventReference | undefined;
    for (; position < Math.min(3, args.length); position++) {
      const found = eventReference(context, args[position]);
      event = found && settled(found);
      if (event && event.form !== 'variable') break;
      event = undefined;
    }
    if (!event || (position === 0 && isAddressed(callee))) return;
    const payload = args[position + 1] && bare(ts, args[position + 1]!);
    const variable = payload && sentVariable(context, payload, 0);
    const literal = payload && ts.isObjectLiteralExpression(payload) ? payload : variable === undefined ? wrappedLiteral(context, payload) : literalOf(variable);
    const [line, column] = context.spanOf(event.node);
    const [, , endLine, endColumn] = context.spanOf(call);
    const span: Span = [line, column, endLine, endColumn];
    if (literal) {
      const own = discriminatorOf(context, objectEntries(context, literal));
      if (own?.event.name === event.name && frame.emitted.has(event.name)) return;
      const added = variable === undefined ? [] : additionsTo(context, frame, variable, literal);
      return emit(frame, event, span, withKeys(messageShape(context, literal, literalOf), added), callee, 'argument');
    }
    if (onlyWithPayload || frame.emitted.has(event.name) || position !== 0) return;
    const words = nameWords(lastSegment(callee));
    if (!sendsByName(callee) && !((words.includes('event') || lastSegment(callee) === 'add') && args.length > 1)) return;
    emit(frame, event, span, { keys: args.length > 1 ? [{ path: '*', optional: true }] : [] }, callee, 'argument');
  };

  const compare = (node: ts.BinaryExpression): void => {
    const operator = node.operatorToken.kind;
    if (operator === SyntaxKind.EqualsToken) return assignKey(node);
    const isEquality = operator === SyntaxKind.EqualsEqualsEqualsToken || operator === SyntaxKind.EqualsEqualsToken
      || operator === SyntaxKind.ExclamationEqualsEqualsToken || operator === SyntaxKind.ExclamationEqualsToken;
    if (!isEquality) return;
    for (const [subjectNode, valueNode] of [[node.left, node.right], [node.right, node.left]] as const) {
      const event = eventReference(context, valueNode);
      if (!event || event.form === 'variable') continue;
      const subject = subjectOf(subjectNode);
      if (subject === undefined) continue;
      const branch = branchOf(ts, node);
      return handle(top(), event, 'comparison', subject, branch ? withReads([branch], rootOf(subjectNode)) : {});
    }
  };

  const assignKey = (node: ts.BinaryExpression): void => {
    const target = bare(ts, node.left);
    const key = ts.isPropertyAccessExpression(target) ? target.name.text : ts.isElementAccessExpression(target) ? stringOf(ts, target.argumentExpression) : undefined;
    const owner = ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target) ? bare(ts, target.expression) : undefined;
    if (owner && ts.isIdentifier(owner)) {
      const frame = frames.findLast(({ values }) => values.has(owner.text));
      if (!frame) return;
      const known = frame.additions.get(owner.text);
      const addition = { key: { path: key ?? '*', optional: key === undefined }, statement: node };
      if (known) known.push(addition);
      else frame.additions.set(owner.text, [addition]);
    } else if (ts.isIdentifier(target)) {
      const frame = frames.findLast(({ values }) => values.has(target.text));
      if (frame) frame.values.set(target.text, frame.values.get(target.text) === undefined ? node.right : undefined);
    }
  };

  const declare = (name: ts.BindingName | ts.PropertyName, initializer: ts.Expression | undefined): void => {
    const frame = top();
    if (ts.isObjectBindingPattern(name)) {
      const receiver = initializer ? receiverOf(initializer) : '';
      for (const element of name.elements) {
        const key = element.propertyName ? propertyKey(context, element.propertyName) : ts.isIdentifier(element.name) ? element.name.text : undefined;
        if (key !== undefined && ts.isIdentifier(element.name) && isDiscriminator(key) && isEventSubject(key, receiver)) frame.subjects.set(element.name.text, `${receiver}.${key}`);
      }
      return;
    }
    if (ts.isArrayBindingPattern(name) || ts.isComputedPropertyName(name) || ts.isNumericLiteral(name) || ts.isBigIntLiteral(name)) return;
    const inner = initializer && bare(ts, initializer);
    frame.values.set(name.text, initializer);
    if (!inner) return;
    if (ts.isObjectLiteralExpression(inner)) {
      if (inner.properties.length > 1) tables.push({ name: name.text, scope: [...frame.scope], object: inner });
    } else if (ts.isNewExpression(inner) && ts.isIdentifier(inner.expression) && inner.expression.text === 'Map') mapTable(name.text, inner);
    else if (listNames(context, inner)) lists.set(listKey(frame, name.text), inner);
    else if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)) functions.set(name.text, inner);
    else if (ts.isCallExpression(inner) && inner.arguments[0]) {
      // `useCallback((message) => ...)`
      const wrapped = bare(ts, inner.arguments[0]);
      if (ts.isArrowFunction(wrapped) || ts.isFunctionExpression(wrapped)) functions.set(name.text, wrapped);
    }
  };

  /** Tables that are no variable's value: `getHandlers = () => ({ ... })`, `return { ... }`, `{ handlers: { ... } }`. */
  const considerTable = (node: ts.ObjectLiteralExpression): void => {
    let outer: ts.Node = node;
    while (ts.isParenthesizedExpression(outer.parent) || ts.isAsExpression(outer.parent) || ts.isSatisfiesExpression(outer.parent)) outer = outer.parent;
    const { parent } = outer;
    const name = ts.isArrowFunction(parent) && parent.body === outer ? functionName(ts, parent) : ts.isReturnStatement(parent) ? top().name
      : ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name) ? parent.name.text : undefined;
    if (name !== undefined && node.properties.length > 1 && isHandlerTable(name)) tables.push({ name, scope: [...top().scope], object: node });
  };

  /** `new Map([['saved', onSaved], ...])` */
  const mapTable = (name: string, construction: ts.NewExpression): void => {
    const list = construction.arguments?.[0];
    if (!list || !ts.isArrayLiteralExpression(list) || !isHandlerTable(name)) return;
    const frame = newFrame(top().scope, '', new Set());
    for (const pair of list.elements) {
      if (!ts.isArrayLiteralExpression(pair)) return;
      const event = eventReference(context, pair.elements[0]);
      if (event) handle(frame, event, 'map-key', name, { container: name });
    }
  };

  const enterFunction = (node: ts.FunctionLikeDeclaration): void => {
    const parameters = new Set(node.parameters.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : [])));
    const own = functionName(ts, node);
    if (own !== undefined && (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node))) functions.set(own, node);
    // The walk puts a function's name on the scope after its handlers have run.
    const scope = own === undefined ? [...context.scope] : [...context.scope, own];
    frames.push(newFrame(scope, own ?? top().name, parameters));
  };
  const leaveFunction = (): void => {
    settle(top());
    frames.pop();
  };
  const settle = (frame: Frame): void => {
    for (const [variable, candidates] of frame.bound) {
      const via = frame.sent.get(variable);
      if (via === undefined) continue;
      for (const candidate of candidates) emitLiteral(frame, candidate, via, additionsTo(context, frame, variable, candidate.node));
    }
    for (const call of frame.calls) call();
  };

  const functionKinds = [
    SyntaxKind.FunctionDeclaration, SyntaxKind.FunctionExpression, SyntaxKind.ArrowFunction, SyntaxKind.MethodDeclaration, SyntaxKind.Constructor,
    SyntaxKind.GetAccessor, SyntaxKind.SetAccessor,
  ];
  const forFunctions = (handler: (node: never) => void): Record<number, (node: never) => void> => Object.fromEntries(functionKinds.map((kind) => [kind, handler]));

  return {
    enter: {
      ...forFunctions(((node: ts.FunctionLikeDeclaration) => {
        if (node.body) enterFunction(node);
      }) as (node: never) => void),
      [SyntaxKind.ObjectLiteralExpression]: considerLiteral as (node: never) => void,
      [SyntaxKind.CallExpression]: considerCall as (node: never) => void,
      [SyntaxKind.BinaryExpression]: compare as (node: never) => void,
      [SyntaxKind.NewExpression]: ((node: ts.NewExpression) => {
        const name = dotted(ts, node.expression);
        const [first, second] = node.arguments ?? [];
        const event = name === 'CustomEvent' && ts.isCallExpression(node.parent) ? eventReference(context, first) : undefined;
        if (!event || event.form === 'variable') return;
        const detail = second && ts.isObjectLiteralExpression(second) ? second : undefined;
        emit(top(), event, context.spanOf(node), detail ? messageShape(context, detail, literalOf) : { keys: [] }, name, 'argument');
      }) as (node: never) => void,
      [SyntaxKind.VariableDeclaration]: ((node: ts.VariableDeclaration) => declare(node.name, node.initializer)) as (node: never) => void,
      [SyntaxKind.PropertyDeclaration]: ((node: ts.PropertyDeclaration) => {
        if (!ts.isPrivateIdentifier(node.name)) declare(node.name, node.initializer);
      }) as (node: never) => void,
      [SyntaxKind.SwitchStatement]: ((node: ts.SwitchStatement) => {
        const subject = subjectOf(node.expression);
        if (subject === undefined) return;
        const root = rootOf(node.expression);
        let pending: EventReference[] = [];
        for (const clause of node.caseBlock.clauses) {
          const event = ts.isCaseClause(clause) ? eventReference(context, clause.expression) : undefined;
          if (event) pending.push(event);
          if (clause.statements.length === 0) continue;
          const reads = pending.length > 0 ? withReads(clause.statements, root) : {};
          for (const each of pending) handle(top(), each, 'case', subject, reads);
          pending = [];
        }
        for (const each of pending) handle(top(), each, 'case', subject);
      }) as (node: never) => void,
      [SyntaxKind.ElementAccessExpression]: ((node: ts.ElementAccessExpression) => {
        if (!ts.isStringLiteralLike(node.argumentExpression) && !ts.isNumericLiteral(node.argumentExpression) && subjectOf(node.argumentExpression) !== undefined) {
          indexed.add(receiverOf(node.expression));
        }
      }) as (node: never) => void,
      [SyntaxKind.Decorator]: ((node: ts.Decorator) => {
        if (!ts.isCallExpression(node.expression)) return;
        const name = dotted(ts, node.expression.expression);
        if (!/^(?:OnEvent|SubscribeMessage|EventPattern|MessagePattern|Process|OnQueueEvent|OnWorkerEvent|EventListener|OnMessage)$/.test(name)) return;
        const event = eventReference(context, node.expression.arguments[0]);
        if (event) handle(newFrame(context.scope, '', new Set()), event, name, 'argument');
      }) as (node: never) => void,
    },
    leave: forFunctions(((node: ts.FunctionLikeDeclaration) => {
      if (node.body) leaveFunction();
    }) as (node: never) => void),
    end() {
      settle(frames[0]!);
      for (const { frame, name, subject, node } of memberships) {
        const list = lists.get(listKey(frame, lastSegment(name))) ?? lists.get(lastSegment(name));
        if (list) for (const event of (listNames(context, list) ?? []).slice(0, MAX_NAMES)) handle(frame, event, 'membership', subject, { container: lastSegment(name) });
        else if (/^[A-Z][A-Z0-9_]+$/.test(lastSegment(name))) handle(frame, { name: name.replace(/^this\./, ''), form: 'constant', node }, 'membership', subject, { container: lastSegment(name) });
      }
      for (const table of tables) settleTable(table);
    },
  };

  function settleTable({ name, scope, object }: Table): void {
    const isIndexed = indexed.has(name);
    // A table of required fields is a contract, and knowing an event's fields is not handling it.
    if (isRequirementTable(name) || (!isIndexed && !isHandlerTable(name))) return;
    const frame = newFrame(scope, '', new Set());
    const found: { event: EventReference; handler: ts.FunctionLikeDeclaration | undefined; isHere: boolean }[] = [];
    for (const property of object.properties) {
      if (!ts.isPropertyAssignment(property) && !ts.isMethodDeclaration(property) && !ts.isShorthandPropertyAssignment(property)) return;
      const event = keyReference(context, property.name);
      if (!event) return;
      const value = ts.isPropertyAssignment(property) ? bare(ts, property.initializer) : undefined;
      const isCallable = !value || ts.isIdentifier(value) || ts.isPropertyAccessExpression(value) || ts.isArrowFunction(value) || ts.isFunctionExpression(value);
      if (!isIndexed && !isCallable) return;
      const own = ts.isMethodDeclaration(property) ? property : value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined;
      const named = value && (ts.isIdentifier(value) || ts.isPropertyAccessExpression(value)) ? functions.get(lastSegment(dotted(ts, value))) : undefined;
      found.push({ event, handler: own ?? named, isHere: own !== undefined });
    }
    for (const { event, handler, isHere } of found.slice(0, MAX_NAMES)) {
      handle(frame, event, 'map-key', name, {
        container: name,
        ...(handler ? { reads: readsOfHandler(context, handler) } : {}),
        ...(handler && !isHere ? { readsAt: context.spanOf(handler) } : {}),
      });
    }
  }
};

function newFrame(scope: readonly string[], name: string, parameters: ReadonlySet<string>): Frame {
  return {
    scope: [...scope], name, parameters, values: new Map(), bound: new Map(), sent: new Map(), subjects: new Map(), additions: new Map(), calls: [], emitted: new Set(),
    handled: new Set(),
  };
}

function listKey(frame: Frame, name: string): string {
  return frame.name === '' ? name : `${frame.scope.join('.')}:${name}`;
}

/** A callee that sends events; `dispatch({ type })` and `dispatchFields({ type })` are actions of a reducer, which stay in the program. */
function isEventSend(callee: string, args: readonly ts.Expression[], typescript: typeof ts): boolean {
  const last = lastSegment(callee);
  if (last === 'add') return args.length > 1 && nameWords(callee.split('.').at(-2) ?? '').includes('queue');
  if (!isSendCallee(callee)) return false;
  const words = nameWords(last);
  if (words[0] !== 'dispatch' || words.some((word) => /^(?:messages?|events?|notifications?)$/.test(word))) return true;
  const receiver = callee.split('.').at(-2) ?? '';
  return nameWords(receiver).some((word) => /^(?:events?|bus|emitter|channel|socket|hub)$/.test(word)) || (args.length > 1 && typescript.isStringLiteralLike(args[0]!) && receiver !== '');
}

/** The name that a function goes by: its own, or that of the variable or property it is bound to. */
function functionName(typescript: typeof ts, node: ts.FunctionLikeDeclaration): string | undefined {
  if (typescript.isConstructorDeclaration(node)) return 'constructor';
  if (node.name) return typescript.isIdentifier(node.name) || typescript.isPrivateIdentifier(node.name) || typescript.isStringLiteralLike(node.name) ? node.name.text : undefined;
  let current: ts.Node = node.parent;
  while (typescript.isParenthesizedExpression(current) || typescript.isCallExpression(current) || typescript.isAsExpression(current) || typescript.isSatisfiesExpression(current)) current = current.parent;
  if (typescript.isVariableDeclaration(current) && typescript.isIdentifier(current.name)) return current.name.text;
  if ((typescript.isPropertyAssignment(current) || typescript.isPropertyDeclaration(current)) && typescript.isIdentifier(current.name)) return current.name.text;
  return undefined;
}

/** Where a message literal goes: the call or return that sends it, or a variable that may be sent later; undefined: it stays inside. */
function routeOf(context: Context, literal: ts.Expression, frameName: (outwards: number) => string): { via: string; variable?: undefined } | { variable: string } | undefined {
  const { ts } = context;
  let node: ts.Node = literal;
  for (let steps = 0; steps < 20; steps++) {
    const { parent } = node;
    if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent) || ts.isAwaitExpression(parent)
      || ts.isTypeAssertionExpression(parent) || ts.isNonNullExpression(parent) || (ts.isConditionalExpression(parent) && parent.condition !== node)) {
      node = parent;
    } else if (ts.isCallExpression(parent) && parent.expression !== node) {
      const callee = dotted(ts, parent.expression);
      if (isEventSend(callee, parent.arguments, ts) || isMessageBuilder(callee)) return { via: callee };
      if (!isWrapper(callee)) return undefined;
      node = parent;
    } else if (ts.isTemplateSpan(parent)) {
      return /^(?:event:|data:)/.test(parent.parent.head.text) ? { via: 'stream' } : undefined;
    } else if (ts.isVariableDeclaration(parent)) {
      return ts.isIdentifier(parent.name) ? { variable: parent.name.text } : undefined;
    } else if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === node) {
      return ts.isIdentifier(parent.left) ? { variable: parent.left.text } : undefined;
    } else if (ts.isReturnStatement(parent)) {
      return isMessageBuilder(frameName(0)) ? { via: 'literal' } : undefined;
    } else if (ts.isArrowFunction(parent) && parent.body === node) {
      return isMessageBuilder(functionName(ts, parent) ?? '') ? { via: 'literal' } : undefined;
    } else return undefined;
  }
  return undefined;
}

/** The variable that a call sends: `message`, `JSON.stringify(message)`. */
function sentVariable(context: Context, argument: ts.Expression, depth: number): string | undefined {
  const { ts } = context;
  const inner = bare(ts, argument);
  if (depth > 4) return undefined;
  if (ts.isIdentifier(inner)) return inner.text;
  const first = ts.isCallExpression(inner) && isWrapper(dotted(ts, inner.expression)) ? inner.arguments[0] : undefined;
  return first && sentVariable(context, first, depth + 1);
}

function wrappedLiteral(context: Context, node: ts.Expression | undefined): ts.ObjectLiteralExpression | undefined {
  const { ts } = context;
  const first = node && ts.isCallExpression(node) && isWrapper(dotted(ts, node.expression)) ? node.arguments[0] : undefined;
  const inner = first && bare(ts, first);
  return inner && ts.isObjectLiteralExpression(inner) ? inner : undefined;
}

/** The key under which a helper puts the payload that its caller gives it; `` for a spread; undefined when it takes none. */
function forwardedUnder(context: Context, entries: readonly ObjectEntry[], nameParameter: string, parameters: ReadonlySet<string>): string | undefined {
  const { ts } = context;
  for (const { key, value, spread } of entries) {
    const inner = bare(ts, value);
    const variable = ts.isIdentifier(inner) ? inner : ts.isBinaryExpression(inner) ? bare(ts, inner.left) : undefined;
    if (!variable || !ts.isIdentifier(variable) || variable.text === nameParameter || !parameters.has(variable.text)) continue;
    if (spread) return '';
    if (key !== undefined && /^(?:data|payload|body|detail|content|message|event|args|params)$/.test(key)) return key;
  }
  return undefined;
}

/** Keys set on a variable; those under a condition that the literal is not under are optional. */
function additionsTo(context: Context, frame: Frame, variable: string, literal: ts.Node): EventKey[] {
  const { ts } = context;
  return (frame.additions.get(variable) ?? []).map(({ key, statement }) => {
    for (let node = statement.parent; node && !ts.isFunctionLike(node) && !ts.isSourceFile(node); node = node.parent) {
      const isBranch = ts.isIfStatement(node) || ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isWhileStatement(node) || ts.isTryStatement(node) || ts.isSwitchStatement(node);
      if (isBranch && !(node.pos <= literal.pos && node.end >= literal.end)) return { ...key, optional: true };
    }
    return key;
  });
}

/** The statement that runs when a comparison holds: the body of its `if`. */
function branchOf(typescript: typeof ts, node: ts.BinaryExpression): ts.Statement | undefined {
  let current: ts.Node = node;
  while (typescript.isParenthesizedExpression(current.parent) || typescript.isBinaryExpression(current.parent)) current = current.parent;
  const { parent } = current;
  const operator = node.operatorToken.kind;
  const isEqual = operator === typescript.SyntaxKind.EqualsEqualsEqualsToken || operator === typescript.SyntaxKind.EqualsEqualsToken;
  return isEqual && typescript.isIfStatement(parent) && parent.expression === current ? parent.thenStatement : undefined;
}

/** The event names in an array, also inside `new Set([...])`; undefined when it is none or holds something else. */
function listNames(context: Context, node: ts.Expression): EventReference[] | undefined {
  const { ts } = context;
  const inner = bare(ts, node);
  if (ts.isNewExpression(inner)) {
    const [first] = inner.arguments ?? [];
    return first && dotted(ts, inner.expression) === 'Set' ? listNames(context, first) : undefined;
  }
  if (!ts.isArrayLiteralExpression(inner) || inner.elements.length === 0) return undefined;
  const names: EventReference[] = [];
  for (const element of inner.elements) {
    const event = eventReference(context, element);
    if (!event || event.form === 'variable') return undefined;
    names.push(event);
  }
  return names;
}

function keyReference(context: Context, name: ts.PropertyName): EventReference | undefined {
  const { ts } = context;
  if (ts.isComputedPropertyName(name)) {
    const event = eventReference(context, name.expression);
    return event?.form === 'variable' ? undefined : event;
  }
  const text = propertyKey(context, name);
  return text !== undefined && /^[A-Za-z]/.test(text) && /^[A-Za-z][\w.:/-]*$/.test(text) ? { name: text, form: 'text', node: name } : undefined;
}

/** `agent` in `type.startsWith('agent_')`. */
function prefixReference(context: Context, node: ts.Expression): EventReference | undefined {
  const text = stringOf(context.ts, bare(context.ts, node))?.replace(/[^A-Za-z0-9]+$/, '');
  return text ? { name: text, form: 'text', node } : undefined;
}
