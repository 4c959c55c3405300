import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../model/location.js';
import { configEntry, isVariableName } from '../config-facts.js';
import { deployCommandFacts, UNKNOWN, type Argument } from '../deploy-strings.js';
import { deployTableFacts, isDeployTableName, pairListEntries, type DeployTable } from '../deploy-tables.js';
import { shellCommands } from '../shell-words.js';
import { child, textOf as plainText, type DataEntry, type DataNode } from '../settings.js';
import type { Context, Extractor } from './context.js';
import { elementsOf, entriesOf } from './literals.js';

/** What only a script that deploys something holds. A file without it is not looked at. */
const DEPLOYS = /--(?:set|update)-(?:build-)?(?:env-vars|secrets)\b|["'\s]run["',\s]+deploy\b|\bkubectl["',\s]+(?:set|create)\b|--build-arg\b|\bdocker["',\s]+run\b|register_task_definition|\baws_cdk\b|\bpulumi(?:_\w+)?\b|run_v2|cloud_run_name/;

const MAX_DEPTH = 12;

/**
 * Environment variables and secrets that a deploy script gives to services: flags of deploy commands in lists and strings, and literals of
 * the usual shapes (`environment_vars={...}` in the description of a service, secrets per service, tables from variable to secret).
 */
export const extractDeployEntries: Extractor = (context) => {
  if (!DEPLOYS.test(context.text)) return {};
  const constants = stringConstants(context);
  const reader = createReader(context, constants);
  /** Offsets of literals that an enclosing one has answered for. */
  const done = new Set<number>();

  const table = (name: string, value: SyntaxNode, given: Partial<DeployTable> = {}): void => {
    if (done.has(value.from) || !isDeployTableName(name) || !LITERALS.has(value.name)) return;
    const around = given.services ? given.services : servicesAround(value, context);
    const facts = deployTableFacts({ name, node: reader.data(value, 0), services: around, ...(given.owner && { owner: given.owner }) });
    if (facts.length === 0) return;
    markAll(value, done);
    for (const fact of facts) context.add(fact);
  };

  return {
    enter: {
      ArgList: (node) => {
        const keywords = keywordsOf(node, context);
        for (const { name, value } of keywords) {
          if (!isDeployTableName(name)) continue;
          const text = (...names: string[]): string | undefined => firstText(keywords, names, reader);
          const service = text('name', 'service', 'service_name', 'id') ?? text('function_name', 'container_name', 'family');
          const directory = text('directory', 'path', 'context', 'source', 'dir', 'entry');
          const dockerfile = text('dockerfile', 'docker_file');
          const image = text('image');
          const owner = {
            span: context.spanOf(node.parent ?? node),
            ...(directory !== undefined && { directory }), ...(dockerfile !== undefined && { dockerfile }), ...(image !== undefined && { image }),
          };
          table(name, value, service === undefined ? {} : { services: [service], owner });
        }
      },
      AssignStatement: (node) => {
        const { name, key, value } = assignment(node, context);
        if (!value) return;
        if (key !== undefined) subscript(name, key, value);
        else if (name !== undefined) table(name, value);
      },
      DictionaryExpression: (node) => {
        if (done.has(node.from)) return;
        for (const { key, value } of entriesOf(node) ?? []) {
          const name = reader.argument(key).text;
          if (!LITERALS.has(value.name) || !isDeployTableName(name)) continue;
          const siblings = reader.data(node, 0);
          const service = plainText(child(siblings, 'name')) ?? plainText(child(siblings, 'service')) ?? keyAbove(node, context);
          const directory = plainText(child(siblings, 'directory')) ?? plainText(child(siblings, 'path')) ?? plainText(child(siblings, 'context'));
          const dockerfile = plainText(child(siblings, 'dockerfile'));
          const owner = { span: context.spanOf(node), ...(directory !== undefined && { directory }), ...(dockerfile !== undefined && { dockerfile }) };
          table(name, value, service === undefined ? {} : { services: [service], owner });
        }
      },
      ArrayExpression: (node) => {
        if (done.has(node.from)) return;
        const elements = elementsOf(node);
        if (elements.length === 0 || elements.length > 500) return;
        const args = elements.map((element) => reader.argument(element));
        const [service] = servicesAround(node, context);
        const facts = deployCommandFacts(args, { format: 'deploy-script', service });
        for (const fact of facts) context.add(fact);
        if (facts.length === 0) pairList(node, args);
        for (const element of elements) if (TEXTS.has(element.name)) markAll(element, done);
      },
      String: (node) => text(node),
      FormatString: (node) => text(node),
    },
  };

  /** `env_vars["PORT"] = "5432"`: set under a condition that is not followed, so the text is what may stand in. */
  function subscript(name: string | undefined, key: string, value: SyntaxNode): void {
    if (name === undefined || !isVariableName(key) || !/env/i.test(name) || /^os\b|environ$/.test(name)) return;
    const { text: given, partial } = reader.argument(value);
    for (const service of orNone(servicesAround(value, context))) {
      context.add(configEntry({
        keyPath: [name, key], span: context.spanOf(value.parent ?? value), format: 'deploy-script', effect: 'sets', service,
        default: partial ? undefined : given,
      }));
    }
  }

  /** A list of `NAME=value` texts on its way to a command. */
  function pairList(node: SyntaxNode, args: readonly Argument[]): void {
    const bound = node.parent?.name === 'AssignStatement' ? assignment(node.parent, context).name ?? '' : '';
    for (const service of orNone(servicesAround(node, context))) for (const entry of pairListEntries(args, bound, service)) context.add(entry);
  }

  /** A command in one string: `"gcloud run deploy api --set-env-vars A=1"`, `"--set-env-vars=A=1"`. */
  function text(node: SyntaxNode): void {
    if (done.has(node.from)) return;
    const raw = context.textOf(node);
    if (!/--(?:set|update)-(?:build-)?(?:env-vars|secrets)[=\s]|--build-arg[=\s]|\b(?:docker|podman) run\b.*\s-e\s/s.test(raw) || isProse(node, context)) return;
    const argument = reader.argument(node);
    const [service] = servicesAround(node, context);
    if (argument.text.startsWith('--') && !/\s/.test(argument.text.trim())) {
      for (const fact of deployCommandFacts([argument], { format: 'deploy-script', service })) context.add(fact);
      return;
    }
    for (const { words } of shellCommands(argument.text).commands) {
      const args = words.map((word): Argument => ({
        text: word.text, verbatim: word.verbatim,
        span: argument.spanIn?.(word.from, word.to) ?? argument.span,
        ...(argument.spanIn && { spanIn: (from: number, to: number) => argument.spanIn!(word.offsets[from] ?? word.from, (word.offsets[to - 1] ?? word.to) + 1) }),
      }));
      for (const fact of deployCommandFacts(args, { format: 'deploy-script', service })) context.add(fact);
    }
  }
};

const TEXTS = new Set(['String', 'FormatString', 'ContinuedString']);
const LITERALS = new Set(['DictionaryExpression', 'ArrayExpression', 'TupleExpression', 'SetExpression']);

interface Reader {
  data(node: SyntaxNode, depth: number): DataNode;
  argument(node: SyntaxNode): Argument;
}

function createReader(context: Context, constants: ReadonlyMap<string, string>): Reader {
  const argument = (node: SyntaxNode): Argument => {
    const pieces: { text: string; offsets: number[]; partial: boolean } = { text: '', offsets: [], partial: false };
    collectText(node, context, constants, pieces, 0);
    const { text, offsets, partial } = pieces;
    const spanIn = (from: number, to: number): Span => {
      const start = offsets[from] ?? node.from;
      return spanAt(context, start, Math.max(start, (offsets[to - 1] ?? start) + 1));
    };
    return { text, span: context.spanOf(node), verbatim: true, ...(offsets.length > 0 && { spanIn }), ...(partial && { partial: true }) };
  };
  const data = (node: SyntaxNode, depth: number): DataNode => {
    const span = context.spanOf(node);
    if (depth > MAX_DEPTH) return { type: 'scalar', isString: false, isNull: false, span };
    if (node.name === 'DictionaryExpression') {
      const entries = dictEntries(node).flatMap(({ key, value }): DataEntry[] => {
        const { text, partial } = argument(key);
        return partial ? [] : [{ key: text, keySpan: context.spanOf(key), value: data(value, depth + 1) }];
      });
      return { type: 'map', entries, span };
    }
    if (LITERALS.has(node.name)) return { type: 'list', items: elementsOf(node).map((element) => data(element, depth + 1)), span };
    const { text, partial } = argument(node);
    const isNull = node.name === 'None';
    return { type: 'scalar', isString: node.name === 'String', isNull, span, ...(!partial && { text }) };
  };
  return { data, argument };
}

/** Entries of a dict; what it unpacks is left out. */
function dictEntries(dict: SyntaxNode): { key: SyntaxNode; value: SyntaxNode }[] {
  const whole = entriesOf(dict);
  if (whole) return whole;
  const parts = elementsOf(dict);
  const entries: { key: SyntaxNode; value: SyntaxNode }[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    if (parts[index]!.name === '**') continue;
    const value = parts[index + 1];
    if (value) entries.push({ key: parts[index]!, value });
  }
  return entries;
}

/** Text of a string-like expression; what is not known reads as `…`. */
function collectText(
  node: SyntaxNode, context: Context, constants: ReadonlyMap<string, string>, into: { text: string; offsets: number[]; partial: boolean }, depth: number,
): void {
  const put = (text: string, at: number, step: 0 | 1): void => {
    for (let index = 0; index < text.length; index++) {
      into.text += text[index];
      into.offsets.push(at + index * step);
    }
  };
  const unknown = (): void => {
    put(UNKNOWN, node.from, 0);
    into.partial = true;
  };
  if (depth > MAX_DEPTH) return unknown();
  switch (node.name) {
    case 'String':
      return putLiteral(context.textOf(node), node.from, put);
    case 'FormatString': {
      const raw = context.textOf(node);
      const open = /^[A-Za-z]*("""|'''|"|')/.exec(raw);
      if (!open) return unknown();
      const to = node.to - (raw.endsWith(open[1]!) ? open[1]!.length : 0);
      let from = node.from + open[0].length;
      for (const part of node.getChildren('FormatReplacement')) {
        put(context.text.slice(from, part.from).replace(/\{\{|\}\}/g, (braces) => braces[0]!), from, 1);
        const inner = part.firstChild?.nextSibling;
        const known = inner?.name === 'VariableName' ? constants.get(context.textOf(inner)) : undefined;
        if (known === undefined) into.partial = true;
        put(known ?? UNKNOWN, part.from, 0);
        from = part.to;
      }
      return put(context.text.slice(from, to), from, 1);
    }
    case 'ContinuedString':
      for (let part = node.firstChild; part; part = part.nextSibling) if (part.name !== 'Comment') collectText(part, context, constants, into, depth + 1);
      return;
    case 'VariableName': {
      const known = constants.get(context.textOf(node));
      return known === undefined ? unknown() : put(known, node.from, 0);
    }
    case 'Number':
    case 'Boolean':
      return put(context.textOf(node), node.from, 1);
    case 'None':
      return;
    case 'ParenthesizedExpression': {
      const inner = elementsOf(node)[0];
      return inner ? collectText(inner, context, constants, into, depth + 1) : unknown();
    }
    default:
      return unknown();
  }
}

function putLiteral(raw: string, from: number, put: (text: string, at: number, step: 0 | 1) => void): void {
  const open = /^([A-Za-z]*)("""|'''|"|')/.exec(raw);
  if (!open) return;
  const isRaw = /r/i.test(open[1]!);
  const end = raw.endsWith(open[2]!) && raw.length > open[0].length ? raw.length - open[2]!.length : raw.length;
  for (let index = open[0].length; index < end; index++) {
    if (raw[index] === '\\' && !isRaw && index + 1 < end) {
      const next = raw[++index]!;
      if (next !== '\n') put(next === 'n' ? '\n' : next === 't' ? '\t' : next, from + index, 1);
    } else put(raw[index]!, from + index, 1);
  }
}

/** Names that one string is assigned to; of `"a" if condition else "b"` the first, for it is the usual one. A name with two texts is unknown. */
function stringConstants(context: Context): Map<string, string> {
  const constants = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const match of context.text.matchAll(/^[ \t]*([A-Za-z_]\w*)(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*(["'])([^"'\\\n]*)\2(?=[ \t]*(?:#.*|if\b.*)?$)/gm)) {
    const [, name, , value] = match;
    if (constants.has(name!) && constants.get(name!) !== value) ambiguous.add(name!);
    constants.set(name!, value!);
  }
  for (const name of ambiguous) constants.delete(name);
  return constants;
}

function keywordsOf(args: SyntaxNode, context: Context): { name: string; value: SyntaxNode }[] {
  const keywords: { name: string; value: SyntaxNode }[] = [];
  for (let part = args.firstChild; part; part = part.nextSibling) {
    if (part.name === 'AssignOp' && part.prevSibling?.name === 'VariableName' && part.nextSibling) {
      keywords.push({ name: context.textOf(part.prevSibling), value: part.nextSibling });
    }
  }
  return keywords;
}

function firstText(keywords: readonly { name: string; value: SyntaxNode }[], names: readonly string[], reader: Reader): string | undefined {
  for (const name of names) {
    let value: SyntaxNode | null | undefined = keywords.find((keyword) => keyword.name === name)?.value;
    if (value?.name === 'ConditionalExpression') value = value.firstChild;
    if (!value) continue;
    const { text, partial } = reader.argument(value);
    if (!partial && text !== '') return text;
  }
  return undefined;
}

/** Target and value of an assignment; `key` for `name["key"] = value`. */
function assignment(node: SyntaxNode, context: Context): { name?: string; key?: string; value?: SyntaxNode } {
  const target = node.firstChild;
  const operator = node.getChild('AssignOp');
  const value = operator?.nextSibling;
  if (!target || !value) return {};
  if (target.name === 'VariableName') return { name: context.textOf(target), value };
  if (target.name !== 'MemberExpression') return {};
  const property = target.getChild('PropertyName');
  if (property) return { name: context.textOf(property), value };
  const subscript = target.getChild('String');
  const base = target.firstChild;
  if (!subscript || !base) return {};
  return { name: context.textOf(base), key: context.textOf(subscript).replace(/^["']|["']$/g, ''), value };
}

/** Services that the code around a node is for: a branch on the service's name, a function `deploy_<service>`. Nearest first. */
function servicesAround(node: SyntaxNode, context: Context): string[] {
  for (let current: SyntaxNode | null = node; current?.parent; current = current.parent) {
    if (current.name === 'Body' && current.parent.name === 'IfStatement') {
      const condition = conditionBefore(current);
      const services = condition ? servicesCompared(condition, context) : [];
      if (services.length > 0) return services;
    } else if (current.name === 'FunctionDefinition') {
      const name = current.getChild('VariableName');
      const service = name && /^_?(?:deploy|configure|update)_(\w+?)(?:_service)?$/.exec(context.textOf(name))?.[1];
      if (service && !GENERIC.test(service)) return [service];
    }
  }
  return [];
}

const GENERIC = /^(?:all|service|services|to|with|from|environment|env|secrets?|job|jobs|config|infrastructure|staging|production|cloud|gcp|aws|new|the|image|images|traffic)(?:_|$)/;

function conditionBefore(body: SyntaxNode): SyntaxNode | undefined {
  const condition = body.prevSibling;
  return condition && condition.name !== 'else' ? condition : undefined;
}

/** `service.name == "frontend"`, `service_name in ["backend", "auth"]`. */
function servicesCompared(condition: SyntaxNode, context: Context): string[] {
  const text = context.textOf(condition);
  const match = /^(?:[\w.]*\b)?(?:service|service_name|component|app|target)(?:\.(?:name|id))?\s*(?:==\s*(["'])([\w-]+)\1|in\s*[[({]([^\])}]*)[\])}])/i.exec(text.trim());
  if (!match) return [];
  if (match[2] !== undefined) return [match[2]];
  return [...(match[3] ?? '').matchAll(/["']([\w-]+)["']/g)].map((quoted) => quoted[1]!).slice(0, 8);
}

/** Key of the entry that a dict is the value of. */
function keyAbove(node: SyntaxNode, context: Context): string | undefined {
  const key = node.prevSibling?.prevSibling;
  if (node.prevSibling?.name !== ':' || key?.name !== 'String') return undefined;
  return context.textOf(key).replace(/^["']|["']$/g, '');
}

/** A doc comment, or text for people: an argument of print and its like. */
function isProse(node: SyntaxNode, context: Context): boolean {
  for (let current: SyntaxNode | null = node; current; current = current.parent) {
    if (current.name === 'ExpressionStatement') return current.firstChild?.name !== 'CallExpression' && current.firstChild?.name !== 'AwaitExpression';
    if (current.name === 'CallExpression' && current.firstChild) {
      if (/^(?:print|.*\blog(?:ger|ging)?\.\w+|.*\.(?:echo|info|warning|error|debug|secho|write|add_argument)|click\.\w+|re\.\w+)$/.test(context.textOf(current.firstChild))) return true;
    }
    if (current.name === 'AssertStatement' || current.name === 'BinaryExpression') return true;
  }
  return false;
}

function markAll(node: SyntaxNode, done: Set<number>): void {
  done.add(node.from);
  const cursor = node.cursor();
  while (cursor.next() && cursor.from < node.to) done.add(cursor.from);
}

function spanAt(context: Context, from: number, to: number): Span {
  const startLine = context.lineAt(from);
  const endLine = context.lineAt(to);
  return [startLine, from - lineStart(context.text, from) + 1, endLine, to - lineStart(context.text, to) + 1];
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function orNone(services: readonly string[]): readonly (string | undefined)[] {
  return services.length > 0 ? services : [undefined];
}
