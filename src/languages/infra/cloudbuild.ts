import type { Fact } from '../../model/facts.js';
import { configEntry, deployment } from '../config-facts.js';
import { deployCommandFacts, type Argument } from '../deploy-strings.js';
import { child, entriesOf, itemsOf, joined, textOf, variableEntries, variableGroup, type DataNode } from '../settings.js';
import { shellFacts } from './shell.js';

/** Google Cloud Build: a list of steps, each an image with arguments or a script. */
export function isCloudbuild(root: DataNode): boolean {
  const steps = itemsOf(child(root, 'steps'));
  return steps.length > 0 && steps.every((step) => child(step, 'name') !== undefined || child(step, 'args') !== undefined)
    && steps.some((step) => ['args', 'entrypoint', 'script'].some((key) => child(step, key) !== undefined));
}

/** Build arguments, variables of steps, what is built from which Dockerfile, and what the steps deploy. */
export function cloudbuildFacts(root: DataNode): Fact[] {
  const facts: Fact[] = [];
  itemsOf(child(root, 'steps')).forEach((step, index) => {
    const keyPath = ['steps', textOf(child(step, 'id')) ?? String(index)];
    for (const variable of variableGroup(child(step, 'env') ?? step) ?? []) {
      if (child(step, 'env')) facts.push(...variableEntries(variable, [...keyPath, 'env', variable.name], 'cloudbuild', { phase: 'build' }));
    }
    for (const item of itemsOf(child(step, 'secretEnv'))) {
      const name = textOf(item);
      if (name !== undefined) facts.push(configEntry({ keyPath: [...keyPath, 'secretEnv', name], span: item.span, format: 'cloudbuild', effect: 'maps-secret', phase: 'build' }));
    }
    facts.push(...argumentFacts(step, keyPath));
  });
  for (const { key, keySpan, value } of entriesOf(child(root, 'substitutions'))) {
    const text = textOf(value);
    if (text !== undefined) facts.push(configEntry({ keyPath: ['substitutions', key], span: joined(keySpan, value.span), format: 'cloudbuild', effect: 'setting', value: text }));
  }
  return facts;
}

function argumentFacts(step: DataNode, keyPath: readonly string[]): Fact[] {
  const list = child(step, 'args');
  const args: Argument[] = itemsOf(list).flatMap((item) => (item.type === 'scalar' && item.text !== undefined ? [{ text: item.text, span: item.span, ...(item.spanIn && { spanIn: item.spanIn }) }] : []));
  const image = textOf(child(step, 'name')) ?? '';
  const tool = /(?:^|\/)(docker|gcloud|kubectl)\b/.exec(image)?.[1] ?? textOf(child(step, 'entrypoint'));
  const script = child(step, 'script') ?? (tool === 'bash' || tool === 'sh' ? itemsOf(list).at(-1) : undefined);
  if (script?.type === 'scalar' && script.text !== undefined) {
    const { span, spanIn, text } = script;
    return shellFacts({ text, from: 0, to: text.length, format: 'cloudbuild', keyPath, spanOf: (from, to) => spanIn?.(from, to) ?? span })
      .filter((fact) => fact.kind !== 'config-entry' || fact.effect !== 'reads');
  }
  if (args.length === 0) return [];
  const facts: Fact[] = deployCommandFacts(tool ? [{ text: tool, span: args[0]!.span }, ...args] : args, { format: 'cloudbuild', keyPath });
  const built = imageBuilt(args);
  if (built && !facts.some((fact) => fact.kind === 'deployment')) {
    facts.push(deployment({ name: built.name, image: built.image, dockerfile: built.dockerfile, context: '.', span: list!.span, format: 'cloudbuild' }));
  }
  return facts;
}

/** The image that docker, kaniko or buildpacks make: its name without registry and tag, and the Dockerfile. */
function imageBuilt(args: readonly Argument[]): { name: string; image: string; dockerfile?: string } | undefined {
  const valueOf = (...flags: string[]): string | undefined => {
    for (const [index, { text }] of args.entries()) {
      const flag = flags.find((name) => text === name || text.startsWith(`${name}=`));
      if (flag) return text === flag ? args[index + 1]?.text : text.slice(flag.length + 1);
    }
    return undefined;
  };
  const image = valueOf('--destination', '-t', '--tag');
  const dockerfile = valueOf('--dockerfile', '-f', '--file');
  if (image === undefined) return undefined;
  const name = image.replace(/^.*\//, '').replace(/[:@].*$/, '');
  return { name, image, ...(dockerfile !== undefined && { dockerfile }) };
}
