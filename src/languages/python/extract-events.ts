import type { SyntaxNode } from '@lezer/common';
import type { EventFact, EventKey } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import {
  isAddressed, isEventName, isEventSubject, isHandlerTable, isMessageBuilder, isRequirementTable, isSendCallee, isSubscribeCallee, isWrapper, nameWords, sendsByName,
} from '../event-words.js';
import { lastSegment } from '../../util/dotted.js';
import { factKeys, isOpen, withKeys, type MessageShape } from '../message-shape.js';
import { callArguments, type CallArguments } from './call-arguments.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { enclosingFunction, functionScopeOf, type FunctionScope } from './function-scope.js';
import { elementsOf, stringOf, withoutParentheses } from './literals.js';
import { dictEntries, discriminatorOf, eventReference, messageShape, type DictEntry, type EventReference } from './message-literals.js';
import { messageParameters, readsIn, readsOfHandler, type MessageReads } from './message-reads.js';

/** A message literal that may turn out to be sent: a dict display, or the constructor call of a message class. */
interface Candidate {
  node: SyntaxNode;
  entries: readonly DictEntry[];
  key: string;
  keyNode: SyntaxNode;
  event: EventReference;
}

/** What is known of one function while the walk is in it. */
interface Frame {
  scope: readonly string[];
  name: string;
  names: FunctionScope | undefined;
  /** Literals by the variable they are bound to. */
  bound: Map<string, Candidate[]>;
  /** Variables handed to a call that sends, with that call. */
  sent: Map<string, string>;
  /** Keys set on a variable after its literal: `message["id"] = ...`. */
  additions: Map<string, { key: EventKey; statement: SyntaxNode }[]>;
  /** Calls that name the event in an argument; settled when the function ends, for a literal in it may say the same better. */
  calls: (() => void)[];
  emitted: Set<string>;
  handled: Set<string>;
}

/** A dict whose keys may be events that its values handle; settled at the end of the file. */
interface Table {
  name: string;
  scope: readonly string[];
  entries: readonly DictEntry[];
}

const MAX_NAMES = 200;

