import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.js';
import { baselineText, entryOf, parseBaseline, type Baseline, type BaselineEntry } from '../../src/gate/baseline.js';
import { compareFindings } from '../../src/gate/compare-findings.js';
import { mergeBaselines } from '../../src/gate/merge-baselines.js';
import { acceptAll, planUpdate, prunedEntries } from '../../src/gate/update-baseline.js';
import { explainIssues } from '../../src/util/explain-issues.js';
import { UserError } from '../../src/util/user-error.js';
import { temporaryTree } from '../support/temporary-tree.js';

function entry(concept: string, sites: readonly string[], over: Partial<BaselineEntry> = {}): BaselineEntry {
  return { rule: 'duplicate-manager', concept, key: `api:${concept.toLowerCase()}`, severity: 'warning', sites: [...sites], content: [], ...over };
}

function baseline(...entries: BaselineEntry[]): Baseline {
  return { version: 1, tool: 'ssot-audit', rulesetHash: 'aaaa', entries };
}

describe('the text of a baseline', () => {
  it('has a sorted line per entry, and reads back as it was', () => {
    const text = baselineText(baseline(entry('Order', ['b.ts#Order', 'a.ts#Order'], { reason: 'until Easter', until: '2026-04-05', owner: 'checkout' }), entry('Cart', ['a.ts#Cart'])));
    const lines = text.split('\n').filter((line) => line.includes('"rule"'));
    expect(lines.map((line) => (JSON.parse(line.replace(/,$/, '')) as BaselineEntry).concept)).toEqual(['Cart', 'Order']);
    expect(text).not.toMatch(/"line"/);
    expect(baselineText(parseBaseline(text, 'b'))).toBe(text);
    expect(baselineText(baseline())).toContain('"entries": []');
  });

  it('does not depend on the order of the entries', () => {
    const entries = ['Cart', 'Order', 'Shelf'].map((name) => entry(name, [`a.ts#${name}`]));
    expect(baselineText(baseline(...entries))).toBe(baselineText(baseline(...entries.reverse())));
  });

  it.each([
    ['', 'is not valid JSON'],
    ['{"version":1', 'is not valid JSON'],
    ['[]', 'The baseline'],
    ['{"version":7,"tool":"ssot-audit","entries":[]}', 'is of version 7; this ssot-audit reads version 1'],
    ['{"version":1,"tool":"x","entries":[{"rule":"duplicate-manager"}]}', 'entries[0].concept is missing'],
    ['{"version":1,"tool":"x","entries":[],"entrys":[]}', 'Unknown key "entrys"'],
    ['<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n', 'holds an unresolved merge conflict'],
  ])('that is damaged is refused in words: %s', (text, message) => {
    expect(() => parseBaseline(text, '.ssot-baseline.json')).toThrow(message);
  });

  it('that is any JSON or any text at all is read or refused in words, never a crash', () => {
    const check = (text: string): void => {
      try {
        parseBaseline(text, 'b.json');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).message).toMatch(/^b\.json/);
        expect((error as UserError).hint).toBeTruthy();
      }
    };
    const good = baselineText(baseline(entry('Cart', ['a.ts#Cart']), entry('Order', ['a.ts#Order'])));
    fc.assert(fc.property(fc.json(), check));
    fc.assert(fc.property(fc.string(), check));
    fc.assert(fc.property(fc.nat(good.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, cut, put) => check(good.slice(0, at) + put + good.slice(at + cut))));
    fc.assert(fc.property(fc.record({ version: fc.constant(1), tool: fc.constant('x'), entries: fc.array(fc.object()) }), (value) => check(JSON.stringify(value))));
  });
});

describe('the gate of the configuration', () => {
  it('that is anything at all is read or refused in words that name the key', () => {
    fc.assert(fc.property(fc.oneof(fc.object(), fc.anything(), fc.record({ block: fc.anything(), overrides: fc.array(fc.anything()), stale: fc.anything() }, { requiredKeys: [] })), (gate) => {
      const parsed = configSchema.safeParse({ gate });
      if (parsed.success) return;
      const reasons = explainIssues(configSchema, { gate }, parsed.error.issues);
      expect(reasons.length).toBeGreaterThan(0);
      for (const reason of reasons) expect(reason).toMatch(/gate/);
    }));
  });
});

