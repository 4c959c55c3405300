import { describe, expect, it } from 'vitest';
import { markdownReporter } from '../../src/reporters/markdown.js';
import { shopResult } from './shop-result.js';

describe('the Markdown report', () => {
  it('reads as a pull request comment', async () => {
    await expect(markdownReporter(shopResult(), { failOn: 'error', linkBase: '../' })).toMatchFileSnapshot('./snapshots/report.md');
  });

  it('mentions nobody and no issue', () => {
    const text = markdownReporter(shopResult(), {}).replace(/`[^`\n]*`/g, '').replace(/\]\([^)]*\)/g, '').replace(/&#\d+;/g, '');
    expect(text).not.toMatch(/@[a-z]/i);
    expect(text).not.toMatch(/#\d/);
  });

  it('keeps names from the tree inside of their element', () => {
    const text = markdownReporter(shopResult(), {});
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text).not.toContain('<img');
    expect(text).not.toContain('[x](javascript');
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    expect(rows.length).toBeGreaterThan(5);
  });

  it('links to the line, with a target that a hostile path cannot break', () => {
    const text = markdownReporter(shopResult(), { linkBase: 'https://git.example/shop/blob/abc/' });
    expect(text).toContain('[`services/api/settings.py:12`](https://git.example/shop/blob/abc/services/api/settings.py#L12)');
    expect(text).toContain('](https://git.example/shop/blob/abc/web/src/odd%20%5Bname%5D%20%281%29%23%3f.ts#L1)');
  });

  it('says what it leaves out', () => {
    const text = markdownReporter(shopResult(), { max: 2 });
    expect(text).toContain('_2 of 4 findings are listed here');
    expect(text).not.toContain('## Info');
  });

  it('fits into a job summary', () => {
    const result = shopResult();
    const [first] = result.findings;
    const many = { ...result, findings: Array.from({ length: 2000 }, () => ({ ...first!, message: 'PAYMENT_TIMEOUT_SECONDS '.repeat(40) })) };
    expect(Buffer.byteLength(markdownReporter(many, { max: Infinity }))).toBeLessThan(1 << 20);
  });
});