/** Events and messages that Python code sends and handles. */
export const extractEvents: Extractor = (context) => {
  const { text } = context;
  const frames: Frame[] = [newFrame([], '', undefined)];
  const tables: Table[] = [];
  /** Lists and sets of names by the variable or attribute that holds them. */
  const lists = new Map<string, SyntaxNode>();
  const indexed = new Set<string>();
  const memberships: { frame: Frame; name: string; subject: string; node: SyntaxNode }[] = [];
  const functions = new Map<string, SyntaxNode>();
  /** What handlers read is looked up when all functions of the file are known. */
  const handled: { fact: EventFact; reads: () => MessageReads | undefined }[] = [];
  const top = (): Frame => frames.at(-1)!;

  const emit = (frame: Frame, event: EventReference, span: Span, shape: MessageShape, via: string, discriminator: string, forwards?: string): void => {
    frame.emitted.add(event.name);
    context.add({
      kind: 'event', name: event.name, scope: frame.scope, exported: false, span, role: 'emit', symbolic: event.form !== 'text', keys: factKeys(shape),
      ...(shape.envelope === undefined ? {} : { envelope: shape.envelope }), open: isOpen(shape.keys), via, discriminator,
      ...(forwards === undefined ? {} : { forwards }),
    });
  };

  const handle = (
    frame: Frame, event: EventReference, via: string, discriminator: string, more: { container?: string; node?: SyntaxNode; reads?: () => MessageReads | undefined } = {},
  ): void => {
    const { container, node = event.node, reads } = more;
    if (event.form === 'variable' || frame.handled.has(event.name) || frame.handled.size > MAX_NAMES) return;
    frame.handled.add(event.name);
    const fact: EventFact = {
      kind: 'event', name: event.name, scope: frame.scope, exported: false, span: context.spanOf(node), role: 'handle', symbolic: event.form !== 'text',
      keys: [], open: true, via, discriminator: discriminator.slice(0, 60), ...(container === undefined ? {} : { container }),
    };
    context.add(fact);
    if (reads) handled.push({ fact, reads });
  };

  /** What the code that runs for an event reads of the message whose name `subject` is. */
  const readsOfBranch = (subject: SyntaxNode, body: SyntaxNode | null | undefined): (() => MessageReads | undefined) | undefined => {
    const fn = body ? enclosingFunction(body) : undefined;
    if (!body || fn?.name !== 'FunctionDefinition') return undefined;
    const owner = messageOf(subject, text, functionScopeOf(fn, context));
    const roots = owner === undefined ? messageParameters(functionScopeOf(fn, context)) : new Map([[owner, '']]);
    return roots.size === 0 ? undefined : () => readsIn(context, [body], fn, roots, functions);
  };
  const readsOfFunction = (node: SyntaxNode | null | undefined): (() => MessageReads | undefined) => () => {
    const reference = withoutParentheses(node);
    const name = reference?.name === 'TupleExpression' ? elementsOf(reference)[0] : reference;
    const fn = name && functions.get(lastSegment(dotted(name, text)));
    return fn && readsOfHandler(context, fn, functions);
  };

  const valuesOf = (variable: string): readonly SyntaxNode[] => {
    for (let index = frames.length - 1; index > 0; index--) {
      const values = frames[index]!.names?.values.get(variable);
      if (values) return values;
      if (frames[index]!.names?.locals.has(variable)) return [];
    }
    return [];
  };
  const literalOf = (variable: string): SyntaxNode | undefined => {
    const values = valuesOf(variable);
    const only = values.length === 1 ? withoutParentheses(values[0]) : undefined;
    return only?.name === 'DictionaryExpression' ? only : undefined;
  };

  /** The name that a local variable stands for where it is bound once to a text or constant. */
  const settled = (event: EventReference | undefined): EventReference | undefined => {
    if (event?.form !== 'variable') return event;
    const values = valuesOf(event.name);
    const value = values.length === 1 ? eventReference(values[0], text) : undefined;
    return value && value.form !== 'variable' ? { ...value, node: event.node } : event;
  };

  const subjectOf = (node: SyntaxNode | null | undefined, depth = 0): string | undefined => {
    const inner = withoutParentheses(node);
    if (!inner || depth > 4) return undefined;
    if (inner.name === 'NamedExpression') return subjectOf(inner.lastChild, depth + 1);
    if (inner.name === 'CallExpression') {
      const callee = inner.firstChild;
      if (callee?.name === 'VariableName' && text.slice(callee.from, callee.to) === 'str') return subjectOf(callArguments(inner, text).positional[0], depth + 1);
      if (callee?.name !== 'MemberExpression') return undefined;
      const method = lastSegment(dotted(callee, text));
      if (method === 'get' || method === 'pop') {
        const key = stringOf(callArguments(inner, text).positional[0], text);
        const receiver = receiverName(callee.firstChild, text);
        return key !== undefined && isEventSubject(key, receiver ?? '') ? `${receiver ?? ''}.${key}` : undefined;
      }
      return method === 'lower' || method === 'strip' || method === 'upper' ? subjectOf(callee.firstChild, depth + 1) : undefined;
    }
    if (inner.name === 'VariableName') {
      const name = text.slice(inner.from, inner.to);
      if (isEventSubject(name, undefined)) return name;
      const values = valuesOf(name);
      return values.length === 1 && values[0] && values[0].name !== 'VariableName' ? subjectOf(values[0], depth + 1) : undefined;
    }
    if (inner.name !== 'MemberExpression') return undefined;
    const last = inner.lastChild;
    if (last?.name === 'PropertyName') {
      const property = text.slice(last.from, last.to);
      if (property === 'value' || property === 'name') {
        const owner = subjectOf(inner.firstChild, depth + 1);
        if (owner !== undefined) return owner;
      }
      const receiver = receiverName(inner.firstChild, text) ?? '';
      return isEventSubject(property, receiver) ? `${receiver}.${property}` : undefined;
    }
    const key = stringOf(inner.getChild('[')?.nextSibling, text);
    const receiver = receiverName(inner.firstChild, text) ?? '';
    return key !== undefined && isEventSubject(key, receiver) ? `${receiver}.${key}` : undefined;
  };

  const considerLiteral = (candidate: Candidate): void => {
    const frame = top();
    const route = routeOf(candidate.node, text, frame.name);
    if (route === undefined) return;
    if (route.variable !== undefined) {
      const known = frame.bound.get(route.variable);
      if (known) known.push(candidate);
      else frame.bound.set(route.variable, [candidate]);
    } else emitLiteral(frame, candidate, route.via, []);
  };

  const emitLiteral = (frame: Frame, candidate: Candidate, via: string, added: readonly EventKey[]): void => {
    const event = settled(candidate.event)!;
    const shape = withKeys(messageShape(candidate.entries, text, literalOf), added);
    const start = context.spanOf(candidate.keyNode);
    const end = context.spanOf(candidate.node);
    const span: Span = [start[0], start[1], end[2], end[3]];
    if (event.form !== 'variable') return emit(frame, event, span, shape, via, candidate.key);
    if (!frame.names?.parameters.includes(event.name)) return;
    const forwards = forwardedUnder(candidate.entries, event.name, frame.names.parameters, text);
    if (forwards !== undefined) emit(frame, event, span, shape, via, candidate.key, forwards);
  };

  const considerCall = (call: SyntaxNode): void => {
    const first = call.firstChild;
    if (!first) return;
    const callee = dotted(first, text);
    if (callee === '') return;
    const frame = top();
    const sends = isSendCallee(callee);
    const builds = !sends && isMessageBuilder(callee);
    if (sends || builds) {
      const args = callArguments(call, text);
      for (const argument of [...args.positional, ...args.keywords.values()]) {
        const variable = sentVariable(argument, text, 0);
        if (variable !== undefined && !frame.sent.has(variable)) frame.sent.set(variable, callee);
      }
      frame.calls.push(() => emitByArgument(frame, call, callee, args, builds));
      return;
    }
    const last = lastSegment(callee);
    if (last === 'update') {
      const owner = first.firstChild;
      if (owner?.name === 'VariableName') addUpdate(frame, text.slice(owner.from, owner.to), call, callArguments(call, text), text);
    } else if (last === 'get' || last === 'pop') {
      const args = callArguments(call, text);
      if (args.positional[0] && subjectOf(args.positional[0]) !== undefined) indexed.add(lastSegment(callee.slice(0, -last.length - 1)));
    }
    if (last === 'startswith' && first.firstChild) {
      const subject = subjectOf(first.firstChild);
      const prefix = subject === undefined ? undefined : callArguments(call, text).positional[0];
      for (const node of prefix?.name === 'ParenthesizedExpression' || prefix?.name === 'TupleExpression' ? elementsOf(prefix) : prefix ? [prefix] : []) {
        const name = stringOf(node, text)?.replace(/[^A-Za-z0-9]+$/, '');
        if (name) handle(frame, { name, form: 'text', node }, 'prefix', subject!);
      }
    }
    if (isSubscribeCallee(callee)) {
      const { positional } = callArguments(call, text);
      const event = eventReference(positional[0], text);
      if (event && (positional.length > 1 || last === 'subscribe')) handle(frame, event, callee, 'argument', { reads: readsOfFunction(positional[1]) });
    }
    if (/^[A-Z]/.test(last)) {
      const entries = [...callArguments(call, text).keywords].map(([key, value]): DictEntry => ({ key, keyNode: value, value, spread: false }));
      const words = nameWords(last);
      if (entries.length > 0 && words.some((word) => MESSAGE_CLASSES.has(word))) {
        const named = discriminatorOf(entries, text);
        if (named) considerLiteral({ node: call, entries, key: named.key, keyNode: named.entry.keyNode, event: named.event });
      }
    }
  };

  const emitByArgument = (frame: Frame, call: SyntaxNode, callee: string, args: CallArguments, onlyWithPayload: boolean): void => {
    const named = namedArgument(args, text);
    if (!named || (named.position === 0 && isAddressed(callee))) return;
    const event = settled(named.event)!;
    if (event.form === 'variable') return;
    const payload = payloadArgument(args, named);
    const literal = payload && payloadLiteral(payload, text, literalOf);
    if (literal) {
      const entries = dictEntries(literal.node, text);
      const own = discriminatorOf(entries, text);
      if (own?.event.name === event.name && frame.emitted.has(event.name)) return;
      const added = literal.variable === undefined ? [] : additionsTo(frame, literal.variable, literal.node);
      let shape = withKeys(messageShape(entries, text, literalOf), added);
      if (named.keyword !== undefined) {
        const others = [...args.keywords].filter(([key, value]) => key !== named.keyword && value !== payload && isEventName(key));
        shape = withKeys(shape, others.map(([path]) => ({ path, optional: true })));
      }
      return emit(frame, event, callSpan(context, event.node, call), shape, callee, 'argument');
    }
    if (onlyWithPayload || frame.emitted.has(event.name)) return;
    const words = nameWords(lastSegment(callee));
    const speaksOfEvents = words.includes('event') || words.includes('events');
    if (named.keyword !== undefined) {
      if (!speaksOfEvents && !sendsByName(callee)) return;
      const others = [...args.keywords].filter(([key]) => key !== named.keyword);
      const open = payload !== undefined || args.unpacks || args.positional.length > 0;
      const keys = others.map(([path]): EventKey => ({ path, optional: false }));
      return emit(frame, event, callSpan(context, event.node, call), withKeys({ keys: open ? [{ path: '*', optional: true }] : [] }, keys), callee, 'argument');
    }
    if (named.position !== 0 || !(sendsByName(callee) || (speaksOfEvents && args.positional.length > 1))) return;
    const open = args.positional.length > 1 || args.keywords.size > 0 || args.unpacks;
    emit(frame, event, callSpan(context, event.node, call), { keys: open ? [{ path: '*', optional: true }] : [] }, callee, 'argument');
  };

  const compare = (node: SyntaxNode): void => {
    const parts = elementsOf(node).filter(({ name }) => name !== 'not');
    const [left, operator, right] = parts;
    if (parts.length !== 3 || !left || !operator || !right) return;
    if (operator.name === 'CompareOp') {
      const sign = text.slice(operator.from, operator.to);
      if (sign !== '==' && sign !== '!=') return;
      for (const [subjectNode, valueNode] of [[left, right], [right, left]] as const) {
        const event = eventReference(valueNode, text);
        if (!event || event.form === 'variable') continue;
        const subject = subjectOf(subjectNode);
        if (subject === undefined) continue;
        const reads = sign === '==' ? readsOfBranch(subjectNode, branchOf(node)) : undefined;
        return handle(top(), event, 'comparison', subject, reads && { reads });
      }
    } else if (operator.name === 'in') {
      const subject = subjectOf(left);
      if (subject === undefined) return;
      const names = listNames(right, text);
      const reads = readsOfBranch(left, branchOf(node));
      if (names) for (const event of names.slice(0, MAX_NAMES)) handle(top(), event, 'membership', subject, reads && { reads });
      else {
        const list = dotted(right, text);
        if (list !== '' && !list.endsWith('()')) {
          indexed.add(lastSegment(list));
          memberships.push({ frame: top(), name: list, subject, node: right });
        }
      }
    }
  };

  const assign = (node: SyntaxNode): void => {
    const target = node.firstChild;
    const value = withoutParentheses(node.lastChild);
    if (!target || !value || target === node.lastChild || !node.getChild('AssignOp')) return;
    if (target.name === 'MemberExpression' && target.firstChild?.name === 'VariableName') {
      const key = stringOf(target.getChild('[')?.nextSibling, text);
      if (key !== undefined) addKey(top(), text.slice(target.firstChild.from, target.firstChild.to), { path: key, optional: false }, node);
    }
    const name = lastSegment(dotted(target, text));
    if (name === '') return;
    if (value.name === 'DictionaryExpression') {
      const entries = dictEntries(value, text);
      if (entries.length > 1 && !entries.some(({ spread }) => spread)) tables.push({ name, scope: [...top().scope], entries });
    } else if (listNames(value, text)) lists.set(listKey(top(), name), value);
  };

  const leaveFunction = (): void => {
    const frame = frames.at(-1)!;
    settle(frame);
    frames.pop();
  };
  const settle = (frame: Frame): void => {
    for (const [variable, candidates] of frame.bound) {
      const via = frame.sent.get(variable);
      if (via === undefined) continue;
      for (const candidate of candidates) emitLiteral(frame, candidate, via, additionsTo(frame, variable, candidate.node));
    }
    for (const call of frame.calls) call();
  };

  return {
    enter: {
      FunctionDefinition: (node) => {
        const nameNode = node.getChild('VariableName');
        const name = nameNode ? text.slice(nameNode.from, nameNode.to) : '';
        frames.push(newFrame([...context.scope, name], name, functionScopeOf(node, context)));
        // Of two functions of one name it is not known which is meant.
        functions.set(name, functions.has(name) && enclosingFunction(node) ? functions.get(name)! : node);
        decoratedHandlers(node, name);
      },
      ClassDefinition: handlerClass,
      DictionaryExpression: (node) => {
        const entries = dictEntries(node, text);
        const named = discriminatorOf(entries, text);
        if (named) considerLiteral({ node, entries, key: named.key, keyNode: named.entry.keyNode, event: named.event });
      },
      CallExpression: considerCall,
      BinaryExpression: compare,
      AssignStatement: assign,
      ReturnStatement: (node) => {
        const value = withoutParentheses(node.firstChild?.nextSibling);
        const { name, scope } = top();
        if (value?.name !== 'DictionaryExpression' || !isHandlerTable(name)) return;
        const entries = dictEntries(value, text);
        if (entries.length > 1 && !entries.some(({ spread }) => spread)) tables.push({ name, scope: [...scope], entries });
      },
      MatchStatement: (node) => {
        const subject = subjectOf(node.getChild('match')?.nextSibling);
        const body = node.getChild('MatchBody');
        if (subject === undefined || !body) return;
        for (const clause of body.getChildren('MatchClause')) {
          const reads = readsOfBranch(node.getChild('match')!.nextSibling!, clause.getChild('Body'));
          for (const event of patternNames(clause.getChild('case')?.nextSibling, text, 0)) handle(top(), event, 'case', subject, reads && { reads });
        }
      },
      MemberExpression: (node) => {
        const index = node.getChild('[')?.nextSibling;
        if (index && index.name !== 'String' && index.name !== 'Number' && node.firstChild && subjectOf(index) !== undefined) {
          indexed.add(lastSegment(dotted(node.firstChild, text)));
        }
      },
    },
    leave: { FunctionDefinition: leaveFunction },
    end() {
      settle(frames[0]!);
      for (const { frame, name, subject, node } of memberships) {
        const list = lists.get(listKey(frame, lastSegment(name))) ?? lists.get(lastSegment(name));
        if (list) for (const event of (listNames(list, text) ?? []).slice(0, MAX_NAMES)) handle(frame, event, 'membership', subject, { container: lastSegment(name) });
        else if (/^[A-Z][A-Z0-9_]+$/.test(lastSegment(name)) && !isRequirementTable(lastSegment(name))) {
          handle(frame, { name: name.replace(/^(?:self|cls)\./, ''), form: 'constant', node }, 'membership', subject, { container: lastSegment(name) });
        }
      }
      for (const table of tables) {
        const isIndexed = indexed.has(table.name);
        // A table of required fields is a contract, and knowing an event's fields is not handling it.
        if (isRequirementTable(table.name)) continue;
        if (!isIndexed && !(isHandlerTable(table.name) && table.entries.every(({ value }) => isCallable(value)))) continue;
        const events = table.entries.flatMap(({ keyNode, value }) => {
          const event = eventReference(keyNode, text);
          return event && event.form !== 'variable' ? [{ event, value }] : [];
        });
        if (events.length !== table.entries.length || events.length > MAX_NAMES) continue;
        const frame = newFrame(table.scope, '', undefined);
        const via = table.entries.every(({ value }) => isTypeName(value, text) || eventReference(value, text)?.form === 'constant') ? 'type-map' : 'map-key';
        for (const { event, value } of events) handle(frame, event, via, table.name, { container: table.name, reads: readsOfFunction(value) });
      }
      for (const { fact, reads } of handled) {
        const read = reads();
        if (read) Object.assign(fact, read);
      }
    },
  };

  function decoratedHandlers(definition: SyntaxNode, name: string): void {
    const parent = definition.parent;
    if (parent?.name !== 'DecoratedStatement') return;
    for (const decorator of parent.getChildren('Decorator')) {
      const callee = text.slice(decorator.from + 1, decorator.getChild('ArgList')?.from ?? decorator.to).trim();
      const receiver = callee.split('.').at(-2) ?? '';
      if (/^(?:sio|socketio|socket_io|io)$/.test(receiver) && lastSegment(callee) === 'event') {
        handle(top(), { name, form: 'text', node: definition }, callee, 'argument', { node: decorator, reads: () => readsOfHandler(context, definition, functions) });
      } else if (isSubscribeCallee(callee)) {
        const event = eventReference(callArguments(decorator, text).positional[0], text);
        if (event) handle(top(), event, callee, 'argument', { reads: () => readsOfHandler(context, definition, functions) });
      }
    }
  }

  /** A class that says which event it handles, by an attribute or a method, and has a method that is given the message. */
  function handlerClass(definition: SyntaxNode): void {
    const members = elementsOf(definition.getChild('Body') ?? definition).map((node) => (node.name === 'DecoratedStatement' ? node.getChild('FunctionDefinition') ?? node : node));
    const methods = members.filter(({ name }) => name === 'FunctionDefinition');
    const nameOf = (method: SyntaxNode): string => (method.getChild('VariableName') ? text.slice(method.getChild('VariableName')!.from, method.getChild('VariableName')!.to) : '');
    const entry = methods.find((method) => /^(?:_?(?:handle|process|consume|on)(?:_\w+)?|__call__)$/.test(nameOf(method)) && messageParameters(functionScopeOf(method, context)).size > 0);
    if (!entry) return;
    const frame = newFrame([...context.scope, nameOf(definition)], '', undefined);
    const own = new Map([...functions, ...methods.map((method) => [nameOf(method), method] as const)]);
    for (const member of members) {
      const value = member.name === 'AssignStatement' && NAMES_EVENT.test(dotted(member.firstChild!, text)) ? member.lastChild
        : member.name === 'FunctionDefinition' && NAMES_EVENT.test(nameOf(member)) ? returnedFrom(member) : undefined;
      const events = listNames(value, text) ?? [eventReference(value, text)];
      for (const event of events) if (event) handle(frame, event, 'handler-class', nameOf(definition), { reads: () => readsOfHandler(context, entry, own) });
    }
  }
};

