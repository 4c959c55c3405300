import type { SyntaxNode } from '@lezer/common';
import type { ContractFact } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import { sortedDistinct } from '../../util/compare.js';
import { isDiscriminator, isEnvelope, isFieldName, isOptionalList, isRequiredList, isRequirementTable, nameWords } from '../event-words.js';
import { lastSegment } from '../../util/dotted.js';
import { callArguments } from './call-arguments.js';
import type { Extractor } from './context.js';
import { dotted } from './dotted.js';
import { elementsOf, stringOf, withoutParentheses } from './literals.js';
import { dictEntries, discriminatorOf, eventReference, type EventReference } from './message-literals.js';

/** A variable of a test that holds a message of a known event, or a list of them, while the walk is between two offsets. */
interface KnownEvent {
  variable: string;
  event: EventReference;
  /** `data` when the variable holds the inside of that envelope. */
  inside?: string;
  isList: boolean;
  from: number;
  to: number;
}

interface Frame {
  scope: readonly string[];
  to: number;
  known: KnownEvent[];
  asserted: Map<string, { event: EventReference; keys: Set<string>; node: SyntaxNode }>;
}

/** What validators, models and tests written in Python demand of an event. */
export const extractContracts: Extractor = (context) => {
  const { text } = context;
  const frames: Frame[] = [{ scope: [], to: text.length, known: [], asserted: new Map() }];
  const contracts: (ContractFact & { symbolic: boolean })[] = [];
  const optionalTwins: { scope: string; event: string; keys: readonly string[] }[] = [];
  const top = (): Frame => frames.at(-1)!;

  const add = (event: EventReference, span: Span, scope: readonly string[], more: Pick<ContractFact, 'container' | 'source'> & Partial<ContractFact>): void => {
    contracts.push({
      kind: 'contract', name: event.name, scope: [...scope], exported: false, span, symbolic: event.form === 'constant', requiredKeys: [], optionalKeys: [], ...more,
    });
  };

  const spanOver = (start: SyntaxNode, end: SyntaxNode): Span => {
    const [line, column] = context.spanOf(start);
    const [, , endLine, endColumn] = context.spanOf(end);
    return [line, column, endLine, endColumn];
  };

  /** `REQUIRED_FIELDS = {"order_placed": ["id", "total"], ...}` */
  const table = (name: string, dict: SyntaxNode): void => {
    const entries = dictEntries(dict, text);
    const isOptional = nameWords(name)[0] === 'optional';
    if (!isOptional && !isRequirementTable(name)) return;
    for (const { keyNode, value, spread } of entries) {
      const event = spread ? undefined : eventReference(keyNode, text);
      if (!event || event.form === 'variable') continue;
      const demanded = demandsOf(value, text);
      if (!demanded) continue;
      if (isOptional) optionalTwins.push({ scope: context.scope.join('.'), event: event.name, keys: demanded.required });
      else add(event, spanOver(keyNode, value), context.scope, { container: name, source: 'validator', requiredKeys: demanded.required, optionalKeys: demanded.optional });
    }
  };

  const assign = (node: SyntaxNode): void => {
    const target = node.firstChild;
    const value = withoutParentheses(node.lastChild);
    if (!target || !value || !node.getChild('AssignOp')) return;
    const name = lastSegment(dotted(target, text));
    if (name === '') return;
    if (value.name === 'DictionaryExpression') return table(name, value);
    const fields = fieldList(value, text);
    if (fields) {
      const words = nameWords(name);
      if (words.length > 2 && words.includes('required') && words[0] !== 'required' && !words.includes('optional')) {
        add({ name, form: 'text', node: target }, spanOver(target, value), context.scope, { container: name, source: 'validator', requiredKeys: fields, namedAfter: true });
      }
      return;
    }
    if (target.name === 'VariableName' && frames.length > 1) learnFrom(top(), name, value, node.to);
  };

  /** `EventRule(name="order_placed_fields", required_fields=[...])` */
  const ruleObject = (call: SyntaxNode): void => {
    const callee = call.firstChild ? lastSegment(dotted(call.firstChild, text)) : '';
    if (callee === 'assertIn') return assertion(callArguments(call, text).positional);
    const list = call.getChild('ArgList');
    if (!list || callee === '' || !text.slice(list.from, list.to).includes('required')) return;
    const { keywords } = callArguments(call, text);
    let required: { keyword: string; node: SyntaxNode; fields: readonly string[] } | undefined;
    let optional: readonly string[] = [];
    for (const [keyword, node] of keywords) {
      const fields = isRequiredList(keyword) || isOptionalList(keyword) ? fieldList(node, text) : undefined;
      if (!fields) continue;
      if (isOptionalList(keyword)) optional = fields;
      else required ??= { keyword, node, fields };
    }
    if (!required) return;
    const more = { container: callee, source: 'validator' as const, requiredKeys: required.fields, optionalKeys: optional };
    const keyword = required.node.prevSibling?.prevSibling ?? required.node;
    for (const key of ['event_type', 'event_name', 'event', 'message_type', 'type']) {
      const event = eventReference(keywords.get(key), text);
      if (event && event.form !== 'variable') return add(event, spanOver(keyword, required.node), context.scope, more);
    }
    const named = eventReference(keywords.get('name') ?? keywords.get('id') ?? keywords.get('rule'), text);
    if (named?.form === 'text') add(named, spanOver(keyword, required.node), context.scope, { ...more, namedAfter: true });
  };

  /** `{"event_type": "order_placed", "required_fields": [...]}` */
  const ruleLiteral = (node: SyntaxNode): void => {
    const entries = dictEntries(node, text);
    const list = entries.find(({ key }) => key !== undefined && isRequiredList(key));
    const fields = list && fieldList(list.value, text);
    const named = fields && discriminatorOf(entries, text);
    if (!list || !fields || !named || named.event.form === 'variable') return;
    const optional = entries.find(({ key }) => key !== undefined && isOptionalList(key));
    add(named.event, spanOver(list.keyNode, list.value), context.scope, {
      container: list.key!, source: 'validator', requiredKeys: fields, optionalKeys: optional ? fieldList(optional.value, text) ?? [] : [],
    });
  };

  /** `class OrderPlaced(BaseModel): type: Literal["order_placed"]; total: int` */
  const model = (node: SyntaxNode): void => {
    const body = node.getChild('Body');
    const nameNode = node.getChild('VariableName');
    if (!body || !nameNode) return;
    let event: EventReference | undefined;
    const required: string[] = [];
    const optional: string[] = [];
    for (let statement = body.firstChild; statement; statement = statement.nextSibling) {
      const target = statement.name === 'AssignStatement' ? statement.firstChild : null;
      const type = target && statement.getChild('TypeDef');
      if (target?.name !== 'VariableName' || !type) continue;
      const field = text.slice(target.from, target.to);
      const value = statement.getChild('AssignOp') ? statement.lastChild : null;
      if (isDiscriminator(field) && !event) {
        // `type: str = "user"` is a default that callers replace; a literal type or an enum member is the name of the event.
        const fixed = literalType(type, text) ?? (value ? eventReference(value, text) : undefined);
        if (fixed && (fixed.form === 'constant' || fixed.node !== withoutParentheses(value))) event = fixed;
        if (event) continue;
      }
      if (value === null || isRequiredDefault(value, text)) required.push(field);
      else optional.push(field);
    }
    if (!event || required.length + optional.length === 0) return;
    const name = text.slice(nameNode.from, nameNode.to);
    add(event, context.spanOf(nameNode), context.scope, { container: name, source: 'type', requiredKeys: clean(required), optionalKeys: clean(optional) });
  };

  const assertion = (operands: readonly SyntaxNode[]): void => {
    const key = stringOf(operands[0], text);
    const found = key !== undefined && operands[1] ? holderOf(operands[1]) : undefined;
    if (!found || key === undefined || !isFieldName(key) || isDiscriminator(key)) return;
    const { asserted } = top();
    let contract = asserted.get(found.event.name);
    if (!contract) asserted.set(found.event.name, (contract = { event: found.event, keys: new Set(), node: operands[0]! }));
    contract.keys.add(found.inside === undefined ? key : `${found.inside}.${key}`);
  };

  /** The known message that an expression stands for, and whether it is its envelope that is meant. */
  const holderOf = (node: SyntaxNode): { event: EventReference; inside?: string } | undefined => {
    const inner = withoutParentheses(node);
    if (inner?.name === 'VariableName') return knownAt(text.slice(inner.from, inner.to), inner.from);
    const part = inner && partOf(inner, text);
    if (!part || !isEnvelope(part.key)) return undefined;
    const outer = knownAt(part.variable, inner!.from);
    return outer && outer.inside === undefined ? { event: outer.event, inside: part.key } : undefined;
  };

  const knownAt = (variable: string, offset: number): KnownEvent | undefined => {
    const candidates = top().known.filter((known) => known.variable === variable && !known.isList && known.from <= offset && offset < known.to);
    return candidates.at(-1);
  };

  const learnFrom = (frame: Frame, variable: string, value: SyntaxNode, from: number): void => {
    const range = { from, to: frame.to };
    const filter = filterOf(value, text);
    if (filter) {
      frame.known.push({ variable, event: filter.event, isList: filter.isList, ...range });
      return;
    }
    const part = partOf(value, text);
    if (!part) return;
    const list = frame.known.findLast((known) => known.variable === part.variable && known.isList);
    if (list && part.isIndex) frame.known.push({ variable, event: list.event, isList: false, ...range });
    const outer = isEnvelope(part.key) ? knownAt(part.variable, value.from) : undefined;
    if (outer && outer.inside === undefined) frame.known.push({ variable, event: outer.event, inside: part.key, isList: false, ...range });
  };

  const learnFromComparison = (condition: SyntaxNode | null | undefined, from: number, to: number): void => {
    for (const { variable, event } of namedIn(condition, text, 0)) top().known.push({ variable, event, isList: false, from, to });
  };

  return {
    enter: {
      FunctionDefinition: (node) => {
        const nameNode = node.getChild('VariableName');
        frames.push({ scope: [...context.scope, nameNode ? text.slice(nameNode.from, nameNode.to) : ''], to: node.to, known: [], asserted: new Map() });
      },
      ClassDefinition: model,
      AssignStatement: assign,
      CallExpression: ruleObject,
      DictionaryExpression: ruleLiteral,
      IfStatement: (node) => {
        const body = node.getChild('Body');
        if (body && frames.length > 1) learnFromComparison(node.firstChild?.nextSibling, body.from, body.to);
      },
      ForStatement: (node) => {
        const variable = node.firstChild?.nextSibling;
        const list = node.getChild('in')?.nextSibling;
        if (variable?.name !== 'VariableName' || !list || frames.length === 1) return;
        const frame = top();
        const name = text.slice(list.from, list.to);
        const known = frame.known.findLast((candidate) => candidate.variable === name && candidate.isList);
        const event = known?.event ?? filterOf(list, text)?.event;
        if (event) frame.known.push({ variable: text.slice(variable.from, variable.to), event, isList: false, from: node.from, to: node.to });
      },
      AssertStatement: (node) => {
        if (frames.length === 1) return;
        const condition = node.firstChild?.nextSibling;
        learnFromComparison(condition, node.to, top().to);
        for (const part of conjuncts(condition, 0)) {
          const operands = elementsOf(part);
          if (operands.length === 3 && operands[1]!.name === 'in') assertion([operands[0]!, operands[2]!]);
        }
      },
    },
    leave: {
      FunctionDefinition: () => {
        const { scope, asserted } = frames.pop()!;
        for (const { event, keys, node } of asserted.values()) {
          add(event, context.spanOf(node), scope, { container: scope.at(-1)!, source: 'test', requiredKeys: sortedDistinct(keys), partial: true });
        }
      },
    },
    end() {
      for (const contract of contracts) {
        const twin = optionalTwins.find(({ scope, event }) => scope === contract.scope.join('.') && event === contract.name);
        context.add(twin ? { ...contract, optionalKeys: twin.keys } : contract);
      }
    },
  };
};

