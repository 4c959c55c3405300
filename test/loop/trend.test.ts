import { describe, expect, it } from 'vitest';
import type { HistoryLine } from '../../src/loop/history.js';
import { sparkline, trendOf, trendSvg } from '../../src/loop/trend.js';

/** A run of the shop on the n-th day. */
function line(day: number, overrides: Partial<HistoryLine> = {}): HistoryLine {
  const at = `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`;
  return { schemaVersion: 1, run: `run-${day}`, at, environment: 'staging', suites: [], failures: [], violations: {}, rulesetHash: 'a', verdict: 'PROVEN', ...overrides };
}

describe('the trend', () => {
  it('knows a rule that found nothing from a run that did not look', () => {
    const { violations } = trendOf([line(1, { violations: { 'duplicate-type': 4 } }), line(2), { ...line(3), rulesetHash: undefined } as unknown as HistoryLine]);
    expect(violations).toEqual([{ name: 'duplicate-type', values: [4, 0, undefined] }]);
    expect(sparkline([4, 0, undefined, 2])).toBe('█▁ ▅');
  });

  it('says with which run the rule set changed', () => {
    const trend = trendOf([line(1), line(2), line(3, { rulesetHash: 'b' })]);
    expect(trend.rulesetChanges).toEqual(['run-3']);
    expect(trendSvg(trend)).toContain('dashed: the rule set changed');
  });

  it('as a picture shows the heaviest twelve rows of a group and says how many there are more, whatever they are called', () => {
    const violations = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`rule-${index}`, index + 1]));
    const title = `a <b> & "c" of ${'very '.repeat(30)}long name]]>`;
    const svg = trendSvg(trendOf([line(1, { violations, failures: [{ fingerprint: 'x', title, priority: 'P1' }] })]));
    expect(svg).toContain('and 3 more rules, which are in: ssot-audit trend');
    expect(svg).toContain('<title>rule-14: 15</title>');
    expect(svg).not.toContain('<title>rule-2: 3</title>');
    expect(svg).toContain('>a &lt;b&gt; &amp; &quot;c&quot; of v…ry very very long name]]&gt;</text>');
    expect(svg).not.toMatch(/<script|<b>|href|url\(/);
    expect(svg.match(/<g>/g)).toHaveLength(svg.match(/<\/g>/g)!.length);
  });
});
