import { join } from 'node:path';
import { readSource } from './discover/read-file.js';
import { maskSecrets } from './facts/mask-secrets.js';
import { namesSecret } from './facts/shown-value.js';
import { languageFor } from './languages/registry.js';
import type { Fact } from './model/facts.js';
import type { Location } from './model/location.js';

/** A place of a finding as it stands on disk: its source lines and the facts that were extracted there. */
export interface SiteFacts {
  location: Location;
  /** Source lines with their 1-based numbers; empty when the file cannot be read any more. */
  lines: { number: number; text: string }[];
  facts: Fact[];
}

const MAX_LINES = 8;

/** Reads the files of some places again and gives the facts at each: what the rules had before them. In the order of the places. */
export async function factsAt(root: string, sites: readonly { location: Location; symbol?: string | undefined }[]): Promise<SiteFacts[]> {
  const files = new Map<string, { lines: string[]; facts: Fact[] }>();
  const results: SiteFacts[] = [];
  for (const { location, symbol } of sites) {
    let file = files.get(location.path);
    if (!file) files.set(location.path, (file = await readFacts(root, location.path)));
    const { start, end } = location.range;
    const last = Math.min(Math.max(start.line, end.column === 1 ? end.line - 1 : end.line), start.line + MAX_LINES - 1);
    results.push({
      location,
      lines: file.lines.slice(start.line - 1, last).map((text, index) => ({ number: start.line + index, text: withoutValue(text, file.facts, start.line + index) })),
      facts: file.facts.filter((fact) => isAt(fact, start.line, symbol)).map(withoutSecrets),
    });
  }
  return results;
}

async function readFacts(root: string, path: string): Promise<{ lines: string[]; facts: Fact[] }> {
  const language = languageFor(path);
  const source = readSource(join(root, path), path);
  if (!language || source.status !== 'text') return { lines: source.status === 'text' ? source.text.split(/\r?\n/) : [], facts: [] };
  await language.load();
  return { lines: source.text.split(/\r?\n/), facts: language.extract({ path, text: source.text }).facts };
}

/** A fact that begins on the line; or one that is named by the symbol and reaches over the line (an enum of which a member is meant). */
function isAt(fact: Fact, line: number, symbol: string | undefined): boolean {
  if (fact.kind === 'module') return false;
  const [startLine, , endLine] = fact.span;
  return startLine === line || (startLine <= line && line <= endLine && [...fact.scope, fact.name].join('.') === symbol);
}

/** A line of source for a report: the value of what is named like a credential is not shown, however it is written. */
function withoutValue(line: string, facts: readonly Fact[], number: number): string {
  const secret = facts.find(({ kind, name, span }) => HOLDS_VALUE.has(kind) && span[0] <= number && number <= span[2] && namesSecret(name));
  const assigned = /^\s*(?:export\s+|ENV\s+|ARG\s+|-\s+)?["']?([\w.-]+)["']?\s*[:=]/.exec(line)?.[1];
  const name = secret?.name ?? (assigned !== undefined && namesSecret(assigned) ? assigned : undefined);
  if (name === undefined) return maskSecrets(line);
  const quoted = line.replace(/(["'`])((?:(?!\1)[^\\]|\\.){1,2000})\1/g, (whole, quote: string, value: string) => (value === name ? whole : `${quote}…${quote}`));
  return maskSecrets(quoted.replace(/([=:]\s*)(?!["'`\s])([^\s#,;(){}[\]]+)(?=\s|$)/g, (whole, sign: string, value: string) => (/^\$|^[\w.]+\.[\w.]+$/.test(value) ? whole : `${sign}…`)));
}

const HOLDS_VALUE: ReadonlySet<Fact['kind']> = new Set<Fact['kind']>(['env-read', 'config-entry', 'constant']);

function withoutSecrets<F extends Fact>(fact: F): F {
  const hidden = HOLDS_VALUE.has(fact.kind) && namesSecret(fact.name) ? ['value', 'default'] : [];
  return Object.fromEntries(Object.entries(fact).map(([key, value]) => {
    if (typeof value !== 'string') return [key, hidden.includes(key) && value !== undefined ? '…' : value];
    return [key, hidden.includes(key) ? '…' : maskSecrets(value)];
  })) as F;
}