/** `["id", "total"]`, or `{"required": [...], "optional": [...]}`. */
function demandsOf(value: SyntaxNode, text: string): { required: readonly string[]; optional: readonly string[] } | undefined {
  const inner = withoutParentheses(value);
  if (inner?.name !== 'DictionaryExpression') {
    const required = fieldList(inner, text);
    return required && { required, optional: [] };
  }
  let required: readonly string[] | undefined;
  let optional: readonly string[] = [];
  const inside: string[] = [];
  for (const { key, value: list } of dictEntries(inner, text)) {
    const fields = key === undefined ? undefined : fieldList(list, text);
    if (!fields || key === undefined) continue;
    if (isRequiredList(key)) required = fields;
    else if (isOptionalList(key)) optional = fields;
    else {
      // `"data_fields": ["tool_name"]` beside `"required_fields"`: what the envelope must hold.
      const words = nameWords(key);
      if (words.length === 2 && isEnvelope(words[0]!) && (words[1] === 'fields' || words[1] === 'keys')) inside.push(...fields.map((field) => `${words[0]!}.${field}`));
    }
  }
  return required && { required: clean([...required, ...inside]), optional };
}

/** A list, tuple or set display of field names, without the keys that name the event; undefined when anything else is in it. */
function fieldList(node: SyntaxNode | null | undefined, text: string): readonly string[] | undefined {
  const inner = withoutParentheses(node);
  if (inner?.name !== 'ArrayExpression' && inner?.name !== 'TupleExpression' && inner?.name !== 'SetExpression') return undefined;
  const fields: string[] = [];
  for (const element of elementsOf(inner)) {
    const field = stringOf(element, text);
    if (field === undefined || !isFieldName(field)) return undefined;
    fields.push(field);
  }
  return fields.length > 0 && fields.length <= 100 ? clean(fields) : undefined;
}

