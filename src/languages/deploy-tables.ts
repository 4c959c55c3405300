import { ENVIRONMENT_WORDS } from '../model/environments.js';
import type { ConfigEntryFact, DeploymentFact } from '../model/facts.js';
import type { Span } from '../model/location.js';
import { configEntry, deployment, isVariableName, statedEnvironment } from './config-facts.js';
import { splitPairs, UNKNOWN } from './deploy-strings.js';
import { child, entriesOf, itemsOf, joined, textOf, variableEntries, variableGroup, type DataNode } from './settings.js';

type DeployFact = ConfigEntryFact | DeploymentFact;

/** A literal of a deploy script, by the name that it is bound to: `environment_vars={...}`, `SERVICE_SECRETS = {...}`. */
export interface DeployTable {
  name: string;
  node: DataNode;
  /** Services that it is for, by what surrounds it; empty when nothing says so. */
  services: readonly string[];
  /** The call or literal that describes the service, when the table stands in one. */
  owner?: { span: Span; directory?: string; dockerfile?: string; image?: string };
}

const ENVIRONMENT = /^(?:\w*_)?(?:env|envs|env_?vars?|environment|environment_?vars?|environment_?variables|env_?variables)$/i;
const SECRETS = /secret|credential|gsm|mapping/i;
const DEMANDS = /critical|required|mandatory|must_have/i;

/** Whether a literal bound to this name may be a table of variables of a deployment. */
export function isDeployTableName(name: string): boolean {
  return ENVIRONMENT.test(name) || SECRETS.test(name) || (DEMANDS.test(name) && /var|env|key/i.test(name));
}

/**
 * What a script that deploys deployments says in literals: environment variables of a service, tables from variable to secret, lists of
 * secrets per service, lists of variables that it demands. Empty for a literal of another shape.
 */
export function deployTableFacts(table: DeployTable): DeployFact[] {
  const { name } = table;
  if (DEMANDS.test(name)) return demandFacts(table);
  if (ENVIRONMENT.test(name)) return environmentFacts(table);
  return SECRETS.test(name) ? [...mappingFacts(table), ...listFacts(table)] : [];
}

/** Texts `NAME=value` of a list that is bound to a name: ids of secrets where the name says so. Empty when one is of another form. */
export function pairListEntries(items: readonly { text: string; span: Span }[], bound: string, service: string | undefined): ConfigEntryFact[] {
  const pairs = items.map(({ text }) => splitPairs(text, '\0')[0]);
  if (pairs.length < 2 || !pairs.every((pair) => pair && isVariableName(pair.name))) return [];
  const environment = statedEnvironment(pairs.map((pair) => [pair!.name, pair!.value] as const));
  return pairs.map((pair, index) => {
    const { name, value } = pair!;
    const common = { keyPath: [...(bound === '' ? [] : [bound]), name], span: items[index]!.span, format: 'deploy-script', service, environment } as const;
    const known = value.includes(UNKNOWN) ? undefined : value;
    if (/secret/i.test(bound)) return configEntry({ ...common, effect: 'maps-secret', reference: known?.replace(/:[^:]*$/, '') });
    return configEntry({ ...common, effect: 'sets', value: known });
  });
}

function environmentFacts(table: DeployTable): DeployFact[] {
  const variables = variableGroup(table.node);
  if (!variables) {
    // One more level: a table per service.
    return entriesOf(table.node).flatMap(({ key, value }) => (
      variableGroup(value) && !isVariableName(key) ? environmentFacts({ ...table, node: value, services: [key] }) : []
    ));
  }
  const environment = statedEnvironment(variables.map(({ name, text }) => [name, text] as const));
  return orNone(table.services).flatMap((service) => [
    ...(service === undefined || !table.owner ? [] : [deployment({
      name: service, span: table.owner.span, format: 'deploy-script', environment,
      context: table.owner.directory, dockerfile: table.owner.dockerfile, image: table.owner.image,
    })]),
    ...variables.flatMap((variable) => variableEntries(variable, [...pathOf(service), table.name, variable.name], 'deploy-script', { service, environment })),
  ]);
}