describe('bringing a baseline up to date', () => {
  const head = [entry('Cart', ['a.ts#Cart', 'b.ts#Cart', 'c.ts#Cart']), entry('Shelf', ['a.ts#Shelf'])];
  const entries = [entry('Cart', ['a.ts#Cart', 'b.ts#Cart', 'gone.ts#Cart'], { reason: 'old', owner: 'checkout' }), entry('Order', ['a.ts#Order'])];
  const update = planUpdate(entries, head, compareFindings({ base: entries, head, hasFile: () => true }));

  it('prunes what is gone and adds nothing', () => {
    expect(prunedEntries(update)).toEqual([entry('Cart', ['a.ts#Cart', 'b.ts#Cart'], { reason: 'old', owner: 'checkout' })]);
    expect(update.removed.map(({ entry: { concept }, kind }) => `${concept} ${kind}`).sort()).toEqual(['Cart shrunk', 'Order fixed']);
  });

  it('accepts what is new with the reason that is given, and keeps who answers for it', () => {
    expect(acceptAll(update, { reason: 'new desk' })).toEqual([
      entryOf(entry('Cart', ['a.ts#Cart', 'b.ts#Cart', 'c.ts#Cart']), { owner: 'checkout', reason: 'new desk' }),
      entryOf(entry('Shelf', ['a.ts#Shelf']), { reason: 'new desk' }),
    ].map((item) => expect.objectContaining({ concept: item.concept, sites: item.sites, reason: 'new desk' })));
  });

  it('prunes what it has pruned to the same', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), (was, is) => {
      const before = [entry('Cart', was.sort().map((name) => `${name}.ts#Cart`))];
      const now = [entry('Cart', is.sort().map((name) => `${name}.ts#Cart`))];
      const plan = (from: BaselineEntry[]): BaselineEntry[] => prunedEntries(planUpdate(from, now, compareFindings({ base: from, head: now, hasFile: () => true })));
      const once = plan(before);
      expect(plan(once)).toEqual(once);
      expect(once.flatMap(({ sites }) => sites).every((site) => before[0]!.sites.includes(site))).toBe(true);
    }));
  });
});

describe('merging baselines', () => {
  const cart = entry('Cart', ['a.ts#Cart', 'b.ts#Cart', 'c.ts#Cart']);
  const order = entry('Order', ['a.ts#Order']);

  it('leaves out what either side mended, and takes the earlier end', () => {
    const merged = mergeBaselines(baseline(cart, order), baseline(entry('Cart', ['a.ts#Cart', 'b.ts#Cart'], { until: '2026-06-01' }), order), baseline(entry('Cart', ['a.ts#Cart', 'c.ts#Cart'], { until: '2026-05-01' })));
    expect(merged.entries).toEqual([entry('Cart', ['a.ts#Cart'], { until: '2026-05-01' })]);
  });

  it('keeps what a side accepted anew', () => {
    const shelf = entry('Shelf', ['a.ts#Shelf'], { reason: 'new desk' });
    expect(mergeBaselines(baseline(order), baseline(order), baseline(order, shelf)).entries.map(({ concept }) => concept)).toEqual(['Order', 'Shelf']);
  });

  it('goes to the rule set that one side went to, and refuses two', () => {
    const of = (rulesetHash: string): Baseline => ({ ...baseline(order), rulesetHash });
    expect(mergeBaselines(of('aaaa'), of('bbbb'), of('aaaa')).rulesetHash).toBe('bbbb');
    expect(() => mergeBaselines(of('aaaa'), of('bbbb'), of('cccc'))).toThrow(UserError);
  });

  it('never accepts a place that a side has taken out', () => {
    const places = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
    fc.assert(fc.property(places, places, places, (base, ours, theirs) => {
      const of = (names: readonly string[]): Baseline => baseline(entry('Cart', names.map((name) => `${name}.ts#Cart`).sort()));
      const merged = mergeBaselines(of(base), of(ours), of(theirs)).entries.flatMap(({ sites }) => sites.map((site) => site[0]!));
      for (const name of base) if (!ours.includes(name) || !theirs.includes(name)) expect(merged).not.toContain(name);
      expect(mergeBaselines(of(base), of(theirs), of(ours)).entries.flatMap(({ sites }) => sites.map((site) => site[0]!))).toEqual(merged);
    }));
  });
});

it('a baseline whose writing is killed in the middle is the old one or the new one', { timeout: 20_000 }, async () => {
  const root = temporaryTree({});
  const file = join(root, '.ssot-baseline.json');
  const old = baselineText(baseline(entry('Cart', ['a.ts#Cart'])));
  writeFileSync(file, old);
  const many = Array.from({ length: 20_000 }, (_, index) => entry(`Order${index}`, [`src/orders/order-${index}.ts#Order${index}`]));
  const text = baselineText(baseline(...many));
  writeFileSync(join(root, 'new.txt'), text);
  // It writes for ever, and says when it has written once: killed before and after that, at whatever byte it is.
  const writer = `import { readFileSync } from 'node:fs'; import { writeFileWhole } from ${JSON.stringify(resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js', '../util/write-file.js'))};
    const text = readFileSync(${JSON.stringify(join(root, 'new.txt'))}, 'utf8'); for (;;) { writeFileWhole(${JSON.stringify(file)}, text); process.stdout.write('written'); }`;
  const isWriting = (): boolean => readdirSync(root).some((name) => name.endsWith('.tmp'));
  const seen: string[] = [];
  for (const isReady of [isWriting, isWriting, undefined, undefined]) {
    for (const name of readdirSync(root)) if (name.endsWith('.tmp')) rmSync(join(root, name));
    writeFileSync(file, old);
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer], { stdio: ['ignore', 'pipe', 'ignore'] });
    if (isReady === undefined) await new Promise((written) => child.stdout.once('data', written));
    else while (!isReady()) await new Promise((waited) => setTimeout(waited, 1));
    const ended = new Promise((exited) => child.once('exit', exited));
    child.kill('SIGKILL');
    await ended;
    const found = readFileSync(file, 'utf8');
    expect(found === old || found === text).toBe(true);
    seen.push(found === old ? 'old' : 'new');
  }
  expect(seen.slice(2)).toEqual(['new', 'new']);
});
