import type { ConfigEntryFact, Extraction, Fact } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import { textLines } from '../../util/text-lines.js';
import { configEntry, deployment, isVariableName, nothing, statedEnvironment } from '../config-facts.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import type { Language, SourceText } from '../language.js';
import { parseHcl, type HclBlock, type HclBody, type HclValue } from './hcl.js';

/** Terraform and OpenTofu: `.tf`, `.tfvars` and their examples. */
export const terraform: Language = {
  id: 'terraform',
  matches: (path) => /\.(?:tf|tofu|tfvars|hcl)(?:\.(?:example|sample|template|dist|tpl))?$/.test(path) && !path.endsWith('.terraform.lock.hcl'),
  dialect: () => '.tf',
  load: async () => {},
  extract,
};

const MAX_LENGTH = 500_000;

function extract({ text }: SourceText): Extraction {
  const lines = textLines(text);
  if (text.length > MAX_LENGTH) return nothing(lines.count);
  const { body, parseErrors } = parseHcl(text, lines);
  return {
    facts: terraformFacts(body),
    parseErrors,
    suppressionComments: lineCommentSuppressions(text, lines, true),
    lineCount: lines.count,
  };
}

/** Variables with their defaults, locals, and of each resource the environment variables and secrets that it gives to what it runs. */
function terraformFacts(body: HclBody): Fact[] {
  const known = knownTexts(body);
  const facts: Fact[] = body.attributes.map(({ name, value, span }) => setting([name], span, value, known));
  for (const block of body.blocks) {
    const [first, second] = block.labels;
    switch (block.type) {
      case 'variable': {
        const given = block.body.attributes.find(({ name }) => name === 'default');
        facts.push(setting(['variable', first ?? ''], given?.span ?? block.span, given?.value, known));
        break;
      }
      case 'locals':
        facts.push(...block.body.attributes.map(({ name, value, span }) => setting(['local', name], span, value, known)));
        break;
      case 'resource':
      case 'data':
        if (second !== undefined && block.type === 'resource') facts.push(...resourceFacts(block, first!, second, known));
        break;
      case 'module':
        facts.push(...resourceFacts(block, 'module', first ?? '', known));
        break;
      default:
        break;
    }
  }
  return facts;
}

type Known = ReadonlyMap<string, HclValue>;

/** Values of variables with defaults and of locals of this file, by how an expression names them. */
function knownTexts(body: HclBody): Known {
  const known = new Map<string, HclValue>();
  for (const block of body.blocks) {
    if (block.type === 'variable') {
      const given = block.body.attributes.find(({ name }) => name === 'default');
      if (given) known.set(`var.${block.labels[0]}`, given.value);
    } else if (block.type === 'locals') for (const { name, value } of block.body.attributes) known.set(`local.${name}`, value);
  }
  return known;
}

interface Found {
  name: string;
  path: readonly string[];
  span: Span;
  secret: boolean;
  value?: HclValue;
  reference?: string;
}

interface Collected {
  variables: Found[];
  opaque: boolean;
  image?: string;
}

function resourceFacts(block: HclBlock, type: string, label: string, known: Known): Fact[] {
  const collected: Collected = { variables: [], opaque: false };
  collect(block.body, [], known, collected, 0);
  const facts: Fact[] = [];
  const service = serviceName(block.body, known) ?? label;
  const environment = statedEnvironment(collected.variables.map(({ name, value }) => [name, value && textOf(value, known)] as const));
  if (collected.variables.length > 0 || collected.opaque || RUNS.test(type)) {
    facts.push(deployment({ name: service, span: block.span, format: 'terraform', image: collected.image, opaqueEnvironment: collected.opaque, environment }));
  }
  for (const found of collected.variables) facts.push(variableEntry(found, [type, label], { service, environment, image: collected.image }, known));
  const named = SECRETS[type];
  const id = named === undefined ? undefined : block.body.attributes.find(({ name }) => name === named);
  if (id) facts.push(setting([type, label, id.name], id.span, id.value, known));
  return facts;
}

/** Resources that run something of ours even when they set no variable. */
const RUNS = /^(?:google_cloud_run(?:_v2)?_(?:service|job)|google_cloudfunctions2?_function|aws_lambda_function|aws_ecs_task_definition|aws_apprunner_service|kubernetes_(?:deployment|stateful_set|job|cron_job|pod)(?:_v1)?|azurerm_(?:linux|windows)_(?:web|function)_app|azurerm_container_app|docker_container|heroku_app|fly_app|digitalocean_app|google_app_engine_\w+_app_version)$/;

/** Resources that declare a secret, and the attribute that names it. */
const SECRETS: Readonly<Record<string, string>> = {
  google_secret_manager_secret: 'secret_id', aws_secretsmanager_secret: 'name', aws_ssm_parameter: 'name', azurerm_key_vault_secret: 'name',
};

