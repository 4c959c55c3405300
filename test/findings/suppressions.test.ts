import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSuppressions } from '../../src/findings/suppressions.js';
import { languageFor } from '../../src/languages/registry.js';
import type { Finding, ScanResult } from '../../src/model/result.js';
import { scan, type ScanOptions } from '../../src/scan.js';
import { extractionOf } from '../support/config-lines.js';
import { temporaryTree } from '../support/temporary-tree.js';

const settings = (comment: string): Record<string, string> => ({
  'shop/payments.py': `import os\n${comment}\nTIMEOUT = os.environ.get("PAYMENT_TIMEOUT", "30")\n`,
  'shop/refunds.py': 'import os\n\nTIMEOUT = os.environ.get("PAYMENT_TIMEOUT", "10")\n',
});
const audit = (files: Record<string, string>, options: Partial<ScanOptions> = {}): Promise<ScanResult> =>
  scan({ root: temporaryTree(files), only: ['conflicting-default', '*-suppression'], cacheDir: false, threads: 1, today: '2026-06-01', ...options });
const drift = ({ findings }: ScanResult): Finding | undefined => findings.find(({ ruleId }) => ruleId === 'conflicting-default');
const remarks = ({ findings }: ScanResult): string[] => findings.filter(({ category }) => category === 'meta').map(({ ruleId, severity, message, location }) => `${severity} ${ruleId} ${location.path}:${location.range.start.line} ${message}`);

describe('a suppression comment', () => {
  it('marks the finding at any of its sites and keeps it in the result', async () => {
    const result = await audit(settings('# ssot-ignore-next-line conflicting-default until=2027-01-31 -- the old gateway is slower'));
    expect(drift(result)!.suppression).toMatchObject({ kind: 'inSource', justification: 'the old gateway is slower', location: { path: 'shop/payments.py' } });
    expect(remarks(result)).toEqual([]);
    expect(result.problems).toEqual([]);
  });

  it.each([
    ['# ssot-ignore-next-line conflicting-default', 'invalid-suppression', 'A suppression needs a reason: add "-- <reason>" after conflicting-default.'],
    ['# ssot-ignore-next-line conflicting-default --', 'invalid-suppression', 'A suppression needs a reason: add "-- <reason>" after conflicting-default.'],
    ['# ssot-ignore-next-line conflicting-defaults -- typing error', 'invalid-suppression', 'There is no rule "conflicting-defaults". Did you mean "conflicting-default"?'],
    ['# ssot-ignore-next-line conflicting-default until=2026-02-30 -- soon', 'invalid-suppression', 'until=2026-02-30 is not a date; write until=YYYY-MM-DD.'],
    ['# ssot-ignore conflicting-default -- soon', 'invalid-suppression', 'Not understood: "ssot-ignore conflicting-default -- soon". Write: ssot-ignore-next-line <rule-id> until=YYYY-MM-DD -- <reason>.'],
    ['# ssot-ignore-line conflicting-default -- soon', 'invalid-suppression', 'Not understood: "ssot-ignore-line conflicting-default -- soon". Write: ssot-ignore-next-line <rule-id> until=YYYY-MM-DD -- <reason>.'],
    ['# ssot-ignore-next-line conflicting-default until=2026-05-31 -- the old gateway', 'expired-suppression', 'This suppression of conflicting-default ended on 2026-05-31.'],
  ])('%s: accepts nothing and is a finding of its own', async (comment, ruleId, message) => {
    const result = await audit(settings(comment));
    expect(drift(result)!.suppression).toBeUndefined();
    expect(remarks(result)).toEqual([`warning ${ruleId} shop/payments.py:2 ${message}`]);
  });

  it('holds on its last day', async () => {
    expect(drift(await audit(settings('# ssot-ignore-next-line conflicting-default until=2026-06-01 -- the old gateway')))!.suppression).toBeDefined();
  });

  it('is a finding when it matches nothing, whole or in part; not when its rule did not run or a part of the tree was audited', async () => {
    const unused = { 'shop/payments.ts': '// ssot-ignore-file conflicting-default -- was mended\nexport const TIMEOUT = 30;\n' };
    expect(remarks(await audit(unused))).toEqual(['warning unused-suppression shop/payments.ts:1 This suppression of conflicting-default matches no finding.']);
    expect(remarks(await audit(unused, { only: ['duplicate-type', '*-suppression'] }))).toEqual([]);
    expect(remarks(await audit(unused, { paths: ['shop'] }))).toEqual([]);
    const half = settings('# ssot-ignore-next-line conflicting-default, unused-suppression -- the old gateway');
    expect(remarks(await audit(half))).toEqual(['warning unused-suppression shop/payments.py:2 Of the rules that this suppression names, unused-suppression matches no finding.']);
  });

  it('may stand at several sites of one finding, and several may stack over one line', async () => {
    const both = { ...settings('# ssot-ignore-next-line conflicting-default -- the old gateway'), 'shop/refunds.py': 'import os\n# ssot-ignore-next-line conflicting-default -- refunds are fast\nTIMEOUT = os.environ.get("PAYMENT_TIMEOUT", "10")\n' };
    expect(remarks(await audit(both))).toEqual([]);
    const stacked = await audit(settings('# ssot-ignore-next-line conflicting-default -- the old gateway\n# ssot-ignore-next-line duplicate-constant -- the same'));
    expect(drift(stacked)!.suppression).toBeDefined();
  });

  it('can accept a finding about suppressions; one that does so in vain cannot be accepted', async () => {
    const accepted = await audit({ 'shop/tax.ts': '// ssot-ignore-file unused-suppression -- comes with the generator\n// ssot-ignore-next-line conflicting-default -- kept\nexport const TAX = 7;\n' });
    expect(accepted.findings).toMatchObject([{ ruleId: 'unused-suppression', suppression: { justification: 'comes with the generator' } }]);
    const idle = await audit({ 'shop/tax.ts': '// ssot-ignore-file unused-suppression -- comes with the generator\nexport const TAX = 7;\n' });
    expect(idle.findings).toMatchObject([{ ruleId: 'unused-suppression', message: 'This suppression of unused-suppression matches no finding.' }]);
    expect(idle.findings[0]!.suppression).toBeUndefined();
  });

  it('is configured as every rule is', async () => {
    const config = { rules: { 'invalid-suppression': 'error', 'unused-suppression': 'off' } } as const;
    const files = { 'shop/tax.ts': '// ssot-ignore-file conflicting-default -- was mended\n// ssot-ignore-file conflicting-default\nexport const TAX = 7;\n' };
    expect((await audit(files, { config })).findings).toMatchObject([{ ruleId: 'invalid-suppression', severity: 'error' }]);
  });

  it('is not prose that mentions the syntax', async () => {
    const result = await audit(settings('# Accept a finding with ssot-ignore-next-line conflicting-default -- reason.'));
    expect(drift(result)!.suppression).toBeUndefined();
    expect(remarks(result)).toEqual([]);
  });
});

