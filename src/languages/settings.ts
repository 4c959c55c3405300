import { ENVIRONMENT_WORDS } from '../model/environments.js';
import type { ConfigEntryFact, DeploymentFact, Fact } from '../model/facts.js';
import type { Span } from '../model/location.js';
import { assignmentEntries } from './assignments.js';
import { configEntry, deployment, isVariableName, statedEnvironment } from './config-facts.js';
import { interpolation } from './interpolation.js';

/** A value of a data file, whatever its syntax: what JSON, YAML and TOML have in common. */
export type DataNode =
  | { type: 'map'; entries: readonly DataEntry[]; span: Span }
  | { type: 'list'; items: readonly DataNode[]; span: Span }
  /** `text` is absent where the value is templated or of a type that has no plain text (a tag, a date is text). `spanIn` as in assignments. */
  | { type: 'scalar'; text?: string; isString: boolean; isNull: boolean; span: Span; spanIn?: (from: number, to: number) => Span };

export interface DataEntry {
  key: string;
  keySpan: Span;
  value: DataNode;
  /** The entry came through an alias or a merge key and stands elsewhere. */
  shared?: boolean;
}

type Format = ConfigEntryFact['format'];

/** A file with more settings than this is data (translations, records), and no setting of it means anything to us. */
const MAX_SETTINGS = 300;
const MAX_DEPTH = 30;

/** Keys that hold environment variables, in the spelling of Helm values, serverless files, task definitions, app manifests. */
const ENVIRONMENT_KEYS: ReadonlySet<string> = new Set([
  'env', 'envs', 'environment', 'environmentvariables', 'envvars', 'envvariables', 'extraenv', 'extraenvs', 'extraenvvars', 'buildenv', 'secrets',
  'secretenv', 'variables', 'vars', 'configvars', 'containerenv', 'remoteenv',
]);

/**
 * Facts of a plain settings file: groups of environment variables wherever a key says so, and every other leaf as a `setting`, at most
 * 300 of them (a file with more is data and gives none). The service of a group is the key above it, or the `name` beside it.
 */
export function settingFacts(root: DataNode, format: Format): Fact[] {
  if (root.type !== 'map') return [];
  const facts: Fact[] = [];
  const settings: ConfigEntryFact[] = [];
  const visit = (node: DataNode, path: readonly string[], depth: number): void => {
    if (depth > MAX_DEPTH || settings.length > MAX_SETTINGS) return;
    if (node.type === 'map') {
      for (const { key, keySpan, value } of node.entries) {
        const group = ENVIRONMENT_KEYS.has(key.toLowerCase().replace(/[^a-z]/g, '')) ? variableGroup(value) : undefined;
        if (group) {
          const variables = /secret/i.test(key) ? group.map(fromStore) : group;
          facts.push(...groupFacts(variables, [...path, key], format, { service: serviceNear(node, path), environment: environmentIn(path), span: keySpan }));
        }
        else if (value.type !== 'scalar') visit(value, [...path, key], depth + 1);
        else if (value.text !== undefined && !value.isNull) {
          settings.push(configEntry({ keyPath: [...path, key], span: joined(keySpan, value.span), format, effect: 'setting', value: value.text }));
        }
      }
    } else if (node.type === 'list') {
      if (node.items.every((item) => item.type === 'scalar')) {
        const texts = node.items.flatMap((item) => (item.type === 'scalar' && item.text !== undefined ? [item.text] : []));
        if (texts.length > 0 && texts.length <= 50) {
          settings.push(configEntry({ keyPath: path, span: node.span, format, effect: 'setting', value: JSON.stringify(texts) }));
        }
      } else if (node.items.length <= 50) {
        node.items.forEach((item, index) => visit(item, [...path, nameOf(item) ?? String(index)], depth + 1));
      }
    }
  };
  visit(root, [], 0);
  return settings.length > MAX_SETTINGS ? facts : [...facts, ...settings];
}

export interface Variable {
  name: string;
  /** Text of the value; undefined when it is not known. */
  text?: string;
  /** Secret or resource that it comes from. */
  reference?: string;
  secret: boolean;
  span: Span;
  spanIn?: (from: number, to: number) => Span;
}

/**
 * Environment variables in any of the usual forms: a map of upper-case names, a list of `{name, value}` (`valueFrom` for a secret), a list of
 * `NAME=value`. Undefined when the node is none of them.
 */
