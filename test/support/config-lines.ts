import type { ConfigEntryFact, DeploymentFact, Extraction } from '../../src/model/facts.js';
import { languageFor } from '../../src/languages/registry.js';

/** What the language of the path yields for a text. */
export async function extractionOf(path: string, text: string): Promise<Extraction> {
  const language = languageFor(path);
  if (!language) throw new Error(`no language reads ${path}`);
  await language.load();
  return language.extract({ path, text });
}

/**
 * Config entries, one line each: line, effect, name, `=value`, `<-reference`, `|default`, `@service`, `/environment`, and what else holds.
 * With `settings`, plain settings by their key path.
 */
export async function entryLines(path: string, text: string, options: { settings?: boolean } = {}): Promise<string[]> {
  const { facts } = await extractionOf(path, text);
  const entries = facts.filter((fact): fact is ConfigEntryFact => fact.kind === 'config-entry');
  return entries.filter(({ effect }) => (effect === 'setting') === (options.settings ?? false)).map((fact) => [
    `${fact.span[0]} ${options.settings ? fact.keyPath.join('.') : `${fact.effect} ${fact.name}`}`,
    fact.value === undefined ? '' : `=${fact.value}`,
    fact.reference === undefined ? '' : ` <-${fact.reference}`,
    fact.default === undefined ? '' : ` |${fact.default}`,
    fact.service === undefined ? '' : ` @${fact.service}`,
    fact.environment === undefined ? '' : ` /${fact.environment}`,
    fact.phase === undefined ? '' : ` ${fact.phase}`,
    fact.required ? ' required' : '',
    fact.commented ? ' commented' : '',
  ].join(''));
}

/** Deployments with all that they say. */
export async function deploymentsIn(path: string, text: string): Promise<(Partial<DeploymentFact> & { name: string; line: number })[]> {
  const { facts } = await extractionOf(path, text);
  return facts.filter((fact): fact is DeploymentFact => fact.kind === 'deployment').map(({ name, span, image, context, dockerfile, envFiles, opaqueEnvironment, command, copies, ports, environment, environmentSources }) => ({
    name, line: span[0],
    ...(image !== undefined && { image }), ...(context !== undefined && { context }), ...(dockerfile !== undefined && { dockerfile }),
    ...(envFiles.length > 0 && { envFiles }), ...(opaqueEnvironment && { opaqueEnvironment }), ...(command !== undefined && { command }),
    ...(copies.length > 0 && { copies }), ...(ports && ports.length > 0 && { ports }), ...(environment !== undefined && { environment }),
    ...(environmentSources && { environmentSources }),
  }));
}

/** Parse errors as `line: message`. */
export async function problemsIn(path: string, text: string): Promise<string[]> {
  const { parseErrors } = await extractionOf(path, text);
  return parseErrors.map(({ message, span }) => `${span[0]}: ${message}`);
}

/** The text that a fact's span covers. */
export async function coveredText(path: string, text: string, name: string): Promise<string[]> {
  const { facts } = await extractionOf(path, text);
  const lines = text.split('\n');
  return facts.filter((fact) => fact.name === name).map(({ span: [fromLine, fromColumn, toLine, toColumn] }) => {
    if (fromLine === toLine) return lines[fromLine - 1]!.slice(fromColumn - 1, toColumn - 1);
    return [lines[fromLine - 1]!.slice(fromColumn - 1), ...lines.slice(fromLine, toLine - 1), lines[toLine - 1]!.slice(0, toColumn - 1)].join('\n');
  });
}