describe('comments of every language', () => {
  const text = 'ssot-ignore-next-line duplicate-type -- the old shop';
  it.each([
    ['shop/cart.ts', `const a = \`x \${1} y\`;\nconst quote = /\`/;\n// ${text}\nlet b;`, [[3, 3]]],
    ['shop/cart.ts', `/* ${text} */\nlet a;\n/*\n * ${text}\n */\nlet b;\n/** ${text} */\nfunction c() {}`, [[1, 1], [3, 5], [7, 7]]],
    ['shop/cart.tsx', `const a = <p>it's {b} // ${text}\n  {/* ${text} */}\n  <b>x</b></p>;\nf( // ${text}\n  1);`, [[2, 2], [4, 4]]],
    ['shop/cart.mjs', `const a = "// ${text}", b = \`\n// ${text}\n\`;\n{\n  // ${text}\n}`, [[5, 5]]],
    ['shop/cart.py', `a = "# ${text}"\n# ${text}\nb = 1  # ${text}\ndef c():\n    # ${text}\n    pass\n`, [[2, 2], [3, 3], [5, 5]]],
    ['shop/values.yaml', `# ${text}\na: "b # c" # ${text}\nd: e#${text}\n`, [[1, 1], [2, 2]]],
    ['pyproject.toml', `# ${text}\n[a]\nb = "c # d" # ${text}\n`, [[1, 1], [3, 3]]],
    ['.env', `# ${text}\nPORT=80 # ${text}\n`, [[1, 1], [2, 2]]],
    ['Dockerfile', `FROM node:20\n# ${text}\nENV PORT=80\n`, [[2, 2]]],
    ['main.tf', `# ${text}\n// ${text}\nlocals {\n  a = 1 /* ${text} */\n  /*\n   * ${text}\n   */\n  b = "x/*" // ${text}\n}\n`, [[1, 1], [2, 2], [4, 4], [5, 7], [8, 8]]],
    ['tsconfig.json', `{\n  // ${text}\n  "a": 1, /* ${text} */\n  /*\n    ${text}\n  */\n  "b": "src/*"\n}\n`, [[2, 2], [3, 3], [4, 6]]],
    ['deploy.sh', `#!/bin/sh\n# ${text}\nexport PORT=80 # ${text}\r\n`, [[2, 2], [3, 3]]],
  ])('%s', async (path, source, spans) => {
    const { suppressionComments } = await extractionOf(path, source);
    expect(suppressionComments.map(({ span }) => [span[0], span[2]])).toEqual(spans);
    expect(new Set(suppressionComments.map((comment) => comment.text))).toEqual(new Set([text]));
  });

  it('read whatever stands in them, and each is used or told of', async () => {
    const paths = ['a.ts', 'a.tsx', 'a.py', 'a.yaml', 'a.toml', '.env', 'Dockerfile', 'a.tf', 'tsconfig.json', 'a.sh'];
    for (const path of paths) await languageFor(path)!.load();
    const words = fc.constantFrom('ssot-ignore', 'ssot-ignore-next-line', 'ssot-ignore-file', 'duplicate-type', ',', '--', 'until=', '2026-01-01', '*/', '/*', '//', '#', '`', '"', "'", '{', '}', '<p>', '${', '\n', '\r\n', ' ', '\t', '\u0000', '購');
    const source = fc.array(fc.oneof({ weight: 4, arbitrary: words }, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(fc.property(fc.constantFrom(...paths), source, (path, text_) => {
      const comments = languageFor(path)!.extract({ path, text: text_ }).suppressionComments;
      const lines = text_.split(/\r\n|\n|\r/).length;
      for (const { span, text: said } of comments) {
        expect(said.startsWith('ssot-ignore')).toBe(true);
        expect(span[0] >= 1 && span[2] >= span[0] && span[2] <= lines + 1).toBe(true);
      }
      const idle = createSuppressions([{ path, comments }], new Set(['duplicate-type']), '2026-06-01').idle(new Set(['duplicate-type']));
      expect(idle.map(({ span }) => span)).toEqual(comments.map(({ span }) => span));
      for (const { statement } of idle) expect(statement).toMatch(/^\S[^]*[.?]$/);
    }), { numRuns: 1500 });
  });
});
