import { describe, expect, it } from 'vitest';
import { githubReporter } from '../../src/reporters/github.js';
import { stepSummary, STEP_SUMMARY_BYTES } from '../../src/reporters/step-summary.js';
import { changedResult, hugeResult } from './changed-result.js';
import { at, finding, shopResult } from './shop-result.js';

interface Annotation { level: string; file?: string; line?: string; endLine?: string; title: string; message: string }

/** Reads workflow commands as the runner does: a line that begins with `::`, properties up to the next `::`, then unescaped. */
function annotationsIn(text: string): Annotation[] {
  const unescape = (part: string): string => part.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return text.split('\n').filter((line) => line.startsWith('::')).map((line) => {
    const [, level, properties, message] = /^::(\w+) (.*?)::(.*)$/.exec(line)!;
    const entries = properties!.split(',').map((property) => property.split(/=(.*)/s).slice(0, 2).map(unescape));
    return { level: level!, ...Object.fromEntries(entries), message: unescape(message!) } as Annotation;
  });
}

describe('annotations on GitHub', () => {
  it('are errors only where the run fails, and stand where the change was made', () => {
    const annotations = annotationsIn(githubReporter(changedResult(), { failOn: 'error' }));
    expect(annotations.map(({ level, file, line, title }) => [level, `${file}:${line}`, title])).toEqual([
      ['error', 'web/src/checkout/basket.ts:4', 'duplicate-type: Basket'],
      ['error', 'api/vouchers.py:30', 'duplicate-type: Voucher'],
      ['warning', 'packages/shared/parcel.ts:1', 'duplicate-type: Parcel'],
    ]);
    expect(annotations[1]!.message).toMatch(/^A third copy of Voucher was added\.\nVoucher is declared 3 times\.\n/);
    expect(annotations[1]!.message).toContain('Likely owner: packages/shared/voucher.ts:1 (most importers)');
  });

  it('point at what goes around a declared owner, not at the owner', () => {
    const violation = finding({
      ruleId: 'canonical-violation', category: 'canonical-violation', severity: 'error', concept: 'formatMoney', message: 'formatMoney belongs to shared/money.ts.', fingerprint: '1'.repeat(16),
      location: at('shared/money.ts', 1), ownerReason: 'declared as the owner', related: [{ location: at('web/money.ts', 9), message: '', role: 'copy' }],
    });
    expect(annotationsIn(githubReporter({ ...shopResult(), findings: [violation] }, {}))).toMatchObject([{ file: 'web/money.ts', line: '9' }]);
  });

  it('leave out what was accepted or was there before', () => {
    expect(githubReporter(changedResult(), { failOn: 'error' })).not.toMatch(/^::.*(Order|Invoice|Money)/m);
    expect(githubReporter(shopResult(), { failOn: 'none' })).not.toMatch(/^::error/m);
  });

  it('keep a hostile name in its place', () => {
    const odd = finding({
      ruleId: 'duplicate-type', category: 'duplicate-type', severity: 'error', concept: 'a,file=etc::b', fingerprint: '1'.repeat(16),
      message: '100 %\n::stop-commands::x\r\n##[add-mask]secret', location: at('web/a,b:c\n::error::%0A.ts', 5),
    });
    const text = githubReporter({ ...shopResult(), findings: [odd] }, {});
    expect(annotationsIn(text)).toMatchObject([{ level: 'error', file: 'web/a,b:c\n::error::%0A.ts', line: '5', title: 'duplicate-type: a,file=etc::b' }]);
    expect(text).not.toContain('##[');
    expect(text.trimEnd().split('\n')).toHaveLength(2);
  });

  it('are as many as GitHub keeps, and say how many are left', () => {
    const text = githubReporter(hugeResult(10_000), { failOn: 'warning', hasStepSummary: true });
    const annotations = annotationsIn(text);
    const count = (level: string): number => annotations.filter((annotation) => annotation.level === level).length;
    expect([count('error'), count('warning'), count('notice')]).toEqual([10, 0, 10]);
    expect(annotations.at(-1)!.message).toBe('9,981 of 10,000 findings have no annotation: GitHub keeps 10 per kind and step. The summary of this step lists the rest.');
    expect(Math.max(...annotations.map(({ message }) => Buffer.byteLength(message)))).toBeLessThan(64_000);
  });
});

describe('the summary of a step', () => {
  it('shows what blocks before all else, and what was put right', () => {
    const text = stepSummary(changedResult(), { failOn: 'error' });
    const order = ['## Blocking (2)', 'Basket', 'Voucher', '## New or worse, not blocking (1)', '## Errors, as before (2)', '## Put right (2)'].map((part) => text.indexOf(part));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(text).toContain('**Blocked** — compared with origin/main (at 012345678): 2 findings block, 1 more is new or worse; 3 known findings hidden; 1 fixed, 1 shrunk');
    expect(text).toContain('- **grown** · blocks A third copy of Voucher was added. — added: [`api/vouchers.py:30`]');
  });

  it.each([0, 1_000_000])('stays within the limit by whole findings and says so, after %i bytes', (used) => {
    const text = stepSummary(hugeResult(10_000), { failOn: 'error', max: Infinity }, used);
    expect(Buffer.byteLength(text) + used).toBeLessThan(STEP_SUMMARY_BYTES);
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)!.length);
    expect(text).toMatch(/_[\d,]+ of 10,000 findings are listed here/);
  });

  it('says nothing where there is no room for it', () => {
    expect(stepSummary(shopResult(), {}, STEP_SUMMARY_BYTES - 1000)).toBe('');
  });
});
