import type { ConfigEntryFact, Fact } from '../../model/facts.js';
import { configEntry } from '../config-facts.js';
import { child, entriesOf, itemsOf, joined, textOf, type DataNode } from '../settings.js';
import { shellFacts } from './shell.js';

/** A GitLab pipeline: jobs at the top, each with a script; usually stages. */
export function isGitlab(root: DataNode): boolean {
  const jobs = entriesOf(root).filter(({ value }) => child(value, 'script') !== undefined);
  return jobs.length > 0 && (child(root, 'stages')?.type === 'list' || jobs.some(({ value }) => child(value, 'stage') !== undefined || child(value, 'image') !== undefined));
}

/** Variables of the pipeline and of its jobs, which hold while a job runs, and what the jobs deploy. */
export function gitlabFacts(root: DataNode): Fact[] {
  const facts: Fact[] = variableFacts(child(root, 'variables'), []);
  for (const { key, value } of entriesOf(root)) {
    if (value.type !== 'map') continue;
    const environment = textOf(child(value, 'environment')) ?? textOf(child(child(value, 'environment'), 'name'));
    facts.push(...variableFacts(child(value, 'variables'), [key], environment));
    const script = child(value, 'script');
    const lines = script?.type === 'list' ? itemsOf(script) : script ? [script] : [];
    for (const line of lines) {
      if (line.type !== 'scalar' || line.text === undefined) continue;
      const { text, span, spanIn } = line;
      facts.push(...shellFacts({
        text, from: 0, to: text.length, format: 'yaml', keyPath: [key, 'script'], environment, spanOf: (from, to) => spanIn?.(from, to) ?? span,
      }).filter((fact) => fact.kind !== 'config-entry' || fact.effect !== 'reads'));
    }
  }
  return facts;
}

function variableFacts(variables: DataNode | undefined, keyPath: readonly string[], environment?: string): ConfigEntryFact[] {
  return entriesOf(variables).map(({ key, keySpan, value }) => {
    const text = textOf(value) ?? textOf(child(value, 'value'));
    const known = text?.includes('$') ? undefined : text;
    return configEntry({
      keyPath: [...keyPath, 'variables', key], span: joined(keySpan, value.span), format: 'yaml', effect: 'sets', value: known, environment, phase: 'build',
    });
  });
}
