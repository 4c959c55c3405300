import type { Fact } from '../../model/facts.js';
import { assignmentEntries, readEntries } from '../assignments.js';
import { configEntry, deployment, statedEnvironment } from '../config-facts.js';
import { ENVIRONMENT_WORDS } from '../../model/environments.js';
import { interpolation } from '../interpolation.js';
import { child, entriesOf, itemsOf, joined, textOf, type DataEntry, type DataNode } from '../settings.js';
import type { YamlContext } from './yaml.js';

const SERVICE_KEYS = ['image', 'build', 'environment', 'env_file', 'command', 'ports', 'extends', 'profiles', 'container_name', 'volumes', 'depends_on'];

/** A compose file has a map of services, each a map with at least one key that only a compose service has. */
export function isCompose(root: DataNode): boolean {
  const services = entriesOf(child(root, 'services'));
  return services.length > 0 && services.every(({ value }) => value.type === 'map' || value.type === 'scalar')
    && services.some(({ value }) => SERVICE_KEYS.some((key) => child(value, key) !== undefined))
    && child(root, 'jobs') === undefined;
}

/** Per service: what it runs, the variables that it sets, and those that the file itself reads while compose reads it. */
export function composeFacts(root: DataNode, context: YamlContext): Fact[] {
  const services = entriesOf(child(root, 'services'));
  const facts: Fact[] = services.flatMap((entry) => serviceFacts(entry, services, context));
  for (const { key, keySpan, value } of entriesOf(root)) {
    // `x-` fragments are read where they are used.
    if (key !== 'services' && !key.startsWith('x-')) facts.push(...reads(value, [key], keySpan, undefined));
  }
  return facts;
}

function serviceFacts(entry: DataEntry, services: readonly DataEntry[], context: YamlContext): Fact[] {
  const { key: name, keySpan, value: service } = entry;
  if (service.type !== 'map') return [];
  const extended = extendedService(service, services);
  const inherited = extended.inFile ? entriesOf(extended.inFile) : [];
  const get = (key: string): DataNode | undefined => child(service, key) ?? inherited.findLast((item) => item.key === key)?.value;
  const image = textOf(get('image'));
  const variables = new Map([...variablesOf(child(extended.inFile, 'environment')), ...variablesOf(child(service, 'environment'))]);
  const environment = statedEnvironment([...variables].map(([key, { text }]) => [key, text === undefined ? undefined : literalOrDefault(text)] as const))
    ?? profileEnvironment(get('profiles'));
  const build = get('build');
  const keyPath = ['services', name];
  const common = { format: 'compose', service: name, environment, image } as const;
  const facts: Fact[] = [deployment({
    name,
    span: joined(keySpan, service.span),
    format: 'compose',
    image,
    context: textOf(child(build, 'context')) ?? textOf(build) ?? (build ? '.' : undefined),
    dockerfile: textOf(child(build, 'dockerfile')),
    envFiles: envFiles(get('env_file')),
    opaqueEnvironment: context.templated || extended.elsewhere,
    command: commandOf(get('entrypoint'), get('command')),
    ports: itemsOf(get('ports')).flatMap((port) => textOf(port) ?? portOf(port) ?? []),
    environment,
  })];
  for (const [key, { text, span, spanIn }] of variables) {
    const path = [...keyPath, 'environment', key];
    if (text === undefined) facts.push(configEntry({ ...common, keyPath: path, span, effect: 'passes', reference: key }));
    else facts.push(...assignmentEntries({ ...common, keyPath: path, text, span, ...(spanIn && { spanIn }) }));
  }
  for (const [key, { text, span, spanIn }] of variablesOf(child(build, 'args'))) {
    const path = [...keyPath, 'build', 'args', key];
    if (text === undefined) facts.push(configEntry({ ...common, keyPath: path, span, effect: 'passes', reference: key, phase: 'build' }));
    else facts.push(...assignmentEntries({ ...common, keyPath: path, text, span, phase: 'build', ...(spanIn && { spanIn }) }));
  }
  for (const { key, keySpan: span, value } of service.entries) {
    if (key !== 'environment') facts.push(...reads(key === 'build' ? withoutKey(value, 'args') : value, [...keyPath, key], span, name));
  }
  return facts;
}

