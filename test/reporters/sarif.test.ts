import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { sarifReporter } from '../../src/reporters/sarif.js';
import { changedResult, hugeResult } from './changed-result.js';
import { at, finding, shopResult } from './shop-result.js';

const schemaFile = createRequire(import.meta.url).resolve('@microsoft/jest-sarif').replace(/index\.js$/, 'schemas/sarif-2.1.0-rtm.5.json');
// The schema is of draft 04, of which ajv knows the later spelling: `id` is `$id`.
const { id, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<string, unknown>;
delete schema['$schema'];
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile({ $id: String(id), ...schema });

interface Sarif {
  runs: [{
    tool: { driver: { rules: { id: string; properties: { tags: string[] } }[] } };
    automationDetails: { id: string };
    invocations: [{ executionSuccessful: boolean; toolExecutionNotifications: { level: string; message: { text: string } }[] }];
    results: {
      ruleId: string; ruleIndex: number; level: string; message: { text: string }; baselineState?: string;
      locations: { physicalLocation: { artifactLocation: { uri: string; uriBaseId: string }; region: object } }[];
      relatedLocations: { id: number; physicalLocation: { artifactLocation: { uri: string } } }[];
      partialFingerprints: object; suppressions: { kind: string; justification: string }[];
    }[];
  }];
}

function report(...args: Parameters<typeof sarifReporter>): Sarif['runs'][0] {
  const sarif = JSON.parse(sarifReporter(...args)) as Sarif;
  validate(sarif);
  expect(validate.errors ?? []).toEqual([]);
  return sarif.runs[0];
}

describe('the SARIF report', () => {
  it('is valid and as it was read', async () => {
    report(shopResult(), {});
    await expect(sarifReporter(shopResult(), {})).toMatchFileSnapshot('./snapshots/report.sarif');
  });

  it('would not be valid if the schema were not applied', () => {
    expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  it('has every other place of a finding, and its identity', () => {
    const [first] = report(shopResult(), {}).results;
    expect(first!.relatedLocations.map(({ id, physicalLocation }) => [id, physicalLocation.artifactLocation.uri])).toEqual([
      [1, 'services/api/payments/gateway/card_terminal_connection.py'], [2, 'services/api/refunds.py'],
    ]);
    expect(first!.message.text).toContain('[services/api/refunds.py:9](2)');
    expect(first!.partialFingerprints).toEqual({ 'ssotIdentity/v1': 'a1b2c3d4e5f60718' });
    expect(first!.level).toBe('error');
  });

  it('marks what is suppressed in source or known, last', () => {
    const { results } = report(shopResult(), {});
    expect(results.slice(-2).map(({ suppressions, baselineState }) => [suppressions[0]!.kind, baselineState])).toEqual([['inSource', 'new'], ['external', 'unchanged']]);
    expect(results[0]).toMatchObject({ suppressions: [], baselineState: 'new' });
  });

  it('has paths relative to the repository, encoded', () => {
    const { results, automationDetails } = report(shopResult(), { pathPrefix: 'products/shop/' });
    expect(results.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation)).toContainEqual({ uri: 'products/shop/web/src/odd%20%5Bname%5D%20(1)%23%3F.ts', uriBaseId: '%SRCROOT%' });
    expect(automationDetails.id).toBe('ssot-audit/products/shop/');
  });

  it('says where the commit can be found', () => {
    report(shopResult(), { revision: { repositoryUri: 'https://git.example/shop', revisionId: 'abc123' } });
  });

  it('reports the problems of the run; a failed rule makes it unsuccessful', () => {
    const { invocations: [clean] } = report(shopResult(), {});
    expect(clean.executionSuccessful).toBe(true);
    expect(clean.toolExecutionNotifications.map(({ level }) => level)).toContain('warning');
    const crashed = { ...shopResult(), problems: [{ kind: 'rule-crash' as const, message: 'Rule duplicate-type failed.' }] };
    expect(report(crashed, {}).invocations[0]).toMatchObject({ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] });
  });

  it('keeps within the limits of code scanning, drops the mildest first, and says so', () => {
    const result = shopResult();
    const info = finding({ ruleId: 'duplicate-type', category: 'duplicate-type', severity: 'info', concept: 'Money', message: 'Money.', fingerprint: '0'.repeat(16), location: at('web/money.ts', 1) });
    const wide = { ...info, severity: 'error' as const, related: Array.from({ length: 1500 }, (_, index) => ({ location: at(`web/${index}.ts`, 1), message: '', role: 'copy' as const })) };
    const rules = [{ ...result.rules[2]!, tags: Array.from({ length: 30 }, (_, index) => `tag-${index}`) }];
    const run = report({ ...result, rules, findings: [...Array.from({ length: 6000 }, () => info), wide] }, {});
    expect(run.results).toHaveLength(5000);
    expect(run.results[0]).toMatchObject({ level: 'error', properties: { relatedLocationsLeftOut: 501 } });
    expect(run.results[0]!.relatedLocations).toHaveLength(999);
    expect(run.tool.driver.rules[0]!.properties.tags).toHaveLength(10);
    expect(run.invocations[0].toolExecutionNotifications[0]!.message.text).toContain('1,001 findings of the lowest severity are left out');
  });

  it('says how each finding stands to what was compared, and which are gone', () => {
    const { results } = report(changedResult(), { failOn: 'error' });
    expect(results.map(({ message: { text }, baselineState, suppressions: [suppression] }) => [/\b(Order|Basket|Voucher|Parcel|Invoice|Money|Refund)\b/.exec(text)![0], baselineState, suppression?.justification])).toEqual([
      ['Basket', 'new', undefined], ['Voucher', 'updated', undefined], ['Order', 'unchanged', undefined], ['Invoice', 'updated', undefined], ['Parcel', 'updated', undefined],
      ['Money', 'unchanged', 'known since the spring'], ['Refund', 'absent', undefined],
    ]);
    expect(report(changedResult(), { absent: false }).results.filter(({ baselineState }) => baselineState === 'absent')).toEqual([]);
  });

  it('points at what the change added; the owner is among the other places', () => {
    const grown = report(changedResult(), {}).results.find(({ message: { text } }) => text.startsWith('A third copy of Voucher was added.'))!;
    expect(grown.locations[0]!.physicalLocation).toMatchObject({ artifactLocation: { uri: 'api/vouchers.py' }, region: { startLine: 30 } });
    expect(grown.relatedLocations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri)).toEqual(['packages/shared/voucher.ts', 'web/src/voucher.ts']);
    expect(grown.message.text).toContain('[packages/shared/voucher.ts:1](1)');
  });

  it('holds ten thousand findings in less than code scanning takes', () => {
    const text = sarifReporter(hugeResult(10_000), { failOn: 'error' });
    const run = (JSON.parse(text) as Sarif).runs[0];
    expect(run.results).toHaveLength(5000);
    expect(run.results.filter(({ level }) => level === 'error')).toHaveLength(3334);
    expect(gzipSync(text, { level: 1 }).length).toBeLessThan(10_000_000); // docs.github.com, "SARIF results file is too large"
  });
});
