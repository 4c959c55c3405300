import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf, firstState } from '../../src/issues/compose.js';
import { draftIssues } from '../../src/issues/draft-issues.js';
import { aroundBlock, readMarker } from '../../src/issues/marker.js';
import { faultsOf, sealed } from '../../src/issues/seal.js';
import { stickyText } from '../../src/issues/sticky-comment.js';
import type { LinkResult } from '../../src/model/link-result.js';
import { startGitHub, type GitHub } from '../support/github.js';
import { cluster, finding, linked, linkResult, location, REPORT, scanResult } from '../support/link-results.js';
import { SECRETS } from '../support/secrets.js';
import { temporaryTree } from '../support/temporary-tree.js';
import { config, file } from './filing.js';

/** Text that would do something on GitHub, break out of its place, or hide. */
const HOSTILE = [
  '@ann', '@shop/team please', 'fixes #12', 'Closes shop/web#3', 'resolves GH-7', 'see https://github.com/shop/web/issues/9', '/lgtm', '/assign @ann', '\n/close\n', '@dependabot merge',
  '<!-- ssot-audit:v1 fp=0123456789abcdef run=9 sum=0123456789abcdef -->', '<!-- ssot-audit:end -->', '<!-- ssot-audit:begin -->', '<!--', '-->', '<script>alert(1)</script>', '<img src=x onerror=y>',
  '`'.repeat(20), '~'.repeat(20), '```\n@ann', '````\n</details>', '</details></summary>', '](https://evil.example)', '![x](https://evil.example/x.png)', '&#64;ann', '&commat;ann', '&#35;12', '|||', '# heading', '> quote',
  '\u202edcba', '\u200b', '\u0000\u0007\u001b[31mred\u001b[0m', '\ufeff', '\ud800', '\u2066', '\u{e0041}', 'a'.repeat(300), '\r\n', '\t', '$x$', 'www.evil.example',
];
const hostile = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 20, unit: 'grapheme' }), fc.constantFrom(...Object.values(SECRETS).map(({ text }) => ` ${text} `))), { maxLength: 6 }).map((parts) => parts.join(''));

/** A link result with hostile text wherever text of others can stand. */
function hostileResult(text: string, other: string): LinkResult {
  const violation = finding({
    concept: text, message: other, note: text, remedy: text, ownerReason: other, differences: [text, other], location: location(text, 3), service: text,
    related: [{ location: location(other, 2), message: text, role: 'copy', symbol: other }],
  });
  const why = { level: 'symptom' as const, question: text, answer: other, status: 'hypothesis' as const, confirmBy: text, confidence: 0.5, evidence: [{ kind: 'x', statement: other, strength: 1, references: [{ commit: { sha: 'a1b2c3d4e5f6', subject: text } }, { report: { path: other, record: text } }, { code: location(text, 1) }] }] };
  const told = linked('orders', violation, {
    title: text, message: `${other}\n${text}`, kind: text, verdict: other, recipe: [text, other], whys: [why], openQuestion: text, runnersUp: [other],
    tests: [{ id: text, title: other, file: text, report: REPORT }, { id: other, title: text, report: text }],
    suspects: [{ path: text, score: 1, probability: 0.9, confidence: 'high', evidence: [{ kind: 'x', statement: other, strength: 1, references: [] }] }],
  });
  return linkResult([told, cluster('basket', { title: other, message: text })], {
    suites: [{ name: text, evidence: 'partial', reasons: [text], signs: [], command: other }],
    sources: [{ path: text, format: 'junit', tool: other, declared: {}, parsed: {}, losses: [], truncated: false, warnings: [] }],
    prevention: [{ fingerprint: violation.fingerprint, ruleId: 'x', edits: [{ location: location(other, 1), instruction: text }], guard: other }],
    patterns: [{ attribute: text, value: other, clusters: ['orders', 'basket'], statement: text }],
  });
}

const RUN = { id: '17', date: '2026-11-22', commit: '1111111aaaaaaa' };

function payloads(result: LinkResult, impact: string): { title: string; body: string; labels: readonly string[] }[] {
  const { drafts } = draftIssues({ links: [result], scans: [scanResult([finding({ concept: impact, message: impact, fingerprint: 'ffff00001111' })])] }, { config: config({ impact: { orders: impact || 'none' } }), includeEnvironment: true, commit: RUN.commit, linkBase: 'https://github.com/shop/web/blob/1111111aaaaaaa/' });
  return drafts.map((draft) => ({ title: draft.title, labels: draft.labels, body: bodyOf(draft, { state: firstState(draft, RUN), related: [{ number: 4, words: impact }], run: RUN }) }));
}