export function variableGroup(node: DataNode): Variable[] | undefined {
  if (node.type === 'map') {
    const entries = node.entries.filter(({ key }) => key !== '<<');
    const inner = entries.length === 1 && /^variables$/i.test(entries[0]!.key) ? variableGroup(entries[0]!.value) : undefined;
    if (inner) return inner; // CloudFormation: `Environment: { Variables: ... }`
    if (entries.length === 0 || !entries.every(({ key }) => isVariableName(key))) return undefined;
    return entries.map(({ key, keySpan, value }) => ({ name: key, ...valueOf(value), span: joined(keySpan, value.span) }));
  }
  if (node.type !== 'list' || node.items.length === 0) return undefined;
  const variables: Variable[] = [];
  for (const item of node.items) {
    const variable = item.type === 'map' ? namedVariable(item) : item.type === 'scalar' ? pairVariable(item) : undefined;
    if (!variable) return undefined;
    variables.push(variable);
  }
  return variables;
}

/** Facts of a group: a deployment when it has a service, and its variables. */
export function groupFacts(
  variables: readonly Variable[], keyPath: readonly string[], format: Format,
  owner: { service?: string | undefined; environment?: string | undefined; span: Span; image?: string | undefined; phase?: 'build'; deploys?: boolean },
): (ConfigEntryFact | DeploymentFact)[] {
  const environment = statedEnvironment(variables.map(({ name, text }) => [name, text] as const)) ?? owner.environment;
  const facts: (ConfigEntryFact | DeploymentFact)[] = [];
  if (owner.deploys && owner.service !== undefined) {
    facts.push(deployment({ name: owner.service, span: owner.span, format, image: owner.image, environment }));
  }
  for (const variable of variables) facts.push(...variableEntries(variable, [...keyPath, variable.name], format, { ...owner, environment }));
  return facts;
}

/** Entries of one variable. */
export function variableEntries(
  variable: Variable, keyPath: readonly string[], format: Format,
  owner: { service?: string | undefined; environment?: string | undefined; image?: string | undefined; phase?: 'build' },
): ConfigEntryFact[] {
  const common = { keyPath, format, span: variable.span, service: owner.service, environment: owner.environment, image: owner.image, phase: owner.phase };
  if (variable.secret) return [configEntry({ ...common, effect: 'maps-secret', reference: variable.reference })];
  if (variable.text === undefined) return [configEntry({ ...common, effect: 'sets', reference: variable.reference })];
  return assignmentEntries({ ...common, text: variable.text, ...(variable.spanIn && { spanIn: variable.spanIn }) });
}