/** `{"JWT_SECRET": "jwt-secret-staging"}`: upper-case names to secret ids. */
function mappingFacts(table: DeployTable): DeployFact[] {
  const entries = entriesOf(table.node);
  const looksMapped = entries.length > 0 && entries.every(({ key, value }) => isVariableName(key) && value.type === 'scalar' && (value.text === undefined || SECRET_ID.test(value.text)))
    && (entries.some(({ key, value }) => textOf(value)?.includes('-') || textOf(value) === key)
      || (/secrets$/i.test(table.name) && entries.every(({ value }) => textOf(value) === undefined)));
  if (!looksMapped) return [];
  const environment = commonEnvironment(entries.flatMap(({ value }) => textOf(value) ?? []));
  return orNone(table.services).flatMap((service) => entries.map(({ key, keySpan, value }) => configEntry({
    keyPath: [...pathOf(service), table.name, key], span: joined(keySpan, value.span), format: 'deploy-script', effect: 'maps-secret',
    reference: textOf(value), service, environment,
  })));
}

const SECRET_ID = /^[A-Za-z][\w./-]{2,100}$/;

/** `{"backend": {"database": ["POSTGRES_HOST", ...]}}`, `["JWT_SECRET", ...]`: the variables that a service gets from the store. */
function listFacts(table: DeployTable): DeployFact[] {
  if (/mapping/i.test(table.name)) return [];
  return namedLists(table).flatMap(({ service, keyPath, items }) => items.map(({ name, span }) => configEntry({
    keyPath: [...keyPath, name], span, format: 'deploy-script', effect: 'maps-secret', service,
  })));
}

function demandFacts(table: DeployTable): DeployFact[] {
  return namedLists(table).flatMap(({ service, keyPath, items }) => items.map(({ name, span }) => configEntry({
    keyPath: [...keyPath, name], span, format: 'deploy-script', effect: 'reads', required: true, service,
  })));
}

interface NamedList {
  service: string | undefined;
  keyPath: readonly string[];
  items: { name: string; span: Span }[];
}

/** Lists of upper-case names: the table itself, under a service, or under a service and a category. */
function namedLists(table: DeployTable): NamedList[] {
  const own = variableNames(table.node);
  if (own) return orNone(table.services).map((service) => ({ service, keyPath: [...pathOf(service), table.name], items: own }));
  return entriesOf(table.node).flatMap(({ key, value }) => {
    const direct = variableNames(value);
    if (direct) return [{ service: key, keyPath: [key, table.name], items: direct }];
    return entriesOf(value).flatMap(({ key: category, value: list }) => {
      const names = variableNames(list);
      return names ? [{ service: key, keyPath: [key, table.name, category], items: names }] : [];
    });
  });
}

function variableNames(node: DataNode): { name: string; span: Span }[] | undefined {
  const items = itemsOf(node);
  if (items.length === 0) return undefined;
  const names: { name: string; span: Span }[] = [];
  for (const item of items) {
    const name = textOf(item) ?? textOf(child(item, 'name'));
    if (name === undefined || !isVariableName(name)) return undefined;
    names.push({ name, span: item.span });
  }
  return names;
}

/** The environment in which all secret ids end or begin: `-staging`. */
function commonEnvironment(ids: readonly string[]): string | undefined {
  const found = new Set<string>();
  for (const id of ids) {
    const words = id.toLowerCase().split(/[^a-z0-9]+/);
    const environment = ENVIRONMENT_WORDS.get(words.at(-1)!) ?? ENVIRONMENT_WORDS.get(words[0]!);
    if (environment !== undefined) found.add(environment);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

function orNone(services: readonly string[]): readonly (string | undefined)[] {
  return services.length > 0 ? services : [undefined];
}

function pathOf(service: string | undefined): string[] {
  return service === undefined ? [] : [service];
}