function clean(fields: readonly string[]): string[] {
  return sortedDistinct(fields.filter((field) => !isDiscriminator(field)));
}

/** `Literal["order_placed"]` */
function literalType(type: SyntaxNode, text: string): EventReference | undefined {
  const member = type.getChild('MemberExpression');
  if (!member || !/^(?:typing\.|t\.)?Literal\b/.test(text.slice(member.from, member.to))) return undefined;
  const argument = member.getChild('[')?.nextSibling;
  return argument?.nextSibling?.name === ']' ? eventReference(argument, text) : undefined;
}

/** `...`, `Field(...)`, `Field(description="...")`: a default that is none. */
function isRequiredDefault(value: SyntaxNode, text: string): boolean {
  if (value.name === 'Ellipsis' || value.name === '...') return true;
  if (value.name !== 'CallExpression' || lastSegment(dotted(value.firstChild!, text)) !== 'Field') return false;
  const { positional, keywords } = callArguments(value, text);
  if (keywords.has('default') || keywords.has('default_factory')) return false;
  return positional.length === 0 || text.slice(positional[0]!.from, positional[0]!.to) === '...';
}

/** `message["data"]`, `message.get("data", {})`, `messages[0]`. */
function partOf(node: SyntaxNode, text: string): { variable: string; key: string; isIndex: boolean } | undefined {
  const inner = withoutParentheses(node);
  const owner = inner?.name === 'CallExpression' ? inner.firstChild?.firstChild : inner?.firstChild;
  if (!inner || owner?.name !== 'VariableName') return undefined;
  const variable = text.slice(owner.from, owner.to);
  if (inner.name === 'CallExpression') {
    if (lastSegment(dotted(inner.firstChild!, text)) !== 'get') return undefined;
    const key = stringOf(callArguments(inner, text).positional[0], text);
    return key === undefined ? undefined : { variable, key, isIndex: false };
  }
  if (inner.name !== 'MemberExpression') return undefined;
  const index = inner.getChild('[')?.nextSibling;
  if (!index) return undefined;
  const key = stringOf(index, text);
  return { variable, key: key ?? '', isIndex: key === undefined };
}

