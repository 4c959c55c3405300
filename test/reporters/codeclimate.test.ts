import { describe, expect, it } from 'vitest';
import { codeClimateReporter } from '../../src/reporters/codeclimate.js';
import { changedResult, hugeResult } from './changed-result.js';
import { shopResult } from './shop-result.js';

interface Issue { check_name: string; description: string; severity: string; fingerprint: string; location: { path: string; lines: { begin: number } } }
const issuesOf = (...args: Parameters<typeof codeClimateReporter>): Issue[] => JSON.parse(codeClimateReporter(...args)) as Issue[];

describe('the Code Climate report', () => {
  it('has what GitLab reads of each finding in force', () => {
    const issues = issuesOf(shopResult(), { pathPrefix: 'shop/' });
    expect(issues.map(({ check_name, severity }) => [check_name, severity])).toEqual([['conflicting-default', 'critical'], ['duplicate-manager', 'major'], ['duplicate-manager', 'major'], ['duplicate-type', 'info']]);
    expect(issues[0]).toMatchObject({ type: 'issue', fingerprint: 'a1b2c3d4e5f60718', categories: ['Bug Risk'], location: { path: 'shop/services/api/settings.py', lines: { begin: 12 } } });
    expect(issues[0]!.description).toMatch(/^PAYMENT_TIMEOUT_SECONDS has 3 different defaults in api/);
  });

  it('points at what the change added', () => {
    expect(issuesOf(changedResult(), {}).find(({ description }) => description.startsWith('A third copy'))!.location).toMatchObject({ path: 'api/vouchers.py', lines: { begin: 30 } });
  });

  it('has relative paths and a fingerprint for each, also where two findings share one', () => {
    const result = shopResult();
    const issues = issuesOf({ ...result, findings: [...result.findings, ...result.findings] }, {});
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    expect(issues.filter(({ location: { path } }) => /^[./]/.test(path))).toEqual([]);
    expect(codeClimateReporter({ ...result, findings: [] }, {})).toBe('[]\n');
  });

  it('holds ten thousand findings in a few megabytes, and says what it leaves out of more', () => {
    const text = codeClimateReporter(hugeResult(10_001), {});
    expect(Buffer.byteLength(text)).toBeLessThan(40_000_000);
    expect((JSON.parse(text) as Issue[]).at(-1)!.description).toBe('1 finding of the least weight is not in this report; the JSON report has all of them.');
  });
});
