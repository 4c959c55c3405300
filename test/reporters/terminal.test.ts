import { describe, expect, it } from 'vitest';
import { terminalReporter } from '../../src/reporters/terminal.js';
import { displayWidth } from '../../src/util/terminal-text.js';
import { shopResult } from './shop-result.js';

describe('the table', () => {
  it.each([80, 160])('at %i columns', async (width) => {
    await expect(terminalReporter(shopResult(), { width, failOn: 'error' })).toMatchFileSnapshot(`./snapshots/table-${width}.txt`);
  });

  it.each([60, 80, 100, 160])('never draws a line wider than %i columns', (width) => {
    const lines = terminalReporter(shopResult(), { width, color: true }).split('\n');
    // The coverage table and the hint have a width of their own.
    const boxes = lines.filter((line) => /^(\u001b\[2m)?[│┌├└]/.test(line) && !/\d/.test(line.slice(-20)));
    expect(boxes.filter((line) => displayWidth(line) > Math.max(width, 66))).toEqual([]);
  });

  it('says the same with and without colour', () => {
    const colored = terminalReporter(shopResult(), { color: true });
    expect(colored).toContain('\u001b[31;1merror\u001b[0m');
    expect(colored.replace(/\u001b\[[\d;]*m/g, '')).toBe(terminalReporter(shopResult(), {}));
  });

  it('counts what it does not show, by rule, and says how to see it', () => {
    const text = terminalReporter(shopResult(), { max: 1 });
    expect(text).toContain('1 of 4 findings shown. The rest, by rule:');
    expect(text).toMatch(/duplicate-manager +warning +2\n/);
    expect(text).toContain('--all');
    expect(terminalReporter(shopResult(), { max: Infinity })).not.toContain('The rest');
  });

  it('lets no name from the tree move the cursor', () => {
    expect(terminalReporter(shopResult(), {})).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });

  it('is clear about a tree without findings', () => {
    const text = terminalReporter({ ...shopResult(), findings: [] }, { failOn: 'error' });
    expect(text).toContain('0 errors, 0 warnings, 0 infos\npassed: no finding at or above error');
    expect(text).toContain('1,240');
  });

  it('puts paths in front of which the reader can click', () => {
    expect(terminalReporter(shopResult(), { pathPrefix: 'shop/', width: 160 })).toContain('shop/services/api/settings.py:12');
  });

  it('proposes commands that find what was audited', () => {
    const text = terminalReporter(shopResult(), { max: 2, width: 160, audited: ['web', "it's here", '--config', 'audit.json'] });
    expect(text).toContain("and 2 more: ssot-audit explain b1b2c3d4 web 'it'\\''s here' --config audit.json");
    expect(text).toContain("ssot-audit explain <fingerprint> web 'it'\\''s here' --config audit.json");
    expect(terminalReporter(shopResult(), { max: 2, audited: ['./'] })).toMatch(/explain <fingerprint>\n/);
  });

  it('names the code owners when all is shown', () => {
    const [first] = shopResult().findings;
    const owned = { ...shopResult(), findings: [{ ...first!, codeOwners: ['@shop/payments', '@ada'] }] };
    expect(terminalReporter(owned, { max: Infinity })).toMatch(/│ for +│ @shop\/payments @ada/);
    expect(terminalReporter(owned, {})).not.toContain('@ada');
  });

  it('names files in sentences as it names them beside', () => {
    const [first] = shopResult().findings;
    const spoken = { ...shopResult(), findings: [{ ...first!, message: 'Declared in services/api/settings.py. See services/api/settings.py:12, not api/settings.py.', related: [] }] };
    expect(terminalReporter(spoken, { pathPrefix: 'shop/', width: 160 })).toContain('Declared in shop/services/api/settings.py. See shop/services/api/settings.py:12, not api/settings.py.');
  });
});