const MAP_ATTRIBUTES = /^(?:env|environment|environment_variables|env_vars|env_variables|envs|app_settings|variables|container_environment|build_environment_variables|config_vars|config|sensitive_config_vars)$/;
const SECRET_ATTRIBUTES = /^(?:secrets|secret_environment_variables|secret_env|secret_env_vars|environment_secrets)$/;

/** Collects environment variables anywhere in a resource: `env` blocks, maps, lists of `{name, value}`, lists of `NAME=value`. */
function collect(body: HclBody, path: readonly string[], known: Known, into: Collected, depth: number): void {
  if (depth > 20) return;
  for (const attribute of body.attributes) {
    const here = [...path, attribute.name];
    if (attribute.name === 'image') {
      const image = textOf(attribute.value, known);
      if (image !== undefined) into.image ??= image;
    } else if (MAP_ATTRIBUTES.test(attribute.name) || SECRET_ATTRIBUTES.test(attribute.name)) {
      variablesIn(attribute.value, here, SECRET_ATTRIBUTES.test(attribute.name), known, into, 0);
    } else nested(attribute.value, here, known, into, 0);
  }
  for (const block of body.blocks) {
    const here = [...path, block.type];
    if (/^(?:env|environment_variable|secret_environment_variables|environment_variables|env_vars?)$/.test(block.type)) {
      const found = environmentBlock(block, here);
      if (found) {
        into.variables.push(found);
        continue;
      }
    }
    if (block.type === 'env_from' || block.type === 'secret_ref' || block.type === 'config_map_ref') into.opaque = true;
    if (block.type === 'dynamic' && /env/.test(block.labels[0] ?? '')) dynamicBlock(block, here, known, into);
    else collect(block.body, here, known, into, depth + 1);
  }
}

/** `env { name = "X" value = "y" }` and its forms with a secret: `value_from`, `value_source`, `key`/`secret`. */
function environmentBlock(block: HclBlock, path: readonly string[]): Found | undefined {
  const get = (name: string): HclValue | undefined => block.body.attributes.find((attribute) => attribute.name === name)?.value;
  const named = get('name') ?? get('key');
  if (named?.type !== 'text' || named.references.length > 0 || !/^[A-Za-z_]\w*$/.test(named.text)) return undefined;
  const source = findBlock(block.body, /^(?:secret_key_ref|config_map_key_ref|field_ref)$/, 0);
  const secret = get('secret') ?? attributeOf(source, 'secret') ?? attributeOf(source, 'name') ?? get('secret_name');
  const isSecret = block.type.startsWith('secret') || source?.type === 'secret_key_ref' || get('secret') !== undefined || get('secret_name') !== undefined;
  const value = get('value');
  return {
    name: named.text, path, span: block.span, secret: isSecret, ...(value && { value }),
    ...(secret && { reference: rawText(secret) }),
  };
}

/** `dynamic "env" { for_each = ... }`: its variables when the loop runs over an object that the file shows, else unknown. */
function dynamicBlock(block: HclBlock, path: readonly string[], known: Known, into: Collected): void {
  const each = block.body.attributes.find(({ name }) => name === 'for_each')?.value;
  const before = into.variables.length;
  if (each) variablesIn(each, path, /secret/.test(block.labels[0] ?? ''), known, into, 0);
  if (into.variables.length === before) into.opaque = true;
}

/** Looks for variable groups inside other values: `container_definitions = jsonencode([{ environment = [...] }])`. */
function nested(value: HclValue, path: readonly string[], known: Known, into: Collected, depth: number): void {
  if (depth > 10) return;
  if (value.type === 'call') for (const arg of value.args) nested(arg, path, known, into, depth + 1);
  if (value.type === 'list') for (const item of value.items) nested(item, path, known, into, depth + 1);
  if (value.type !== 'object') return;
  for (const { key, value: inner } of value.entries) {
    if (key === 'image') {
      const image = textOf(inner, known);
      if (image !== undefined) into.image ??= image;
    } else if (MAP_ATTRIBUTES.test(key) || SECRET_ATTRIBUTES.test(key)) variablesIn(inner, [...path, key], SECRET_ATTRIBUTES.test(key), known, into, depth + 1);
    else nested(inner, [...path, key], known, into, depth + 1);
  }
}

function variablesIn(value: HclValue, path: readonly string[], secret: boolean, known: Known, into: Collected, depth: number): void {
  if (depth > 10) return;
  if (value.type === 'call') {
    for (const arg of value.args) variablesIn(arg, path, secret, known, into, depth + 1);
  } else if (value.type === 'reference') {
    const target = known.get(value.text);
    if (target && target.type !== 'reference' && target.type !== 'null') variablesIn(target, path, secret, known, into, depth + 1);
    else into.opaque = true;
  } else if (value.type === 'object') {
    for (const { key, keySpan, value: inner } of value.entries) {
      if (key.toLowerCase() === 'variables' && inner.type !== 'text') variablesIn(inner, [...path, key], secret, known, into, depth + 1);
      else if (/^[A-Za-z_]\w*$/.test(key) && (isVariableName(key) || inner.type === 'text' || inner.type === 'reference')) {
        if (isVariableName(key)) into.variables.push({ name: key, path, span: [keySpan[0], keySpan[1], inner.span[2], inner.span[3]], secret, value: inner, ...(secret && { reference: rawText(inner) }) });
      }
    }
  } else if (value.type === 'list') {
    for (const item of value.items) listedVariable(item, path, secret, known, into);
  } else if (value.type === 'other') into.opaque = true;
}

