import { ENVIRONMENT_WORDS } from '../../model/environments.js';
import type { ConfigEntryFact, Fact } from '../../model/facts.js';
import { configEntry, isVariableName } from '../config-facts.js';
import { splitPairs, UNKNOWN } from '../deploy-strings.js';
import { at, child, entriesOf, itemsOf, joined, textOf, type DataEntry, type DataNode } from '../settings.js';
import { FILL } from '../shell-words.js';
import { shellFacts } from './shell.js';

/** A workflow has jobs with steps or a called workflow; an action has `runs` with `using`. */
export function isActions(root: DataNode): boolean {
  if (at(root, 'runs', 'using') !== undefined) return true;
  const jobs = entriesOf(child(root, 'jobs'));
  return jobs.length > 0 && jobs.some(({ value }) => ['steps', 'uses', 'runs-on'].some((key) => child(value, key) !== undefined));
}

/** Variables at workflow, job and step level, secrets and variables that expressions use, and what the shell steps deploy. */
export function actionsFacts(root: DataNode): Fact[] {
  const facts: Fact[] = [...environmentFacts(child(root, 'env'), [], undefined)];
  const known = literalsOf(child(root, 'env'), new Map());
  for (const { key: job, value } of entriesOf(child(root, 'jobs'))) {
    const environment = environmentWord(textOf(child(value, 'environment')) ?? textOf(at(value, 'environment', 'name')));
    const keyPath = ['jobs', job];
    facts.push(...environmentFacts(child(value, 'env'), keyPath, environment));
    const ofJob = literalsOf(child(value, 'env'), known);
    itemsOf(child(value, 'steps')).forEach((step, index) => facts.push(...stepFacts(step, [...keyPath, 'steps', nameOf(step, index)], environment, ofJob)));
  }
  itemsOf(at(root, 'runs', 'steps')).forEach((step, index) => facts.push(...stepFacts(step, ['runs', 'steps', nameOf(step, index)], undefined, known)));
  return [...facts, ...expressionReads(root, [])];
}

function stepFacts(step: DataNode, keyPath: readonly string[], environment: string | undefined, known: Known): Fact[] {
  const ofStep = literalsOf(child(step, 'env'), known);
  return [
    ...environmentFacts(child(step, 'env'), keyPath, environment),
    ...scriptFacts(child(step, 'run'), keyPath, environment, ofStep),
    ...deployActionFacts(child(step, 'with'), keyPath, environment, ofStep),
  ];
}

/** Texts of the variables that a step sees, where the workflow states them. */
type Known = ReadonlyMap<string, string>;

function literalsOf(env: DataNode | undefined, outer: Known): Known {
  const literals = entriesOf(env).flatMap(({ key, value }) => {
    const text = textOf(value);
    return text === undefined || text.includes('${{') ? [] : [[key, text] as const];
  });
  return literals.length === 0 ? outer : new Map([...outer, ...literals]);
}

function environmentFacts(env: DataNode | undefined, keyPath: readonly string[], environment: string | undefined): ConfigEntryFact[] {
  return entriesOf(env).flatMap((entry) => {
    const text = textOf(entry.value);
    const common = { keyPath: [...keyPath, 'env', entry.key], span: spanOf(entry), format: 'actions', environment, phase: 'build' } as const;
    return [configEntry({ ...common, ...valueOf(text) })];
  });
}

