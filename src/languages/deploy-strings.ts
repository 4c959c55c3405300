import type { ConfigEntryFact, DeploymentFact } from '../model/facts.js';
import type { Span } from '../model/location.js';
import { configEntry, deployment, statedEnvironment } from './config-facts.js';
import { interpolation } from './interpolation.js';

/** One argument of a command line, wherever it is written: a word of a shell script, a string in a list. */
export interface Argument {
  text: string;
  span: Span;
  /** Span of a part of `text`. Absent where escapes were undone. */
  spanIn?: (from: number, to: number) => Span;
  /** Only the text is sure, not that `$` means a reference (single quotes, an f-string's rest). */
  verbatim?: boolean;
  /** The text is known only in part (`{value}` of an f-string, a template literal). Parts that are not known read as `…`. */
  partial?: boolean;
}

/** Stands for what is not known in an argument's text. */
export const UNKNOWN = '\u2026';

export interface CommandContext {
  format: ConfigEntryFact['format'];
  keyPath?: readonly string[];
  /** Service and environment when the command itself names none. */
  service?: string | undefined;
  environment?: string | undefined;
  /** What a text with references (`$SERVICE`) stands for, where the source tells. */
  resolve?: (text: string) => string | undefined;
}

interface Found {
  name: string;
  value?: string;
  valueFrom: number;
  secret: boolean;
  passes?: boolean;
  /** The text is the secret itself and must not enter a fact. */
  isValue?: boolean;
  phase?: 'build';
  argument: Argument;
  from: number;
  to: number;
}

/**
 * Reads the environment variables that a deploy command gives to what it deploys: gcloud (`--set-env-vars`, `--set-secrets` and their
 * kin), docker and podman (`-e`, `--env-file`, `--build-arg`), heroku, fly, kubectl, az, eb and aws lambda. An argument list may be a
 * fragment: the flags that can mean nothing else count without their command. Empty for any other command.
 */
export function deployCommandFacts(args: readonly Argument[], context: CommandContext): (ConfigEntryFact | DeploymentFact)[] {
  if (args.length === 0 || args.length > 2000 || SPEAKS.test(args[0]!.text)) return [];
  const command = commandOf(args, context.resolve);
  const found: Found[] = [];
  const envFiles: string[] = [];
  const options: { image?: string; dockerfile?: string; context?: string } = {};
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!;
    const flag = flagOf(argument, args[index + 1], command);
    if (!flag) continue;
    if (!flag.inline) index++;
    readFlag(flag, found, envFiles, options);
    // `az --settings A=1 B=2` and `kubectl create --from-literal` style lists go on until the next flag.
    if (flag.list) while (args[index + 1] && !args[index + 1]!.text.startsWith('-')) readPairs(args[++index]!, 0, flag, found, ' ');
  }
  if (command?.positional) for (const argument of args.slice(command.positional)) positionalPair(argument, command.secret, found);
  if (found.length === 0 && envFiles.length === 0 && !(command && (options.dockerfile ?? command.deploys))) return [];

  // A container that a pipeline starts is tried there and gone with the job.
  const isTrial = command?.tool === 'docker' && command.deploys && (context.format === 'actions' || context.format === 'cloudbuild');
  const service = isTrial ? undefined : command?.service ?? context.service;
  const environment = context.environment ?? statedEnvironment(found.map(({ name, value }) => [name, value] as const));
  const facts: (ConfigEntryFact | DeploymentFact)[] = [];
  const first = args[0]!;
  if (service !== undefined && (command?.deploys || envFiles.length > 0)) {
    const last = args.at(-1)!;
    facts.push(deployment({
      name: service, span: [first.span[0], first.span[1], last.span[2], last.span[3]], format: context.format, envFiles, environment,
      image: options.image ?? command?.image, dockerfile: options.dockerfile, context: options.context,
      opaqueEnvironment: found.some(({ name }) => name === UNKNOWN),
    }));
  }
  for (const item of found) {
    if (item.name !== UNKNOWN) facts.push(entryOf(isTrial ? { ...item, phase: 'build' } : item, { ...context, service, environment }));
  }
  return facts;
}

/** Whether a text holds a flag or command that `deployCommandFacts` reads: a cheap test before anything is parsed. */
export function mentionsDeployCommand(text: string): boolean {
  return /--(?:set|update)-(?:build-)?(?:env-vars|secrets)\b|--build-arg\b|--env(?:-file)?\b|\bgcloud\s+(?:run|functions)|\b(?:docker|podman)\s+(?:run|build|create)|\bheroku\s+config|\bkubectl\s+(?:set|create)|--from-literal|\bsecrets\s+set\b|appsettings\s+set|\beb\s+setenv/.test(text);
}