/** The event that a comprehension filters for: `[e for e in events if e["type"] == "x"]`, `next(e for e in events if ...)`. */
function filterOf(node: SyntaxNode, text: string): { event: EventReference; isList: boolean } | undefined {
  let inner = withoutParentheses(node);
  let isList = true;
  if (inner?.name === 'CallExpression') {
    if (!inner.firstChild || dotted(inner.firstChild, text) !== 'next') return undefined;
    isList = false;
    inner = callArguments(inner, text).positional[0];
    // A generator that is the only argument stands in the argument list itself.
    if (inner?.name !== 'ComprehensionExpression') inner = node.getChild('ArgList')?.getChild('ComprehensionExpression') ?? inner;
  }
  if (inner?.name !== 'ArrayComprehensionExpression' && inner?.name !== 'ComprehensionExpression') return undefined;
  const condition = inner.getChild('if')?.nextSibling;
  const [first] = namedIn(condition, text, 0);
  return first && { event: first.event, isList };
}

/** Which variable a condition says is a message of which event: `message["type"] == "order_placed"`. */
function namedIn(condition: SyntaxNode | null | undefined, text: string, depth: number): { variable: string; event: EventReference }[] {
  const found: { variable: string; event: EventReference }[] = [];
  for (const part of conjuncts(condition, depth)) {
    const [left, operator, right] = elementsOf(part);
    if (!left || !right || operator?.name !== 'CompareOp' || text.slice(operator.from, operator.to) !== '==') continue;
    const event = eventReference(right, text);
    const subject = event && event.form !== 'variable' ? subjectVariable(left, text) : undefined;
    if (subject !== undefined) found.push({ variable: subject, event: event! });
  }
  return found;
}

function subjectVariable(node: SyntaxNode, text: string): string | undefined {
  const inner = withoutParentheses(node);
  const part = inner && partOf(inner, text);
  if (part) return isDiscriminator(part.key) ? part.variable : undefined;
  const last = inner?.name === 'MemberExpression' ? inner.lastChild : undefined;
  const owner = inner?.firstChild;
  return last?.name === 'PropertyName' && owner?.name === 'VariableName' && isDiscriminator(text.slice(last.from, last.to)) ? text.slice(owner.from, owner.to) : undefined;
}

/** The parts of `a and b and c`. */
function conjuncts(node: SyntaxNode | null | undefined, depth: number): SyntaxNode[] {
  const inner = withoutParentheses(node);
  if (!inner || depth > 30 || inner.name !== 'BinaryExpression') return [];
  if (!inner.getChild('and')) return [inner];
  return [...conjuncts(inner.firstChild, depth + 1), ...conjuncts(inner.lastChild, depth + 1)];
}