/** What an `env` value means: text, a secret, a variable of the repository, or an expression that only a run can tell. */
function valueOf(text: string | undefined): { effect: ConfigEntryFact['effect']; value?: string; reference?: string; default?: string } {
  if (text === undefined || !text.includes('${{')) return { effect: 'sets', ...(text !== undefined && { value: text }) };
  const whole = /^\$\{\{\s*(secrets|vars|env)\.(\w+)\s*(?:\|\|\s*'([^']*)'\s*)?\}\}$/.exec(text.trim());
  if (!whole) return { effect: 'sets' };
  const [, source, name, fallback] = whole;
  return {
    effect: source === 'secrets' ? 'maps-secret' : 'sets',
    reference: source === 'secrets' ? name! : `${source}.${name}`,
    ...(fallback !== undefined && { default: fallback }),
  };
}

/** Every `secrets.X` and `vars.X` of an expression anywhere in the file. */
function expressionReads(node: DataNode, keyPath: readonly string[]): ConfigEntryFact[] {
  if (node.type === 'map') return node.entries.flatMap(({ key, value }) => expressionReads(value, [...keyPath, key]));
  if (node.type === 'list') return node.items.flatMap((item, index) => expressionReads(item, [...keyPath, nameOf(item, index)]));
  const { text } = node;
  if (text === undefined || !/\b(?:secrets|vars)\.\w/.test(text)) return [];
  const facts: ConfigEntryFact[] = [];
  for (const match of text.matchAll(/\b(secrets|vars)\.([A-Za-z_]\w*)(?:\s*\|\|\s*'([^']*)')?/g)) {
    const [whole, source, name, fallback] = match;
    if (name === 'GITHUB_TOKEN' || name === 'inherit') continue;
    facts.push(configEntry({
      keyPath: [...keyPath, source!, name!], span: node.spanIn?.(match.index, match.index + whole.length) ?? node.span, format: 'actions',
      effect: 'reads', reference: `${source}.${name}`, default: fallback, phase: 'build',
    }));
  }
  return facts;
}

function scriptFacts(run: DataNode | undefined, keyPath: readonly string[], environment: string | undefined, known: Known): Fact[] {
  const text = textOf(run);
  if (text === undefined || run?.type !== 'scalar') return [];
  // An expression would be read as shell. `env.X` is the shell's own `$X`; any other is unknown. Both keep the offsets.
  const script = text.replace(/\$\{\{[\s\S]{0,2000}?\}\}/g, (match) => {
    const name = /^\$\{\{\s*env\.(\w+)\s*\}\}$/.exec(match)?.[1];
    return (name === undefined ? UNKNOWN : `\${${name}}`).padEnd(match.length, FILL);
  });
  const { span, spanIn } = run;
  const facts = shellFacts({
    text: script, from: 0, to: script.length, format: 'actions', keyPath: [...keyPath, 'run'], environment, known,
    spanOf: (from, to) => spanIn?.(from, to) ?? span,
  });
  return facts.filter((fact) => fact.kind !== 'config-entry' || fact.effect !== 'reads');
}

const VARIABLE_INPUTS = ['env_vars', 'environment-variables', 'environment_variables', 'app-settings', 'build_environment_variables', 'build-args', 'container_envs'];

/** Inputs of deploy actions: lines of `NAME=value` (google-github-actions/deploy-cloudrun, amazon-ecs-render-task-definition, docker/build-push-action). */
function deployActionFacts(inputs: DataNode | undefined, keyPath: readonly string[], environment: string | undefined, known: Known): Fact[] {
  const service = ['service', 'container-name', 'app-name'].map((key) => plainText(child(inputs, key), known)).find((text) => text !== undefined);
  return entriesOf(inputs).flatMap(({ key, value }) => {
    const isSecret = key === 'secrets';
    const text = textOf(value);
    if (text === undefined || value.type !== 'scalar' || (!isSecret && !VARIABLE_INPUTS.includes(key))) return [];
    const facts: ConfigEntryFact[] = [];
    let offset = 0;
    for (const line of text.split('\n')) {
      for (const pair of splitPairs(line, /\}\}|,\s*[A-Z_]+=/.test(line) ? ',' : '\0')) {
        if (!isVariableName(pair.name)) continue;
        const span = value.spanIn?.(offset + pair.from, offset + pair.to) ?? value.span;
        const common = { keyPath: [...keyPath, 'with', key, pair.name], span, format: 'actions', service, environment } as const;
        if (isSecret) facts.push(configEntry({ ...common, effect: 'maps-secret', reference: pair.value.includes('${{') ? undefined : pair.value.replace(/:[^:]*$/, '') }));
        else facts.push(configEntry({ ...common, ...valueOf(pair.value), phase: key === 'build-args' || key.startsWith('build') ? 'build' : undefined }));
      }
      offset += line.length + 1;
    }
    return facts;
  });
}

function environmentWord(text: string | undefined): string | undefined {
  return text === undefined ? undefined : ENVIRONMENT_WORDS.get(text.trim().toLowerCase());
}

function plainText(node: DataNode | undefined, known: Known): string | undefined {
  const text = textOf(node)?.replace(/\$\{\{\s*env\.(\w+)\s*\}\}/g, (whole, name: string) => known.get(name) ?? whole);
  return text === undefined || text.includes('${{') ? undefined : text;
}

function nameOf(step: DataNode, index: number): string {
  return textOf(child(step, 'id')) ?? textOf(child(step, 'name')) ?? String(index);
}

function spanOf({ keySpan, value }: DataEntry): DataNode['span'] {
  return joined(keySpan, value.span);
}