function listedVariable(item: HclValue, path: readonly string[], secret: boolean, known: Known, into: Collected): void {
  if (item.type === 'object') {
    const get = (name: string): HclValue | undefined => item.entries.find(({ key }) => key === name)?.value;
    const named = get('name') ?? get('key');
    const name = named && textOf(named, known);
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return;
    const from = get('valueFrom') ?? get('value_from') ?? get('secret');
    const value = get('value');
    into.variables.push({ name, path, span: item.span, secret: secret || from !== undefined, ...(value && { value }), ...(from && { reference: rawText(from) }) });
  } else if (item.type === 'text') {
    const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(item.text);
    if (match && isVariableName(match[1]!)) into.variables.push({ name: match[1]!, path, span: item.span, secret, value: { ...item, text: match[2]! } });
  } else into.opaque = true;
}

function variableEntry(
  found: Found, keyPath: readonly string[], owner: { service: string; environment: string | undefined; image: string | undefined }, known: Known,
): ConfigEntryFact {
  const common = { keyPath: [...keyPath, ...found.path, found.name], name: found.name, span: found.span, format: 'terraform', ...owner } as const;
  if (found.secret) return configEntry({ ...common, effect: 'maps-secret', reference: found.reference });
  const text = found.value && textOf(found.value, known);
  if (text !== undefined) return configEntry({ ...common, effect: 'sets', value: text });
  return configEntry({ ...common, effect: 'sets', reference: found.value && referenceOf(found.value) });
}

function setting(keyPath: readonly string[], span: Span, value: HclValue | undefined, known: Known): ConfigEntryFact {
  const text = value && textOf(value, known);
  return configEntry({ keyPath, span, format: 'terraform', effect: 'setting', value: text, reference: text === undefined && value ? referenceOf(value) : undefined });
}

/** The text of a value, with variables that have a default and locals of the same file replaced; undefined when it depends on more. */
function textOf(value: HclValue, known: Known, depth = 0): string | undefined {
  if (depth > 5) return undefined;
  if (value.type === 'reference') {
    // A default may be overridden for an environment, so only what cannot be is followed.
    const target = value.text.startsWith('local.') ? known.get(value.text) : undefined;
    return target && textOf(target, known, depth + 1);
  }
  if (value.type === 'list') {
    const texts = value.items.map((item) => textOf(item, known, depth + 1));
    return texts.length > 0 && texts.length <= 50 && texts.every((text) => text !== undefined) ? JSON.stringify(texts) : undefined;
  }
  if (value.type !== 'text') return undefined;
  if (value.references.length === 0) return value.text;
  let failed = false;
  const replaced = value.text.replace(/\$\{\s{0,9}(local\.[\w-]{1,99})\s{0,9}\}|\$\{[^}]{0,500}\}/g, (_, name: string | undefined) => {
    const target = name === undefined ? undefined : known.get(name);
    const text = target && textOf(target, known, depth + 1);
    if (text === undefined) failed = true;
    return text ?? '';
  });
  return failed || replaced.includes('${') ? undefined : replaced;
}

function referenceOf(value: HclValue): string | undefined {
  if (value.type === 'reference') return value.text;
  if (value.type === 'text') return new Set(value.references).size === 1 ? value.references[0] : value.text;
  return value.type === 'other' ? value.references[0] : undefined;
}

function rawText(value: HclValue): string {
  if (value.type === 'reference' || value.type === 'other' || value.type === 'text') return value.text;
  return value.type;
}

/** `name = "api"` of the resource, a container or the metadata of a manifest. */
function serviceName(body: HclBody, known: Known): string | undefined {
  const direct = body.attributes.find(({ name }) => /^(?:name|function_name|service_name|family|app)$/.test(name))?.value
    ?? attributeOf(body.blocks.find(({ type }) => type === 'metadata'), 'name');
  return direct && textOf(direct, known);
}

function attributeOf(block: HclBlock | undefined, name: string): HclValue | undefined {
  return block?.body.attributes.find((attribute) => attribute.name === name)?.value;
}

function findBlock(body: HclBody, type: RegExp, depth: number): HclBlock | undefined {
  if (depth > 5) return undefined;
  for (const block of body.blocks) {
    if (type.test(block.type)) return block;
    const inner = findBlock(block.body, type, depth + 1);
    if (inner) return inner;
  }
  return undefined;
}

