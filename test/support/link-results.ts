import { clusterSchema, linkResultSchema, type Cluster, type LinkResult } from '../../src/model/link-result.js';
import { scanResultSchema, type Finding, type ScanResult } from '../../src/model/result.js';
import { hashOf } from '../../src/util/hash.js';

/** Results as `link` and `scan` write them, with what a test is about given and the rest of a small shop. */
export const REPORT = 'test-results/e2e.xml';

export function location(path: string, line: number): Finding['location'] {
  return { path, range: { start: { line, column: 1 }, end: { line, column: 20 } } };
}

export function finding(overrides: Partial<Finding> = {}): Finding {
  const concept = overrides.concept ?? 'OrderStatus';
  return {
    ruleId: 'conflicting-type', category: 'duplicate-type', severity: 'error', key: concept, concept, message: `${concept} is declared twice and differs.`,
    fingerprint: hashOf(`finding ${concept}`, 16), location: location('packages/contracts/src/order-status.ts', 3),
    related: [{ location: location('web/src/types/order.ts', 12), message: 'a copy', role: 'copy', symbol: concept }],
    ownerReason: 'most production importers', differences: ['web/src/types/order.ts lacks the field "paidAt"'], remedy: `Import ${concept} from packages/contracts.`, rank: 0.8, ...overrides,
  };
}

export function cluster(name: string, overrides: Partial<Cluster> = {}): Cluster {
  return clusterSchema.parse({
    id: name, fingerprint: `fp1:${hashOf(name, 16)}`, recipe: ['kind contract', `message "${name} lacks a field"`], kind: 'contract', title: `${name} lacks a field`,
    tests: [{ id: `web/test/${name}.test.ts › ${name} › is paid`, title: 'is paid', file: `web/test/${name}.test.ts`, report: REPORT }],
    message: `AssertionError: expected ${name} to have property "paidAt"\n    at web/test/${name}.test.ts:14:5`,
    suspects: [{ path: 'web/src/types/order.ts', score: 3, probability: 0.91, confidence: 'high', evidence: [{ kind: 'stack-frame', statement: 'stands in the stack', strength: 0.9, references: [{ code: location('web/src/types/order.ts', 12) }] }] }],
    links: [], verdict: 'No static violation explains this failure.',
    whys: [{ level: 'symptom', question: 'Why is it red?', answer: 'The field "paidAt" is missing.', status: 'evidenced', evidence: [{ kind: 'report', statement: 'the report says so', strength: 0.9, references: [{ report: { path: REPORT, record: 'is paid' } }] }], confidence: 0.9 }],
    runnersUp: [], ...overrides,
  });
}

export function linked(name: string, violation: Finding, overrides: Partial<Cluster> = {}): Cluster {
  return cluster(name, { links: [{ finding: violation, confidence: 'high', score: 0.9, evidence: [{ kind: 'value-mismatch', statement: 'the missing field is the one that differs', strength: 0.9, references: [{ code: location('web/src/types/order.ts', 12) }] }] }], ...overrides });
}

export function linkResult(clusters: readonly Cluster[], overrides: Partial<LinkResult> = {}): LinkResult {
  return linkResultSchema.parse({
    schemaVersion: 1, tool: { name: 'ssot-audit', version: '0.1.0', weights: 'lw2' },
    sources: [{ path: REPORT, format: 'junit', dialect: 'vitest', tool: 'vitest', declared: {}, parsed: {}, losses: [], truncated: false, warnings: [] }],
    suites: [{ name: REPORT, evidence: 'strong', reasons: [], signs: [] }],
    stated: [], clusters, passed: [], suspects: [], patterns: [], prevention: [], unlinked: clusters.filter(({ links }) => links.length === 0).map(({ id }) => id), problems: [], ...overrides,
  });
}

/** A green run: the tests of these clusters pass. */
export function greenResult(clusters: readonly Cluster[], overrides: Partial<LinkResult> = {}): LinkResult {
  return linkResult([], { passed: clusters.flatMap(({ tests }) => tests.map(({ id, file }) => ({ id, report: REPORT, ...(file === undefined ? {} : { file }) }))), ...overrides });
}

export function scanResult(findings: readonly Finding[], overrides: Partial<ScanResult> = {}): ScanResult {
  const row = { seen: 2, parsed: 2, partlyParsed: 0, skipped: 0, lines: 40 };
  return scanResultSchema.parse({
    schemaVersion: 1, tool: { name: 'ssot-audit', version: '0.1.0' }, rulesetHash: 'a1b2c3', root: 'shop', rules: [], services: [],
    coverage: { total: row, languages: {}, services: {}, skipped: {} }, files: [], findings, problems: [], imports: {}, ...overrides,
  });
}
