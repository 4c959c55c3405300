import type { Category, Finding } from '../model/result.js';
import type { FailureKind } from './classify-kind.js';

/**
 * How well a violation of a category explains a failure of a kind, from 0 to 1, when nothing but nearness speaks for it. A pair that is not named
 * explains nothing by nearness.
 */
const FIT: Readonly<Partial<Record<FailureKind, Readonly<Partial<Record<Category, number>>>>>> = {
  'missing-module': { 'unresolved-import': 1, 'incomplete-migration': 0.8, 'import-path-fragmentation': 0.6 },
  'missing-name': { 'unresolved-import': 0.9, 'incomplete-migration': 0.8, 'import-path-fragmentation': 0.7, 'duplicate-manager': 0.8, 'duplicate-type': 0.8, 'duplicate-function': 0.6, 'event-contract-drift': 0.5 },
  load: { 'unresolved-import': 0.9, 'incomplete-migration': 0.8, 'import-path-fragmentation': 0.6, 'canonical-violation': 0.6 },
  contract: { 'event-contract-drift': 1, 'duplicate-type': 0.9, 'missing-event-consumer': 0.6, 'duplicate-constant': 0.6, 'duplicate-function': 0.6, 'duplicate-manager': 0.6 },
  isolation: { 'singleton-state-in-factory': 1, 'duplicate-manager': 0.5 },
  environment: { 'config-drift': 0.9 },
  timeout: { 'missing-event-consumer': 0.9, 'event-contract-drift': 0.8, 'config-drift': 0.6, 'singleton-state-in-factory': 0.5 },
  assertion: {
    'duplicate-constant': 0.95, 'duplicate-function': 0.9, 'duplicate-type': 0.9, 'duplicate-manager': 0.85, 'config-drift': 0.95, 'event-contract-drift': 0.9, 'missing-event-consumer': 0.9,
    'singleton-state-in-factory': 0.85, 'import-path-fragmentation': 0.7, 'incomplete-migration': 0.75, 'canonical-violation': 0.85,
  },
  exception: {
    'duplicate-constant': 0.7, 'duplicate-function': 0.7, 'duplicate-type': 0.8, 'duplicate-manager': 0.75, 'config-drift': 0.7, 'event-contract-drift': 0.8, 'singleton-state-in-factory': 0.7,
    'import-path-fragmentation': 0.5, 'incomplete-migration': 0.6, 'canonical-violation': 0.7,
  },
  unknown: { 'duplicate-constant': 0.5, 'duplicate-function': 0.5, 'duplicate-type': 0.5, 'duplicate-manager': 0.4, 'config-drift': 0.5, 'event-contract-drift': 0.5, 'singleton-state-in-factory': 0.5 },
};

export function fitOf(kind: FailureKind, { category, ruleId }: Pick<Finding, 'category' | 'ruleId'>): number {
  // Two ways to one process-wide object are untidy; they carry nothing from user to user.
  if (kind === 'isolation' && ruleId === 'multiple-singletons') return 0;
  return FIT[kind]?.[category] ?? 0;
}

/** Kinds whose cause is mostly outside of the source: of those nothing is linked by nearness. */
export function isEnvironmental(kind: FailureKind): boolean {
  return kind === 'unknown-host' || kind === 'connection' || kind === 'authentication' || kind === 'environment';
}

/** Whether a finding can be the cause of anything: copies that are equal, and what only tidies up, fail no test. */
export function canExplain(finding: Finding): boolean {
  if (finding.category === 'meta' || finding.category === 'test-integrity') return false;
  if (TIDY.has(finding.ruleId)) return false;
  return !(COPIES.has(finding.category) && finding.differences.length === 0);
}

const COPIES: ReadonlySet<Category> = new Set<Category>(['duplicate-function', 'duplicate-type', 'duplicate-constant', 'duplicate-manager']);
const TIDY: ReadonlySet<string> = new Set(['deprecated-still-used', 'environment-read-bypasses-accessor', 'duplicate-file', 'duplicate-connection']);