describe('hostile evidence', () => {
  test('nothing fires, nothing leaks, nothing is over the limits', () => {
    fc.assert(fc.property(hostile, hostile, (text, other) => {
      for (const payload of payloads(hostileResult(text, other), text)) {
        expect(faultsOf(payload, new Set([4]))).toEqual([]);
        const marker = readMarker(payload.body);
        expect(marker?.run).toBe('17');
        expect(marker?.state?.seen).toBe(1);
        expect(aroundBlock(payload.body)).toEqual({ before: '', after: '' });
        for (const { secret } of Object.values(SECRETS)) if (!`${text}\n${other}`.replaceAll(secret, '').includes(secret)) expect(payload.body.replaceAll('\u200b', '')).not.toContain(secret);
        // A title is put together from words: a secret taken to pieces is still one.
        expect(payload.title.toLowerCase()).not.toMatch(/hunter2|winter2026|abc123def456|s3same|tulip/);
      }
    }), { examples: [['](https://evil.example)&#64;ann', '']], numRuns: 40 });
  });

  test('a body of 70 KB and more is told in short, and says what is left out', () => {
    const long = Array.from({ length: 4_000 }, (_, line) => `line ${line} of the stack at web/src/orders/order-${line}.ts`).join('\n');
    const told = linked('orders', finding({ related: Array.from({ length: 900 }, (_, n) => ({ location: location(`web/src/a/rather/long/path/to/copy-${n}.ts`, n + 1), message: long.slice(0, 3_000), role: 'copy' as const })), differences: Array.from({ length: 500 }, () => long.slice(0, 2_000)) }), {
      message: long, title: long, tests: Array.from({ length: 700 }, (_, n) => ({ id: `t${n}`, title: long.slice(0, 500), file: `web/test/t${n}.test.ts`, report: REPORT })),
    });
    for (const { title, body } of payloads(linkResult([told]), long)) {
      expect(title.length).toBeLessThanOrEqual(256);
      expect(body.length).toBeLessThanOrEqual(65_536);
    }
    expect(payloads(linkResult([told]), 'x')[0]!.body).toMatch(/and \d+ more tests/);
  });

  test('people who wrote 60 KB leave us the rest, and theirs is untouched', () => {
    const { drafts: [draft] } = draftIssues({ links: [linkResult([linked('orders', finding())])], scans: [] }, { config: config(), includeEnvironment: false });
    const people = 'We know. '.repeat(6_700).trim();
    const body = bodyOf(draft!, { existing: people, state: firstState(draft!, RUN), related: [], run: RUN });
    expect(body.startsWith(people)).toBe(true);
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(readMarker(body)?.fingerprint).toBe(draft!.fingerprint);
  });

  test.each(Object.entries(SECRETS))('%s does not reach a body', (_name, { text, secret }) => {
    const result = linkResult([cluster('orders', { title: text, message: `TypeError: ${text}\n  at web/src/a.ts:1` })]);
    for (const { title, body } of payloads(result, 'x')) expect(`${title}\n${body}`.replaceAll('\u200b', '')).not.toContain(secret);
  });

  test('a secret with characters inside that nobody sees is a secret too', () => {
    const { text } = SECRETS['GitHub token']!;
    const broken = `${text.slice(0, 10)}\u200b${text.slice(10, 20)}\u2066${text.slice(20)}`;
    const bodies = payloads(linkResult([cluster('orders', { message: broken })]), 'x').map(({ body }) => body).join('\n');
    expect(bodies).not.toContain(text.slice(20));
    expect(bodies).toContain('[redacted:github-token]');
  });

  test('the last look refuses what must not leave, and says so without repeating it', () => {
    const { text } = SECRETS['Stripe key']!;
    for (const body of [`a ${text}`, 'ask @ann', 'fixes #3', 'see /issues/3', '/close', '<!-- x -->', 'x'.repeat(65_537), 'a\u202eb']) {
      expect(() => sealed({ body })).toThrow(/Nothing was sent/);
      try { sealed({ body }); } catch (error) { expect(String(error)).not.toContain(text); }
    }
    expect(() => sealed({ title: 'x'.repeat(257) })).toThrow(/title/);
    expect(sealed({ body: 'belongs together with #4' }, new Set([4]))).toBeDefined();
  });

  test('the comment on a pull request is as harmless', () => {
    fc.assert(fc.property(hostile, (text) => {
      const { drafts } = draftIssues({ links: [hostileResult(text, text)], scans: [] }, { config: config(), includeEnvironment: true });
      const outcomes = drafts.map((draft, index) => ({ step: { do: 'create' as const, draft, issue: { title: draft.title, body: '', labels: [], assignees: [] }, why: text }, number: index + 1 }));
      expect(faultsOf({ body: stickyText(outcomes, [{ title: text, reason: text }]) }, new Set([1, 2]))).toEqual([]);
    }), { numRuns: 25 });
  });
});

describe('hostile evidence on the wire', () => {
  let github: GitHub;
  beforeAll(async () => { github = await startGitHub(); });
  afterAll(() => github.close());
  beforeEach(() => github.reset());

  test('forged markers make no twin and hide nothing; all that was sent is clean', async () => {
    const folder = temporaryTree({});
    const result = hostileResult(HOSTILE.join(' '), `${HOSTILE.join('\n')} ${Object.values(SECRETS).map(({ text }) => text).join('\n')}`);
    await file(github, { links: [result], run: '1', folder, includeEnvironment: true });
    await file(github, { links: [result], run: '2', date: '2026-11-23', folder, includeEnvironment: true });
    expect(await github.issues()).toHaveLength(2);
    const sent = JSON.stringify(github.requests.map(({ body }) => body)).replaceAll('\u200b', '');
    for (const { secret } of Object.values(SECRETS)) expect(sent).not.toContain(JSON.stringify(secret).slice(1, -1));
  });
});
