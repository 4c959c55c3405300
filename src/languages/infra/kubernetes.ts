import { ENVIRONMENT_WORDS } from '../../model/environments.js';
import type { Fact } from '../../model/facts.js';
import { configEntry, deployment, isVariableName, statedEnvironment } from '../config-facts.js';
import { at, child, entriesOf, itemsOf, joined, textOf, variableEntries, variableGroup, type DataNode, type Variable } from '../settings.js';
import type { YamlContext } from './yaml.js';

/** A manifest says which API it belongs to and what it is. */
export function isKubernetes(root: DataNode): boolean {
  return textOf(child(root, 'kind')) !== undefined && (textOf(child(root, 'apiVersion')) !== undefined || child(root, 'configMapGenerator') !== undefined);
}

/** Workloads with their variables, ConfigMaps and Secrets with their keys (a secret's values never enter a fact). */
export function kubernetesFacts(root: DataNode, context: YamlContext): Fact[] {
  const kind = textOf(child(root, 'kind'));
  if (kind === 'List') return itemsOf(child(root, 'items')).flatMap((item) => kubernetesFacts(item, context));
  const metadata = child(root, 'metadata');
  const name = textOf(child(metadata, 'name')) ?? '';
  const environment = namedEnvironment(metadata);
  switch (kind) {
    case 'ConfigMap':
      return dataFacts(child(root, 'data'), ['ConfigMap', name, 'data'], environment);
    case 'Secret':
    case 'SealedSecret': {
      const data = [child(root, 'stringData'), child(root, 'data'), at(root, 'spec', 'encryptedData')];
      return data.flatMap((node) => secretFacts(node, name, environment));
    }
    case 'ExternalSecret':
      return itemsOf(at(root, 'spec', 'data')).flatMap((item) => {
        const key = textOf(child(item, 'secretKey'));
        if (key === undefined) return [];
        const reference = textOf(at(item, 'remoteRef', 'key'));
        return [configEntry({ keyPath: ['Secret', name, key], span: item.span, format: 'kubernetes', effect: 'maps-secret', reference, environment })];
      });
    case 'Kustomization':
      return generatorFacts(root);
    default:
      return podSpecs(root, 0).length > 0 ? workloadFacts(root, name, environment, context) : [];
  }
}

function workloadFacts(root: DataNode, name: string, named: string | undefined, context: YamlContext): Fact[] {
  const containers = podSpecs(root, 0).flatMap((spec) => [...itemsOf(child(spec, 'containers')), ...itemsOf(child(spec, 'initContainers'))]);
  const groups = containers.map((container) => ({ container, variables: readableVariables(child(container, 'env')) }));
  const environment = named ?? statedEnvironment(groups.flatMap(({ variables }) => variables.map((variable) => [variable.name, variable.text] as const)));
  const first = containers[0];
  const image = textOf(child(first, 'image'));
  // A chart's name is templated; its containers' names seldom are.
  const workload = name !== '' ? name : textOf(child(first, 'name')) ?? '';
  const sources = containers.flatMap((container) => itemsOf(child(container, 'envFrom')).flatMap((source) => (
    textOf(at(source, 'configMapRef', 'name')) ?? textOf(at(source, 'secretRef', 'name')) ?? []
  )));
  const facts: Fact[] = [deployment({
    name: workload,
    span: joined(child(root, 'metadata')?.span ?? root.span, root.span),
    format: 'kubernetes',
    image,
    opaqueEnvironment: context.templated || containers.some((container) => child(container, 'envFrom') !== undefined),
    environmentSources: sources.length > 0 ? sources : undefined,
    command: words(child(first, 'command'), child(first, 'args')),
    ports: containers.flatMap((container) => itemsOf(child(container, 'ports')).flatMap((port) => textOf(child(port, 'containerPort')) ?? [])),
    environment,
  })];
  for (const { container, variables } of groups) {
    const owner = { service: workload, environment, image: textOf(child(container, 'image')) };
    const keyPath = [workload, textOf(child(container, 'name')) ?? workload, 'env'];
    for (const variable of variables) facts.push(...variableEntries(variable, [...keyPath, variable.name], 'kubernetes', owner));
  }
  return facts;
}

/** Variables of an `env` list; items that cannot be read (a template, a lower-case name) are left out. */
function readableVariables(env: DataNode | undefined): Variable[] {
  return itemsOf(env).flatMap((item) => variableGroup({ type: 'list', items: [item], span: item.span }) ?? []);
}

/** Every map below that lists containers. */
function podSpecs(node: DataNode, depth: number): DataNode[] {
  if (depth > 12 || node.type !== 'map') return [];
  if (child(node, 'containers')?.type === 'list') return [node];
  return node.entries.flatMap(({ value }) => podSpecs(value, depth + 1));
}

function dataFacts(data: DataNode | undefined, keyPath: readonly string[], environment: string | undefined): Fact[] {
  return entriesOf(data).flatMap(({ key, keySpan, value }) => {
    if (value.type !== 'scalar') return [];
    const isFile = !isVariableName(key);
    return [configEntry({
      keyPath: [...keyPath, key], span: joined(keySpan, value.span), format: 'kubernetes', environment,
      effect: isFile ? 'setting' : 'sets', value: value.text?.includes('\n') ? undefined : value.text,
    })];
  });
}

function secretFacts(data: DataNode | undefined, name: string, environment: string | undefined): Fact[] {
  return entriesOf(data).map(({ key, keySpan }) => configEntry({
    keyPath: ['Secret', name, key], span: keySpan, format: 'kubernetes', effect: 'maps-secret', reference: `${name}/${key}`, environment,
  }));
}

/** `configMapGenerator` and `secretGenerator` of a kustomization. */
function generatorFacts(root: DataNode): Fact[] {
  return (['configMapGenerator', 'secretGenerator'] as const).flatMap((generator) => itemsOf(child(root, generator)).flatMap((item) => {
    const name = textOf(child(item, 'name')) ?? '';
    return (variableGroup(child(item, 'literals') ?? item) ?? []).map((variable) => configEntry({
      keyPath: [generator === 'secretGenerator' ? 'Secret' : 'ConfigMap', name, variable.name], span: variable.span, format: 'kubernetes',
      ...(generator === 'secretGenerator' ? { effect: 'maps-secret', reference: `${name}/${variable.name}` } : { effect: 'sets', value: variable.text }),
    }));
  }));
}

/** A namespace or label that names an environment. */
function namedEnvironment(metadata: DataNode | undefined): string | undefined {
  const candidates = [textOf(at(metadata, 'labels', 'environment')), textOf(at(metadata, 'labels', 'env')), textOf(child(metadata, 'namespace'))];
  for (const candidate of candidates) {
    for (const word of (candidate ?? '').toLowerCase().split(/[^a-z0-9]+/)) {
      const environment = ENVIRONMENT_WORDS.get(word);
      if (environment !== undefined) return environment;
    }
  }
  return undefined;
}

function words(...nodes: readonly (DataNode | undefined)[]): string | undefined {
  const found = nodes.flatMap((node) => itemsOf(node).flatMap((item) => textOf(item) ?? []));
  return found.length > 0 ? found.join(' ') : undefined;
}
