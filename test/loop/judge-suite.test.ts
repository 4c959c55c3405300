import { describe, expect, it } from 'vitest';
import { loopSuiteSchema } from '../../src/config/loop-schema.js';
import { judgeSuite, type SuiteEvidenceInput } from '../../src/loop/judge-suite.js';
import { readReports } from '../../src/test-results/read-test-results.js';
import { mergeReports } from '../../src/test-results/merge-attempts.js';

function runOf(cases: string, attributes = ''): NonNullable<SuiteEvidenceInput['run']> {
  const xml = `<?xml version="1.0"?><testsuites><testsuite name="orders" ${attributes}>${cases}</testsuite></testsuites>`;
  return { schemaVersion: 1, ...mergeReports(readReports('orders.xml', Buffer.from(xml))) };
}

const PASSED = '<testcase classname="orders" name="places" time="0.412"/><testcase classname="orders" name="cancels" time="0.207"/>';
const SKIPPED = '<testcase classname="orders" name="a" time="0"><skipped/></testcase><testcase classname="orders" name="b" time="0"><skipped/></testcase>';

function judge(input: Partial<SuiteEvidenceInput>, suite: object = {}): ReturnType<typeof judgeSuite> {
  return judgeSuite({
    suite: loopSuiteSchema.parse({ name: 'orders', command: 'run', reports: ['*.xml'], ...suite }), run: runOf(PASSED), exitCode: 0, texts: [], files: [], mocking: [], staleReports: [], sameReport: false, ...input,
  });
}

describe('what a suite is worth', () => {
  it('is strong evidence when tests ran and nothing speaks against it', () => {
    expect(judge({})).toMatchObject({ evidence: 'strong', reasons: [], counts: { tests: 2, passed: 2, failed: 0 } });
  });

  it('is none when nothing ran: no report, an empty one, one of skips only, fewer tests than must run', () => {
    expect(judge({ run: undefined })).toMatchObject({ evidence: 'none', reasons: ['It wrote no report (*.xml).'] });
    expect(judge({ run: runOf('') }).evidence).toBe('none');
    expect(judge({ run: runOf(SKIPPED) }).evidence).toBe('none');
    expect(judge({}, { evidence: { minTests: 3 } })).toMatchObject({ evidence: 'none', reasons: ['2 tests ran; at least 3 must.'] });
  });

  it('is none when it spoke to another host than the declared one, and partial when it shows none', () => {
    const evidence = { host: '127.0.0.1:4100' };
    expect(judge({ texts: ['GET http://127.0.0.1:4200/orders'] }, { evidence })).toMatchObject({ evidence: 'none', reasons: ['It spoke to 127.0.0.1:4200, not to 127.0.0.1:4100.'], hosts: ['127.0.0.1:4200'] });
    expect(judge({ texts: ['GET http://127.0.0.1:4100/orders'] }, { evidence }).evidence).toBe('strong');
    expect(judge({ texts: ['all good'] }, { evidence })).toMatchObject({ evidence: 'partial' });
    expect(judge({ texts: ['wss://shop.example:443/ws, see https://vitest.dev/guide'] }, { evidence: { host: 'shop.example' } }).evidence).toBe('strong');
  });

  it('of an end-to-end suite is none when every test file replaces what it tests, and partial when some do; unit tests may', () => {
    const mocking = [{ path: 'orders.spec.ts', line: 3, mock: 'vi.mock' }];
    expect(judge({ files: ['orders.spec.ts'], mocking }).evidence).toBe('strong');
    expect(judge({ files: ['orders.spec.ts'], mocking }, { evidence: { mocks: false } }).evidence).toBe('none');
    expect(judge({ files: ['orders.spec.ts'], mocking }, { tags: ['e2e'] }).evidence).toBe('none');
    expect(judge({ files: ['orders.spec.ts', 'cart.spec.ts'], mocking }, { name: 'orders end-to-end' })).toMatchObject({ evidence: 'partial', reasons: ['1 of its 2 test files replace what they test by mocks: orders.spec.ts:3 (vi.mock).'] });
  });

  it('is partial when the exit code and the report disagree, when it was stopped, or when a report is from another run', () => {
    expect(judge({ exitCode: 1 }).reasons).toEqual(['The command ended with 1 although no test failed.']);
    expect(judge({ run: runOf(`${PASSED}<testcase classname="orders" name="pays" time="0.1"><failure message="no"/></testcase>`) }).reasons).toEqual(['The command ended with 0 although 1 test failed.']);
    expect(judge({ stoppedBy: 'time-limit' })).toMatchObject({ evidence: 'partial' });
    expect(judge({ staleReports: ['old.xml'] }).reasons).toEqual(['old.xml was not written by this run and does not count.']);
  });
});