/** Splits `A=1,B=2`, honouring gcloud's `^;^A=1;B=2` which names another separator. Offsets are those in `text`. */
export function splitPairs(text: string, separator = ','): { name: string; value: string; from: number; valueFrom: number; to: number }[] {
  const custom = /^\^(.{1,3}?)\^/.exec(text);
  const between = custom ? custom[1]! : separator;
  const pairs: { name: string; value: string; from: number; valueFrom: number; to: number }[] = [];
  let offset = custom ? custom[0].length : 0;
  for (const piece of text.slice(offset).split(between)) {
    const match = /^(\s*)([A-Za-z_]\w*)=([\s\S]*)$/.exec(piece);
    if (match) {
      const from = offset + match[1]!.length;
      const value = match[3]!.trimEnd();
      pairs.push({ name: match[2]!, value, from, valueFrom: from + match[2]!.length + 1, to: from + match[2]!.length + 1 + value.length });
    } else if (pairs.length > 0 && piece.trim() !== '' && !custom) {
      // `A=x,y`: the comma was part of the value, and the next piece has no name.
      const last = pairs.at(-1)!;
      last.value += between + piece;
      last.to += between.length + piece.length;
    }
    offset += piece.length + between.length;
  }
  return pairs;
}

/** Commands that only show their arguments. */
const SPEAKS = /^(?:echo|printf|print|log|info|warn|error|fail|die|say|grep|sed|awk|#)$/;

interface Command {
  tool: string;
  service?: string;
  image?: string;
  /** Something runs afterwards that the command names. */
  deploys: boolean;
  /** Index of the first argument that may be a bare `NAME=value`. */
  positional?: number;
  secret: boolean;
  /** `-e` means an environment variable. */
  shortEnv: boolean;
}

function commandOf(args: readonly Argument[], resolve: CommandContext['resolve']): Command | undefined {
  const words = args.map(({ text }) => text);
  const start = words.findIndex((word) => /^(?:.*[\\/])?(?:gcloud(?:\.cmd)?|docker|podman|heroku|fly|flyctl|kubectl|oc|az|eb|aws)$/.test(word));
  // A Python list often begins with a variable: `[self.gcloud_cmd, "run", "deploy", name, ...]`.
  const isFragment = start < 0 && words[0] === 'run' && words[1] === 'deploy'; // `execFile('gcloud', ['run', 'deploy', ...])`
  const from = start >= 0 ? start : words[0] === UNKNOWN || isFragment ? 0 : -1;
  if (from < 0 || from > 12) return undefined;
  const tool = isFragment ? 'gcloud' : words[from]!.replace(/^.*[\\/]|\.cmd$/g, '');
  const rest = words.slice(isFragment ? 0 : from + 1).filter((word) => word !== 'beta' && word !== 'alpha' && word !== 'sudo');
  const nonFlags = rest.filter((word) => !word.startsWith('-'));
  const [verb, object, name, fourth] = nonFlags;
  const known = (word: string | undefined): string | undefined => {
    const text = word?.includes('$') ? resolve?.(word) : word;
    return text !== undefined && isName(text) ? text : undefined;
  };
  const make = (given: Partial<Omit<Command, 'service' | 'image'>> & { service?: string | undefined; image?: string | undefined }): Command => {
    const { service, image, ...others } = given;
    return { tool: isContainer ? 'docker' : tool, deploys: false, secret: false, shortEnv: false, ...others, ...(service !== undefined && { service }), ...(image !== undefined && { image }) };
  };
  const isGcloud = tool === 'gcloud' || tool === UNKNOWN;
  const isContainer = tool === 'docker' || tool === 'podman' || (tool === UNKNOWN && object !== 'deploy' && rest.some((word) => /^(?:--build-arg|--name|-t|--rm)\b/.test(word)));
  if (isGcloud && (verb === 'run' || verb === 'functions' || verb === 'app')) {
    if (object === 'deploy') return make({ deploys: true, service: known(name) });
    if ((object === 'services' || object === 'jobs') && /^(?:update|create|deploy|execute|replace)$/.test(name ?? '')) return make({ deploys: true, service: known(fourth) });
  }
  if (isContainer) {
    const action = verb === 'buildx' || verb === 'container' || verb === 'image' ? object : verb;
    if (action === 'run' || action === 'create') return make({ deploys: true, service: known(optionValue(rest, '--name')), shortEnv: true });
    if (action === 'build') return make({ service: known(imageName(optionValue(rest, '-t') ?? optionValue(rest, '--tag'))), image: optionValue(rest, '-t') ?? optionValue(rest, '--tag') });
    if (action === 'exec') return make({ shortEnv: true });
  }
  const position = (word: string): number => words.indexOf(word, from) + 1;
  const app = known(optionValue(rest, '-a') ?? optionValue(rest, '--app') ?? optionValue(rest, '--application'));
  if (tool === 'heroku' && verb === 'config:set') return make({ deploys: true, service: app, positional: position('config:set') });
  if (tool.startsWith('fly') && verb === 'secrets' && (object === 'set' || object === 'import')) return make({ deploys: true, service: app, positional: position('set'), secret: true });
  if (tool === 'eb' && verb === 'setenv') return make({ deploys: true, service: known(optionValue(rest, '-e')), positional: position('setenv') });
  if ((tool === 'kubectl' || tool === 'oc') && verb === 'set' && object === 'env') {
    return make({ deploys: true, service: known((name ?? '').replace(/^.*\//, '')), positional: position('env') });
  }
  if (tool === 'az') return make({ deploys: nonFlags.includes('set') || nonFlags.includes('update') || nonFlags.includes('create'), service: known(optionValue(rest, '--name') ?? optionValue(rest, '-n')) });
  if (tool === 'aws' && verb === 'lambda') return make({ deploys: true, service: known(optionValue(rest, '--function-name')) });
  return undefined;
}

interface Flag {
  argument: Argument;
  /** Offset in the argument's text where the flag's value starts. */
  from: number;
  /** The value stands in the same argument: `--flag=value`. */
  inline: boolean;
  means: 'variables' | 'secrets' | 'variable' | 'env-file' | 'image' | 'dockerfile' | 'lambda';
  phase?: 'build';
  list: boolean;
}

const FLAGS: Readonly<Record<string, Pick<Flag, 'means' | 'phase' | 'list'>>> = {
  '--set-env-vars': { means: 'variables', list: false },
  '--update-env-vars': { means: 'variables', list: false },
  '--set-build-env-vars': { means: 'variables', phase: 'build', list: false },
  '--update-build-env-vars': { means: 'variables', phase: 'build', list: false },
  '--set-secrets': { means: 'secrets', list: false },
  '--update-secrets': { means: 'secrets', list: false },
  '--env-vars-file': { means: 'env-file', list: false },
  '--env-file': { means: 'env-file', list: false },
  '--build-arg': { means: 'variable', phase: 'build', list: false },
};

/** Flags that mean a variable only beside a command that is known. */
const COMMAND_FLAGS: Readonly<Record<string, Pick<Flag, 'means' | 'phase' | 'list'>>> = {
  '--env': { means: 'variable', list: false },
  '-e': { means: 'variable', list: false },
  '--image': { means: 'image', list: false },
  '--file': { means: 'dockerfile', list: false },
  '-f': { means: 'dockerfile', list: false },
  '--settings': { means: 'variable', list: true },
  '--env-vars': { means: 'variable', list: true },
  '--environment-variables': { means: 'variable', list: true },
  '--environment': { means: 'lambda', list: false },
};

function flagOf(argument: Argument, next: Argument | undefined, command: Command | undefined): Flag | undefined {
  const { text } = argument;
  if (!text.startsWith('-')) return undefined;
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const meaning = FLAGS[name] ?? (command && (name !== '-e' || command.shortEnv) && (name !== '-f' || command.tool === 'docker' || command.tool === 'podman') ? COMMAND_FLAGS[name] : undefined);
  if (!meaning) return undefined;
  // Azure's containerapp writes `--set-env-vars A=1 B=2`, words where gcloud has commas.
  const list = meaning.list || (command?.tool === 'az' && meaning.means === 'variables');
  if (equals >= 0) return { argument, from: equals + 1, inline: true, ...meaning, list };
  return next ? { argument: next, from: 0, inline: false, ...meaning, list } : undefined;
}

function readFlag(flag: Flag, found: Found[], envFiles: string[], options: { image?: string; dockerfile?: string }): void {
  const { argument, from } = flag;
  const text = unquoted(argument.text.slice(from));
  switch (flag.means) {
    case 'variables':
    case 'secrets':
      readPairs(argument, from, flag, found, ',');
      break;
    case 'variable':
      readPairs(argument, from, flag, found, '\0');
      break;
    case 'lambda': {
      const shorthand = /Variables=\{([\s\S]*)\}/.exec(argument.text);
      if (shorthand) readPairs(argument, argument.text.indexOf('{', from) + 1, flag, found, ',', argument.text.lastIndexOf('}'));
      break;
    }
    case 'env-file':
      if (!text.includes(UNKNOWN)) envFiles.push(text);
      break;
    case 'image':
      if (!text.includes(UNKNOWN)) options.image = text;
      break;
    case 'dockerfile':
      if (!text.includes(UNKNOWN)) options.dockerfile = text;
      break;
  }
}

function readPairs(argument: Argument, from: number, flag: Pick<Flag, 'means' | 'phase'>, found: Found[], separator: string, to = argument.text.length): void {
  const raw = argument.text.slice(from, to);
  const text = unquoted(raw);
  const shift = from + (raw === text ? 0 : 1);
  const pairs = splitPairs(text, separator);
  for (const pair of pairs) {
    const secret = flag.means === 'secrets' || /^(?:secretref:|@Microsoft\.KeyVault\()/.test(pair.value);
    found.push({
      name: pair.name, value: pair.value, valueFrom: shift + pair.valueFrom, secret, argument, from: shift + pair.from, to: shift + pair.to,
      ...(flag.phase && { phase: flag.phase }),
    });
  }
  if (pairs.length > 0) return;
  // `-e NAME` hands a variable on; a text of which nothing is known may set anything.
  if (flag.means === 'variable' && /^[A-Z_][A-Z0-9_]+$/.test(text)) {
    found.push({ name: text, valueFrom: shift, secret: false, passes: true, argument, from: shift, to: shift + text.length, ...(flag.phase && { phase: flag.phase }) });
  } else if (text.includes(UNKNOWN) || text.startsWith('$')) found.push({ name: UNKNOWN, valueFrom: 0, secret: false, argument, from: 0, to: 0 });
}

function positionalPair(argument: Argument, secret: boolean, found: Found[]): void {
  const match = /^([A-Z_][A-Z0-9_]*)=([\s\S]*)$/.exec(argument.text);
  if (!match) return;
  found.push({ name: match[1]!, value: match[2]!, valueFrom: match[1]!.length + 1, secret, argument, from: 0, to: argument.text.length, ...(secret && { isValue: true }) });
}

function entryOf(item: Found, context: CommandContext): ConfigEntryFact {
  const { argument } = item;
  const span = argument.spanIn?.(item.from, item.to) ?? argument.span;
  const common = {
    keyPath: [...(context.keyPath ?? []), item.name], name: item.name, span, format: context.format,
    service: context.service, environment: context.environment, phase: item.phase,
  };
  if (item.passes) return configEntry({ ...common, effect: 'passes', reference: item.name });
  const value = item.value ?? '';
  if (item.secret) {
    // `secret-id:latest`, `projects/p/secrets/id:1`, `secretref:name`.
    if (item.isValue) return configEntry({ ...common, effect: 'maps-secret' });
    const id = value.replace(/^secretref:/, '').replace(/^projects\/[^/]+\/secrets\//, '').replace(/:[^:]*$/, '');
    return configEntry({ ...common, effect: 'maps-secret', reference: id === '' || id.includes(UNKNOWN) ? undefined : id });
  }
  if (value.includes(UNKNOWN)) return configEntry({ ...common, effect: 'sets' });
  if (argument.verbatim || !value.includes('$')) return configEntry({ ...common, effect: 'sets', value });
  const read = interpolation(value);
  const text = read.literal ?? context.resolve?.(value);
  if (text !== undefined && !text.includes(UNKNOWN)) return configEntry({ ...common, effect: 'sets', value: text });
  return configEntry({
    ...common, effect: read.whole?.name === item.name ? 'passes' : 'sets', reference: read.whole?.name, default: read.whole?.default,
  });
}

function unquoted(text: string): string {
  return /^(["'])[\s\S]*\1$/.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

function optionValue(words: readonly string[], flag: string): string | undefined {
  const index = words.indexOf(flag);
  if (index >= 0) return words[index + 1];
  return words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
}

/** `backend` in `gcr.io/shop/backend:latest`. */
function imageName(image: string | undefined): string | undefined {
  return image?.replace(/^.*\//, '').replace(/[:@].*$/, '');
}

function isName(word: string): boolean {
  return /^[A-Za-z][\w./:-]*$/.test(word);
}
