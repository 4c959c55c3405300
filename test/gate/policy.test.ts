import { describe, expect, it } from 'vitest';
import { createJudge, requireKnownRules, type GatePolicy, type WorsePlace } from '../../src/gate/policy.js';
import type { ComparedFinding } from '../../src/gate/compare-findings.js';
import type { Finding, Severity } from '../../src/model/result.js';

const place = (over: Partial<WorsePlace> = {}): WorsePlace => ({ path: 'api/cart.ts', production: true, ...over });
const judge = (ruleId: string, kind: ComparedFinding['kind'], places: readonly WorsePlace[] = [place()], { severity = 'error' as Severity, policy = {} as GatePolicy, raised = false, before = undefined as Severity | undefined } = {}): string =>
  createJudge(policy)({ ruleId, severity } as Finding, { kind, added: [], newContent: [], raised, ...(before === undefined ? {} : { before }) }, places);

describe('what a change means for the run', () => {
  it.each([
    'unresolved-import', 'removed-while-imported', 'canonical-violation', 'duplicate-manager', 'state-shared-by-factory', 'required-not-deployed', 'conflicting-default', 'event-payload-drift', 'conflict-markers',
  ])('a new %s blocks', (rule) => expect(judge(rule, 'new')).toBe('block'));

  it.each(['import-path-fragmentation', 'deprecated-still-used', 'diverging-type', 'duplicate-type', 'acme/rule-of-a-plugin'])('a new %s warns', (rule) => expect(judge(rule, 'new')).toBe('warn'));

  it('an info is only noted, and what was known or moved too', () => {
    expect(judge('unresolved-import', 'new', undefined, { severity: 'info' })).toBe('note');
    expect(judge('unresolved-import', 'moved')).toBe('note');
    expect(judge('unresolved-import', 'unchanged')).toBe('note');
  });

  it('a changed difference blocks where the difference is the harm, and is noted where it is work on a known copy', () => {
    expect(judge('conflicting-default', 'changed')).toBe('block');
    expect(judge('duplicate-manager', 'changed')).toBe('note');
    expect(judge('duplicate-manager', 'changed', undefined, { raised: true })).toBe('block');
  });

  it('a known harm grows by a place that makes it, not by one that shows it', () => {
    expect(judge('event-payload-drift', 'grown', [place({ role: 'producer' })])).toBe('block');
    expect(judge('event-payload-drift', 'grown', [place({ role: 'contract' })])).toBe('warn');
    expect(judge('state-shared-by-factory', 'grown', [place({ role: 'consumer' })])).toBe('warn');
    expect(judge('state-shared-by-factory', 'grown', [place({ role: 'consumer' }), place({ role: 'writer' })])).toBe('block');
    expect(judge('state-shared-by-factory', 'grown', [place({ role: 'importer' })])).toBe('warn');
    expect(judge('event-payload-drift', 'grown', [place({ role: 'contract', production: false })])).toBe('note');
    // one more place in a test does no harm in production, but an import that leads nowhere breaks the test
    expect(judge('duplicate-manager', 'grown', [place({ role: 'copy', production: false })])).toBe('warn');
    expect(judge('unresolved-import', 'grown', [place({ role: 'importer', production: false })])).toBe('block');
  });

  it('a harm that grew counts as what it was, though the rule takes so many places for a habit', () => {
    expect(judge('duplicate-manager', 'grown', [place({ role: 'copy' })], { severity: 'info', before: 'error' })).toBe('block');
    expect(judge('duplicate-manager', 'grown', [place({ role: 'copy' })], { severity: 'info', before: 'info' })).toBe('note');
  });

  it('is decided by the lists of the configuration, for some files by their own', () => {
    const policy = { block: ['duplicate-*'], warn: ['*'], overrides: [{ files: ['legacy/**'], block: [], warn: ['duplicate-*'] }, { files: ['legacy/billing/**'], block: ['*'], warn: [] }] };
    const of = (rule: string, path: string): string => judge(rule, 'new', [place({ path })], { policy });
    expect(of('duplicate-type', 'api/cart.ts')).toBe('block');
    expect(of('unresolved-import', 'api/cart.ts')).toBe('warn');
    expect(of('duplicate-type', 'legacy/cart.ts')).toBe('warn');
    expect(of('unresolved-import', 'legacy/billing/cart.ts')).toBe('block');
    expect(judge('duplicate-type', 'new', [place({ path: 'legacy/cart.ts' }), place()], { policy })).toBe('block');
  });

  it('that names a rule there is none of is refused, with the nearest', () => {
    const ids = ['duplicate-type', 'unresolved-import', 'acme/desk'];
    expect(() => requireKnownRules({ block: ['unresolved-import', 'duplicate-*', 'acme/*'], warn: ['*', '*/*'] }, ids)).not.toThrow();
    expect(() => requireKnownRules({ block: ['unresolved-imports'] }, ids)).toThrow('gate.block: there is no rule "unresolved-imports"');
    expect(() => requireKnownRules({ overrides: [{ files: ['legacy/**'], warn: ['duplicate-typ'] }] }, ids)).toThrow('gate.overrides[0].warn');
  });
});
