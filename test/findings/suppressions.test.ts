import { describe, expect, it } from 'vitest';
import { scan } from '../../src/scan.js';
import type { ScanResult } from '../../src/model/result.js';
import { temporaryTree } from '../support/temporary-tree.js';

const settings = (comment: string): Record<string, string> => ({
  'shop/payments.py': `import os\n${comment}\nTIMEOUT = os.environ.get("PAYMENT_TIMEOUT", "30")\n`,
  'shop/refunds.py': 'import os\n\nTIMEOUT = os.environ.get("PAYMENT_TIMEOUT", "10")\n',
});
const audit = (files: Record<string, string>, today = '2026-06-01'): Promise<ScanResult> =>
  scan({ root: temporaryTree(files), only: ['conflicting-default'], cacheDir: false, threads: 1, today });

describe('a suppression comment', () => {
  it('marks the finding at any of its sites and keeps it in the result', async () => {
    const { findings, problems } = await audit(settings('# ssot-ignore-next-line conflicting-default until=2027-01-31 -- the old gateway is slower'));
    expect(findings).toHaveLength(1);
    expect(findings[0]!.suppression).toMatchObject({ kind: 'inSource', justification: 'the old gateway is slower', location: { path: 'shop/payments.py' } });
    expect(problems).toEqual([]);
  });

  it('needs a reason', async () => {
    const { findings, problems } = await audit(settings('# ssot-ignore-next-line conflicting-default'));
    expect(findings[0]!.suppression).toBeUndefined();
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'invalid-suppression', message: 'A suppression needs a reason: add "-- <reason>" after conflicting-default.' }));
  });

  it('ends on its date', async () => {
    const comment = '# ssot-ignore-next-line conflicting-default until=2026-05-31 -- the old gateway is slower';
    const { findings, problems } = await audit(settings(comment));
    expect(findings[0]!.suppression).toBeUndefined();
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'invalid-suppression', message: 'This suppression of conflicting-default ended on 2026-05-31.' }));
    expect((await audit(settings(comment), '2026-05-31')).findings[0]!.suppression).toBeDefined();
  });

  it('names a rule that exists', async () => {
    const { problems } = await audit(settings('# ssot-ignore-next-line conflicting-defaults -- typing error'));
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'invalid-suppression', message: 'There is no rule "conflicting-defaults".' }));
  });

  it('is reported when it matches nothing', async () => {
    const { problems } = await audit({ 'shop/payments.ts': '// ssot-ignore-file conflicting-default -- was mended\nexport const TIMEOUT = 30;\n' });
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'unused-suppression', location: expect.objectContaining({ path: 'shop/payments.ts' }) }));
  });

  it('is not prose that mentions the syntax', async () => {
    const { findings, problems } = await audit(settings('# Accept a finding with ssot-ignore-next-line conflicting-default -- reason.'));
    expect(findings[0]!.suppression).toBeUndefined();
    expect(problems).toEqual([]);
  });
});