/** The value of a key in a map. */
export function child(node: DataNode | undefined, key: string): DataNode | undefined {
  return node?.type === 'map' ? node.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

/** The value at a path of keys. */
export function at(node: DataNode | undefined, ...keys: readonly string[]): DataNode | undefined {
  return keys.reduce<DataNode | undefined>(child, node);
}

/** Text of a scalar, undefined for anything else. */
export function textOf(node: DataNode | undefined): string | undefined {
  return node?.type === 'scalar' && !node.isNull ? node.text : undefined;
}

/** Items of a list; none for anything else. */
export function itemsOf(node: DataNode | undefined): readonly DataNode[] {
  return node?.type === 'list' ? node.items : [];
}

/** Entries of a map; none for anything else. */
export function entriesOf(node: DataNode | undefined): readonly DataEntry[] {
  return node?.type === 'map' ? node.entries : [];
}

/** From the start of one span to the end of another. */
export function joined(from: Span, to: Span): Span {
  return to[2] > from[0] || (to[2] === from[0] && to[3] >= from[1]) ? [from[0], from[1], to[2], to[3]] : from;
}

function valueOf(node: DataNode): Omit<Variable, 'name' | 'span'> {
  if (node.type === 'scalar') {
    const secret = node.text === undefined ? undefined : secretReference(node.text);
    if (secret !== undefined) return { secret: true, reference: secret };
    return { secret: false, ...(node.text !== undefined && { text: node.isNull ? '' : node.text }), ...(node.spanIn && { spanIn: node.spanIn }) };
  }
  const secret = at(node, 'valueFrom', 'secretKeyRef') ?? child(node, 'secretKeyRef') ?? child(node, 'secret');
  const name = textOf(child(secret, 'name')) ?? textOf(secret);
  const key = textOf(child(secret, 'key'));
  if (secret) return { secret: true, ...(name !== undefined && { reference: key === undefined ? name : `${name}/${key}` }) };
  return { secret: false, ...(textOf(child(node, 'value')) !== undefined && { text: textOf(child(node, 'value'))! }) };
}

/** `{{resolve:secretsmanager:...}}`, an ARN of a secret or parameter: text that stands for a secret. */
function secretReference(text: string): string | undefined {
  return /^\{\{resolve:(?:secretsmanager|ssm-secure):([^}]+)\}\}$/.exec(text)?.[1]
    ?? (/^arn:aws:(?:secretsmanager|ssm):/.test(text) || /^\$?\{?ssm:/.test(text) ? text : undefined);
}

/** `{name: X, value: y}`, `{key: X, ...}`, `{name: X, valueFrom: arn or {secretKeyRef}}`. */
function namedVariable(item: DataNode): Variable | undefined {
  const named = child(item, 'name') ?? child(item, 'key') ?? child(item, 'Name');
  const name = textOf(named);
  if (name === undefined || !isVariableName(name)) return undefined;
  const value = child(item, 'value') ?? child(item, 'Value');
  const from = child(item, 'valueFrom') ?? child(item, 'ValueFrom');
  const span = item.span;
  if (value) return { name, ...valueOf(value), span };
  if (textOf(from) !== undefined) return { name, secret: true, reference: textOf(from)!, span };
  if (!from) return { name, secret: false, span };
  return { name, ...fromReference(from), span };
}

function fromReference(from: DataNode): Omit<Variable, 'name' | 'span'> {
  const secret = child(from, 'secretKeyRef');
  const source = secret ?? child(from, 'configMapKeyRef') ?? child(from, 'fieldRef') ?? child(from, 'resourceFieldRef');
  const name = textOf(child(source, 'name')) ?? textOf(child(source, 'fieldPath')) ?? textOf(child(source, 'resource'));
  const key = textOf(child(source, 'key'));
  const reference = name === undefined ? undefined : key === undefined ? name : `${name}/${key}`;
  return { secret: secret !== undefined, ...(reference !== undefined && { reference }) };
}

/** `NAME=value` or `NAME` alone in a list. */
function pairVariable(item: DataNode & { type: 'scalar' }): Variable | undefined {
  const match = item.text === undefined ? null : /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(item.text);
  if (!match || !isVariableName(match[1]!)) return undefined;
  const name = match[1]!;
  if (match[2] === undefined) return { name, secret: false, text: `\${${name}}`, span: item.span };
  const shift = name.length + 1;
  const inner = item.spanIn;
  return { name, secret: false, text: match[2], span: item.span, ...(inner && { spanIn: (from: number, to: number) => inner(from + shift, to + shift) }) };
}

/** A variable of a group called secrets: its text is an id, or the secret itself, which no fact shall hold. */
function fromStore(variable: Variable): Variable {
  const { text, reference, ...rest } = variable;
  const id = reference ?? (text !== undefined && /^[a-z][\w./-]*(?::\w+)?$/.test(text) ? text.replace(/:\w+$/, '') : undefined);
  return { ...rest, secret: true, ...(id !== undefined && { reference: id }) };
}

/** The environment that a key above names: `environments: { staging: { variables: ... } }`. */
function environmentIn(path: readonly string[]): string | undefined {
  return path.flatMap((key) => ENVIRONMENT_WORDS.get(key.toLowerCase()) ?? []).at(-1);
}

/** The service that a group of variables belongs to: the `name` beside it, else the key above it. */
function serviceNear(parent: DataNode, path: readonly string[]): string | undefined {
  const named = nameOf(parent);
  if (named !== undefined) return named;
  const above = path.at(-1);
  return above === undefined || /^\d+$/.test(above) || GENERIC.test(above) ? undefined : above;
}

const GENERIC = /^(?:build|global|defaults?|config|settings|provider|production|staging|development|test|containers?|spec|template|deploy|app|run|args)$/i;

function nameOf(node: DataNode): string | undefined {
  const name = textOf(child(node, 'name')) ?? textOf(child(node, 'service')) ?? textOf(child(node, 'id'));
  return name !== undefined && name.length <= 60 && interpolation(name).references.length === 0 ? name : undefined;
}
