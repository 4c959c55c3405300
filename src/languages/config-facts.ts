import { ENVIRONMENT_WORDS } from '../model/environments.js';
import type { ConfigEntryFact, DeploymentFact, Extraction } from '../model/facts.js';
import type { Span } from '../model/location.js';

/** Longest text that a fact holds. */
const MAX_TEXT = 500;

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

/** Makes an entry; what is undefined is left out. The last key of `keyPath` is the name unless one is given. */
export function configEntry(
  given: { keyPath: readonly string[]; span: Span; format: ConfigEntryFact['format']; effect: ConfigEntryFact['effect'] }
    & Optional<Omit<ConfigEntryFact, 'kind' | 'scope' | 'exported'>>,
): ConfigEntryFact {
  const fact: Record<string, unknown> = { kind: 'config-entry', name: given.keyPath.at(-1) ?? '', scope: [], exported: true, commented: false };
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined) fact[key] = typeof value === 'string' ? value.slice(0, MAX_TEXT) : value;
  }
  return fact as unknown as ConfigEntryFact;
}

/** Makes a deployment; what is undefined is left out. */
export function deployment(
  given: { name: string; span: Span; format: DeploymentFact['format'] } & Optional<Omit<DeploymentFact, 'kind' | 'scope' | 'exported'>>,
): DeploymentFact {
  const fact: Record<string, unknown> = {
    kind: 'deployment', scope: [], exported: true, envFiles: [], opaqueEnvironment: false, copies: [],
  };
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined) fact[key] = typeof value === 'string' ? value.slice(0, MAX_TEXT) : value;
  }
  return fact as unknown as DeploymentFact;
}

/** An upper-case name as environment variables have: `DATABASE_URL`, `PORT`. */
export function isVariableName(text: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(text) && text.length > 1 && text.length <= 100;
}

/**
 * The environment that a group of variables says it is for: the value of `ENVIRONMENT`, `APP_ENV`, `..._ENV` when it is one of the usual
 * words. `NODE_ENV` counts only for what it can tell: staging sets it to production, too.
 */
export function statedEnvironment(values: Iterable<readonly [name: string, value: string | undefined]>): string | undefined {
  let best: string | undefined;
  let bestWeight = 0;
  for (const [name, value] of values) {
    const environment = value === undefined ? undefined : ENVIRONMENT_WORDS.get(value.trim().toLowerCase());
    if (environment === undefined) continue;
    const weight = weightOf(name, environment);
    if (weight > bestWeight) {
      best = environment;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(name: string, environment: string): number {
  if (name === 'ENVIRONMENT') return 4;
  if (/^(?:(?:APP|DEPLOY|DEPLOYMENT)_?)?ENV(?:IRONMENT)?$|^STAGE$/.test(name)) return 3;
  if (name === 'NODE_ENV' || name === 'RAILS_ENV' || name === 'FLASK_ENV') return environment === 'production' ? 0 : 1;
  return /_ENV(?:IRONMENT)?$/.test(name) ? 2 : 0;
}

/** What a file yields that holds nothing for us. */
export function nothing(lineCount: number): Extraction {
  return { facts: [], parseErrors: [], suppressionComments: [], lineCount };
}