interface ComposeVariable {
  /** Undefined: the value is the outer environment's. */
  text?: string;
  span: DataNode['span'];
  spanIn?: (from: number, to: number) => DataNode['span'];
}

/** `environment` and `build.args` as a map or as a list of `NAME=value`. */
function variablesOf(node: DataNode | undefined): [string, ComposeVariable][] {
  const fromMap = entriesOf(node).map(({ key, keySpan, value }): [string, ComposeVariable] => {
    const span = joined(keySpan, value.span);
    if (value.type !== 'scalar' || value.isNull) return [key, { span }];
    return [key, { span, text: value.text ?? '', ...(value.spanIn && { spanIn: value.spanIn }) }];
  });
  const fromList = itemsOf(node).flatMap((item): [string, ComposeVariable][] => {
    const match = /^([^=\s]+)(?:=([\s\S]*))?$/.exec(textOf(item) ?? '');
    if (!match || item.type !== 'scalar') return [];
    if (match[2] === undefined) return [[match[1]!, { span: item.span }]];
    const inner = item.spanIn;
    const shift = match[1]!.length + 1;
    return [[match[1]!, { text: match[2], span: item.span, ...(inner && { spanIn: (from: number, to: number) => inner(from + shift, to + shift) }) }]];
  });
  return [...fromMap, ...fromList];
}

/** The service that this one extends: in the same file, or elsewhere and so not seen. */
function extendedService(service: DataNode, services: readonly DataEntry[]): { inFile?: DataNode; elsewhere: boolean } {
  const extended = child(service, 'extends');
  if (!extended) return { elsewhere: false };
  if (child(extended, 'file')) return { elsewhere: true };
  const name = textOf(child(extended, 'service')) ?? textOf(extended);
  const inFile = services.find(({ key, value }) => key === name && value !== service)?.value;
  return inFile ? { inFile, elsewhere: false } : { elsewhere: true };
}

function envFiles(node: DataNode | undefined): string[] {
  const items = node?.type === 'list' ? node.items : node ? [node] : [];
  return items.flatMap((item) => textOf(item) ?? textOf(child(item, 'path')) ?? []);
}

/** A profile that names an environment (`profiles: [test]`). */
function profileEnvironment(node: DataNode | undefined): string | undefined {
  const found = itemsOf(node).flatMap((item) => ENVIRONMENT_WORDS.get((textOf(item) ?? '').toLowerCase()) ?? []);
  return found.length > 0 && found.every((environment) => environment === found[0]) ? found[0] : undefined;
}

function commandOf(...nodes: readonly (DataNode | undefined)[]): string | undefined {
  const words = nodes.flatMap((node) => (node?.type === 'list' ? node.items.flatMap((item) => textOf(item) ?? []) : textOf(node) ?? []));
  return words.length > 0 ? words.join(' ') : undefined;
}

function portOf(port: DataNode): string | undefined {
  const target = textOf(child(port, 'target'));
  const published = textOf(child(port, 'published'));
  return target === undefined ? undefined : published === undefined ? target : `${published}:${target}`;
}

/** Variables that compose itself replaces, anywhere below a node. */
function reads(node: DataNode, keyPath: readonly string[], near: DataNode['span'], service: string | undefined): Fact[] {
  if (node.type === 'map') return node.entries.flatMap(({ key, keySpan, value, shared }) => (shared ? [] : reads(value, [...keyPath, key], keySpan, service)));
  if (node.type === 'list') return node.items.flatMap((item) => reads(item, keyPath, near, service));
  if (node.text === undefined || !node.text.includes('$')) return [];
  return readEntries({ keyPath, text: node.text, format: 'compose', span: node.span, service, ...(node.spanIn && { spanIn: node.spanIn }) });
}

function withoutKey(node: DataNode, key: string): DataNode {
  return node.type === 'map' ? { ...node, entries: node.entries.filter((entry) => entry.key !== key) } : node;
}

function literalOrDefault(text: string): string | undefined {
  const { literal, whole } = interpolation(text);
  return literal ?? whole?.default;
}