/** Attributes and methods by which a handler class says what it handles. */
const NAMES_EVENT = /^_?(?:get_|handled_|supported_)?(?:message|event|msg)_types?$/;

const MESSAGE_CLASSES = new Set(['message', 'event', 'notification', 'msg', 'envelope', 'frame', 'packet', 'update']);

function newFrame(scope: readonly string[], name: string, names: FunctionScope | undefined): Frame {
  return {
    scope: [...scope], name, names, bound: new Map(), sent: new Map(), additions: new Map(), calls: [], emitted: new Set(), handled: new Set(),
  };
}

/** The code that runs when a condition holds: the body of its `if` or `elif`. */
function branchOf(comparison: SyntaxNode): SyntaxNode | undefined {
  let node = comparison;
  while (node.parent?.name === 'ParenthesizedExpression' || (node.parent?.name === 'BinaryExpression' && !node.parent.getChild('CompareOp'))) node = node.parent;
  const body = node.parent?.name === 'IfStatement' ? node.nextSibling : undefined;
  return body?.name === 'Body' ? body : undefined;
}

/** The variable whose entry a subject is: `message` of `message.get("type")`, also by way of a local variable. */
function messageOf(subject: SyntaxNode, text: string, scope: FunctionScope, depth = 0): string | undefined {
  const inner = withoutParentheses(subject);
  if (!inner || depth > 8) return undefined;
  if (inner.name === 'VariableName') {
    const name = text.slice(inner.from, inner.to);
    const values = scope.values.get(name);
    if (depth > 0 && isEventSubject('type', name)) return name;
    return values?.length === 1 && values[0]!.name !== 'VariableName' ? messageOf(values[0]!, text, scope, depth + 1) : undefined;
  }
  return inner.name === 'CallExpression' || inner.name === 'MemberExpression' ? inner.firstChild ? messageOf(inner.firstChild, text, scope, depth + 1) : undefined : undefined;
}

function returnedFrom(fn: SyntaxNode): SyntaxNode | undefined {
  const statement = fn.getChild('Body')?.getChild('ReturnStatement');
  return statement?.firstChild?.nextSibling ?? undefined;
}

/** A list in a function is its own; one at module or class level belongs to the file. */
function listKey(frame: Frame, name: string): string {
  return frame.names ? `${frame.scope.join('.')}:${name}` : name;
}

/**
 * Where a message literal goes: `via` the call, `return` or `yield` that sends it, or to a `variable` that may be sent later. Undefined:
 * it stays inside, as an entry of a report or a list does.
 */
function routeOf(literal: SyntaxNode, text: string, functionName: string): { via: string; variable?: undefined } | { variable: string } | undefined {
  let node = literal;
  for (let steps = 0; steps < 20; steps++) {
    const parent = node.parent;
    switch (parent?.name) {
      case 'ParenthesizedExpression':
      case 'AwaitExpression':
      case 'ConditionalExpression':
      case 'FormatReplacement':
        node = parent;
        break;
      case 'FormatString':
        // A server-sent event: `f"data: {json.dumps({...})}\n\n"`.
        return /^[a-zA-Z]*["']+(?:event:|data:)/.test(text.slice(parent.from, parent.from + 16)) ? { via: 'yield' } : undefined;
      case 'BinaryExpression':
        if (!parent.getChild('ArithOp')) return undefined;
        node = parent;
        break;
      case 'MemberExpression':
        if (!/^(?:encode|model_dump|model_dump_json|dict|json|to_dict|to_json)$/.test(lastSegment(dotted(parent, text))) || parent.parent?.name !== 'CallExpression') return undefined;
        node = parent.parent;
        break;
      case 'ArgList': {
        const call = parent.parent;
        if (call?.name !== 'CallExpression' || !call.firstChild) return undefined;
        const callee = dotted(call.firstChild, text);
        if (isSendCallee(callee) || isMessageBuilder(callee)) return { via: callee };
        if (!isWrapper(callee)) return undefined;
        node = call;
        break;
      }
      case 'AssignStatement': {
        const target = parent.firstChild;
        return target?.name === 'VariableName' && target.to <= node.from ? { variable: text.slice(target.from, target.to) } : undefined;
      }
      case 'ReturnStatement':
        return isMessageBuilder(functionName) ? { via: 'literal' } : undefined;
      case 'YieldStatement':
      case 'YieldExpression':
        return nameWords(functionName).some((word) => /^(?:stream|streams|events?|sse|messages?|chunks?)$/.test(word)) ? { via: 'yield' } : undefined;
      default:
        return undefined;
    }
  }
  return undefined;
}

/** The variable that a call sends: `message`, `json.dumps(message)`, `message.model_dump()`. */
function sentVariable(argument: SyntaxNode, text: string, depth: number): string | undefined {
  const inner = withoutParentheses(argument);
  if (!inner || depth > 4) return undefined;
  if (inner.name === 'VariableName') return text.slice(inner.from, inner.to);
  if (inner.name !== 'CallExpression' || !inner.firstChild) return undefined;
  const callee = dotted(inner.firstChild, text);
  if (/\.(?:model_dump|model_dump_json|dict|json|to_dict|to_json|as_dict|encode)$/.test(callee) && inner.firstChild.firstChild && !/^json\./.test(callee)) {
    return sentVariable(inner.firstChild.firstChild, text, depth + 1);
  }
  const first = isWrapper(callee) ? callArguments(inner, text).positional[0] : undefined;
  return first && sentVariable(first, text, depth + 1);
}

const NAME_KEYWORDS = ['event_type', 'event_name', 'event', 'message_type', 'msg_type', 'type', 'topic', 'channel'];
const PAYLOAD_KEYWORDS = ['data', 'payload', 'event_data', 'message', 'body', 'detail', 'kwargs', 'content'];

interface NamedArgument {
  event: EventReference;
  position?: number;
  keyword?: string;
}

/** The argument that names the event: a keyword that says so, or one of the first three positional arguments. */
function namedArgument({ positional, keywords }: CallArguments, text: string): NamedArgument | undefined {
  for (const keyword of NAME_KEYWORDS) {
    const event = eventReference(keywords.get(keyword), text);
    if (event) return { event, keyword };
  }
  for (const [position, node] of positional.slice(0, 3).entries()) {
    const event = eventReference(node, text);
    if (event && event.form !== 'variable') return { event, position };
  }
  return undefined;
}

function payloadArgument({ positional, keywords }: CallArguments, named: NamedArgument): SyntaxNode | undefined {
  if (named.position !== undefined && positional.length > named.position + 1) return positional[named.position + 1];
  for (const keyword of PAYLOAD_KEYWORDS) {
    const value = keyword === named.keyword ? undefined : keywords.get(keyword);
    if (value) return value;
  }
  return named.keyword === undefined ? undefined : positional.find((node) => node.name === 'DictionaryExpression');
}

function payloadLiteral(node: SyntaxNode, text: string, literalOf: (variable: string) => SyntaxNode | undefined): { node: SyntaxNode; variable?: string } | undefined {
  const inner = withoutParentheses(node);
  if (inner?.name === 'DictionaryExpression') return { node: inner };
  const variable = inner && sentVariable(inner, text, 0);
  const literal = variable === undefined ? undefined : literalOf(variable);
  if (literal) return { node: literal, variable: variable! };
  if (inner?.name !== 'CallExpression' || !inner.firstChild || !isWrapper(dotted(inner.firstChild, text))) return undefined;
  const first = withoutParentheses(callArguments(inner, text).positional[0]);
  return first?.name === 'DictionaryExpression' ? { node: first } : undefined;
}

/** From the name of the event to the end of the call. */
function callSpan(context: Context, name: SyntaxNode, call: SyntaxNode): Span {
  const start = context.spanOf(name.from >= call.from && name.to <= call.to ? name : call);
  const end = context.spanOf(call);
  return [start[0], start[1], end[2], end[3]];
}

/** The key under which a helper puts the payload that its caller gives it; `` for a spread; undefined when it takes none. */
function forwardedUnder(entries: readonly DictEntry[], nameParameter: string, parameters: readonly string[], text: string): string | undefined {
  for (const { key, value, spread } of entries) {
    const inner = withoutParentheses(value);
    const variable = inner?.name === 'VariableName' ? inner : inner?.name === 'BinaryExpression' ? inner.firstChild : null;
    if (variable?.name !== 'VariableName') continue;
    const name = text.slice(variable.from, variable.to);
    if (name === nameParameter || !parameters.includes(name)) continue;
    if (spread) return '';
    if (key !== undefined && /^(?:data|payload|body|detail|content|message|event|kwargs|event_data|params)$/.test(key) && /data|payload|body|content|message|event|detail|kwargs|params|update|result/.test(name)) return key;
  }
  return undefined;
}

function addKey(frame: Frame, variable: string, key: EventKey, statement: SyntaxNode): void {
  const known = frame.additions.get(variable);
  if (known) known.push({ key, statement });
  else frame.additions.set(variable, [{ key, statement }]);
}

/** `message.update({...}, id=1)` */
function addUpdate(frame: Frame, variable: string, call: SyntaxNode, args: CallArguments, text: string): void {
  for (const key of args.keywords.keys()) addKey(frame, variable, { path: key, optional: false }, call);
  for (const argument of args.positional) {
    const inner = withoutParentheses(argument);
    if (inner?.name !== 'DictionaryExpression') addKey(frame, variable, { path: '*', optional: true }, call);
    else for (const { key } of dictEntries(inner, text)) addKey(frame, variable, { path: key ?? '*', optional: key === undefined }, call);
  }
  if (args.unpacks) addKey(frame, variable, { path: '*', optional: true }, call);
}

/** Keys set on a variable; those under a condition that the literal is not under are optional. */
function additionsTo(frame: Frame, variable: string, literal: SyntaxNode): EventKey[] {
  return (frame.additions.get(variable) ?? []).map(({ key, statement }) => {
    for (let node = statement.parent; node && node.name !== 'FunctionDefinition'; node = node.parent) {
      const isBranch = node.name === 'IfStatement' || node.name === 'ForStatement' || node.name === 'WhileStatement' || node.name === 'TryStatement' || node.name === 'MatchStatement';
      if (isBranch && !(node.from <= literal.from && node.to >= literal.to)) return { ...key, optional: true };
    }
    return key;
  });
}

/** `message` for `message`, `self.message`, `(message or {})`, `json.loads(message)`. */
function receiverName(node: SyntaxNode | null | undefined, text: string): string | undefined {
  const inner = withoutParentheses(node);
  if (!inner) return undefined;
  if (inner.name === 'BinaryExpression') return receiverName(inner.firstChild, text);
  const name = dotted(inner, text).replace(/\(\)|\[\]/g, '');
  return name === '' ? undefined : lastSegment(name);
}

/** The event names in a list, tuple or set display, also inside `frozenset(...)`; undefined when it is none or holds something else. */
function listNames(node: SyntaxNode | null | undefined, text: string): EventReference[] | undefined {
  const inner = withoutParentheses(node);
  if (!inner) return undefined;
  if (inner.name === 'CallExpression') {
    const callee = inner.firstChild ? dotted(inner.firstChild, text) : '';
    return /^(?:frozenset|set|list|tuple)$/.test(callee) ? listNames(callArguments(inner, text).positional[0], text) : undefined;
  }
  if (inner.name !== 'ArrayExpression' && inner.name !== 'TupleExpression' && inner.name !== 'SetExpression') return undefined;
  const names: EventReference[] = [];
  for (const element of elementsOf(inner)) {
    const event = eventReference(element, text);
    if (!event || event.form === 'variable') return undefined;
    names.push(event);
  }
  return names.length > 0 ? names : undefined;
}

function patternNames(pattern: SyntaxNode | null | undefined, text: string, depth: number): EventReference[] {
  if (!pattern || depth > 10) return [];
  switch (pattern.name) {
    case 'LiteralPattern': {
      const event = eventReference(pattern.firstChild, text);
      return event ? [event] : [];
    }
    case 'AttributePattern': {
      const reference = text.slice(pattern.from, pattern.to);
      return [{ name: reference.replace(/\.value$/, ''), form: 'constant', node: pattern }];
    }
    case 'OrPattern':
    case 'AsPattern': {
      const names: EventReference[] = [];
      for (let part = pattern.firstChild; part; part = part.nextSibling) names.push(...patternNames(part, text, depth + 1));
      return names;
    }
    default:
      return [];
  }
}

/** A class that is none of a handler: `OrderPlaced`, not `OrderPlacedHandler`. */
function isTypeName(value: SyntaxNode, text: string): boolean {
  const inner = withoutParentheses(value);
  const name = inner ? lastSegment(dotted(inner, text)) : '';
  return /^[A-Z]\w*[a-z]\w*$/.test(name) && !/(?:Handler|Processor|Consumer|Listener|Subscriber|Worker|Command|Job|Task|Action|Service|Strategy|Executor)s?$/.test(name);
}

/** A name or lambda, or a tuple that begins with one (`(validate_order, "orders.place")`). */
function isCallable(value: SyntaxNode): boolean {
  const whole = withoutParentheses(value);
  const inner = whole?.name === 'TupleExpression' ? elementsOf(whole)[0] : whole;
  return inner?.name === 'VariableName' || inner?.name === 'MemberExpression' || inner?.name === 'LambdaExpression';
}
