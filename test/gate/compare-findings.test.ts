import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFindings, type FindingsComparison } from '../../src/gate/compare-findings.js';
import type { KnownFinding } from '../../src/gate/known-finding.js';

const path = fc.constantFrom('api/cart.ts', 'api/order.ts', 'web/cart.ts', 'web/order.ts', 'worker/cart.py');
const symbol = fc.constantFrom('Cart', 'Order', 'Cart.add', 'LIMIT');
const sites = fc.uniqueArray(fc.tuple(path, symbol).map(([file, name]) => `${file}#${name}`), { minLength: 1, maxLength: 5 }).map((list) => list.sort());
const known: fc.Arbitrary<KnownFinding> = fc.record({
  rule: fc.constantFrom('duplicate-manager', 'conflicting-default', 'unresolved-import'), key: fc.constantFrom('cart', 'order'), concept: fc.constantFrom('Cart', 'Order'),
  severity: fc.constantFrom('error', 'warning', 'info'), sites, content: fc.uniqueArray(fc.constantFrom('aaaa', 'bbbb', 'cccc'), { maxLength: 3 }).map((list) => list.sort()),
});
/** As the engine gives them: no two of one identity. */
const findings = fc.uniqueArray(known, { selector: ({ rule, key, sites: all }) => [rule, key, ...all].join('|'), maxLength: 8 });
const everywhere = { hasFile: () => true };

function cart(over: Partial<KnownFinding> = {}): KnownFinding {
  return { rule: 'duplicate-manager', key: 'api:cart', concept: 'Cart', severity: 'warning', sites: ['api/cart.ts#Cart', 'web/cart.ts#Cart'], content: ['1111'], ...over };
}

const kinds = ({ head }: FindingsComparison): string[] => head.map(({ kind }) => kind);

describe('comparing findings', () => {
  it('with themselves finds nothing changed', () => {
    fc.assert(fc.property(findings, (all) => {
      const { head, resolved } = compareFindings({ base: all, head: all, ...everywhere });
      expect(head.every(({ kind }) => kind === 'unchanged')).toBe(true);
      expect(resolved).toEqual([]);
    }));
  });

  it('does not depend on their order', () => {
    fc.assert(fc.property(findings, findings, fc.func(fc.nat()), (base, head, rank) => {
      const shuffled = <T>(list: readonly T[]): number[] => list.map((_, index) => index).sort((a, b) => rank(a) - rank(b) || b - a);
      const [baseOrder, headOrder] = [shuffled(base), shuffled(head)];
      const plain = compareFindings({ base, head, ...everywhere });
      const mixed = compareFindings({ base: baseOrder.map((index) => base[index]!), head: headOrder.map((index) => head[index]!), ...everywhere });
      const partner = (compared: FindingsComparison, index: number, order?: readonly number[]): unknown[] => {
        const { kind, base: found, added } = compared.head[index]!;
        return [kind, found === undefined ? undefined : order ? order[found] : found, added];
      };
      expect(headOrder.map((original, index) => [original, ...partner(mixed, index, baseOrder)]).sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(head.map((_, index) => [index, ...partner(plain, index)]));
    }));
  });

  it('never passes a place that was added', () => {
    fc.assert(fc.property(findings, fc.nat(), (all, pick) => {
      fc.pre(all.length > 0);
      const grown = all.map((finding, index) => (index === pick % all.length ? { ...finding, sites: [...finding.sites, 'desk/new-copy.ts#Cart'].sort() } : finding));
      const { head } = compareFindings({ base: all, head: grown, ...everywhere });
      expect(head.filter(({ kind }) => kind === 'grown' || kind === 'new').flatMap(({ added }) => added)).toContain('desk/new-copy.ts#Cart');
    }));
  });

  it('pairs every finding of before at most once, and accounts for each', () => {
    fc.assert(fc.property(findings, findings, (base, head) => {
      const compared = compareFindings({ base, head, ...everywhere });
      const paired = compared.head.flatMap(({ base: found }) => (found === undefined ? [] : [found]));
      const fixed = compared.resolved.filter(({ kind }) => kind === 'fixed').map(({ base: found }) => found);
      expect([...paired, ...fixed].sort((a, b) => a - b)).toEqual(base.map((_, index) => index));
    }));
  });

  it('names only what was added when a family grows', () => {
    const { head } = compareFindings({ base: [cart()], head: [cart({ sites: [...cart().sites, 'worker/cart.ts#Cart'], content: ['1111', '2222'] })], ...everywhere });
    expect(head).toEqual([expect.objectContaining({ kind: 'grown', added: ['worker/cart.ts#Cart'] })]);
  });

  it('knows a family by its places where its key lists the copies', () => {
    const before = cart({ rule: 'duplicate-constant', key: 'value:A+B', sites: ['a.ts#A', 'b.ts#B'] });
    const after = cart({ rule: 'duplicate-constant', key: 'value:A+B+C', sites: ['a.ts#A', 'b.ts#B', 'c.ts#C'] });
    expect(compareFindings({ base: [before], head: [after], ...everywhere }).head).toEqual([expect.objectContaining({ kind: 'grown', added: ['c.ts#C'] })]);
  });

  it('takes a violation in the place of another for new, though their number is the same', () => {
    const { head, resolved } = compareFindings({ base: [cart()], head: [cart({ key: 'api:order', concept: 'Order', sites: ['api/order.ts#Order', 'web/order.ts#Order'] })], ...everywhere });
    expect(head).toEqual([expect.objectContaining({ kind: 'new' })]);
    expect(resolved).toEqual([expect.objectContaining({ kind: 'fixed' })]);
  });

  it('takes a copy that went to another file for moved only when its file is gone', () => {
    const after = cart({ sites: ['api/cart.ts#Cart', 'shop/cart.ts#Cart'] });
    expect(kinds(compareFindings({ base: [cart()], head: [after], hasFile: (file) => file !== 'web/cart.ts' }))).toEqual(['moved']);
    expect(kinds(compareFindings({ base: [cart()], head: [after], hasFile: () => true }))).toEqual(['grown']);
    // it stood there before: a second thing in an old file is no move
    expect(kinds(compareFindings({ base: [cart()], head: [after], hasFile: (file) => file !== 'web/cart.ts', hadFile: () => true }))).toEqual(['grown']);
  });

  it('takes a finding whose places all went elsewhere for moved, with or without git', () => {
    const after = cart({ sites: ['core/cart.ts#Cart', 'site/cart.ts#Cart'] });
    const isNew = (file: string): boolean => after.sites.some((site) => site.startsWith(`${file}#`));
    expect(kinds(compareFindings({ base: [cart()], head: [after], hasFile: isNew }))).toEqual(['moved']);
    const renames = new Map([['api/cart.ts', 'core/cart.ts'], ['web/cart.ts', 'site/cart.ts']]);
    expect(kinds(compareFindings({ base: [cart()], head: [after], hasFile: isNew, renames }))).toEqual(['moved']);
    expect(kinds(compareFindings({ base: [cart()], head: [{ ...after, content: ['9999'] }], hasFile: isNew, renames }))).toEqual(['changed']);
  });

  it('takes a copy that went to a file that was there already for moved, where both are known to say the same', () => {
    const contentOf = (path: string, content: string): ReadonlyMap<string, string> => new Map([['api/cart.ts#Cart', 'aaaa'], [`${path}#Cart`, content]]);
    const before = cart({ contentOf: contentOf('web/cart.ts', 'bbbb') });
    const after = cart({ sites: ['api/cart.ts#Cart', 'shop/cart.ts#Cart'] });
    expect(kinds(compareFindings({ base: [before], head: [{ ...after, contentOf: contentOf('shop/cart.ts', 'bbbb') }], ...everywhere }))).toEqual(['moved']);
    expect(kinds(compareFindings({ base: [before], head: [{ ...after, contentOf: contentOf('shop/cart.ts', 'cccc') }], ...everywhere }))).toEqual(['grown']);
    // the old one is still there: it is one more
    const more = cart({ sites: ['api/cart.ts#Cart', 'shop/cart.ts#Cart', 'web/cart.ts#Cart'], contentOf: contentOf('shop/cart.ts', 'bbbb') });
    expect(compareFindings({ base: [before], head: [more], ...everywhere }).head).toEqual([expect.objectContaining({ kind: 'grown', added: ['shop/cart.ts#Cart'] })]);
  });

  it('knows a family that is called by what its copies have in common, when there is one copy less or more', () => {
    const nine = cart({ rule: 'diverging-enum', key: 'values:open+paid', concept: 'Status (open, paid)', sites: ['a.ts#Status', 'b.ts#Status'] });
    const ten = cart({ rule: 'diverging-enum', key: 'values:open', concept: 'Status (open)', sites: ['a.ts#Status', 'b.ts#Status', 'c.ts#Status'] });
    expect(compareFindings({ base: [ten], head: [nine], ...everywhere })).toMatchObject({ head: [{ kind: 'unchanged' }], resolved: [{ kind: 'shrunk', sites: ['c.ts#Status'] }] });
    expect(compareFindings({ base: [nine], head: [ten], ...everywhere }).head).toMatchObject([{ kind: 'grown', added: ['c.ts#Status'] }]);
    // two imports of one function are two matters, though they stand at one place
    const lost = cart({ rule: 'unresolved-import', key: 'shop.vat', concept: 'shop.vat', sites: ['a.py#total', 'b.py#total'] });
    expect(kinds(compareFindings({ base: [lost], head: [{ ...lost, key: 'shop.tax', concept: 'shop.tax' }], ...everywhere }))).toEqual(['new']);
  });

  it('tells what shrank, what differs otherwise and what became more severe', () => {
    const shrunk = compareFindings({ base: [cart({ sites: [...cart().sites, 'worker/cart.ts#Cart'] })], head: [cart()], ...everywhere });
    expect(kinds(shrunk)).toEqual(['unchanged']);
    expect(shrunk.resolved).toEqual([{ base: 0, kind: 'shrunk', sites: ['worker/cart.ts#Cart'] }]);
    expect(compareFindings({ base: [cart()], head: [cart({ content: ['1111', '3333'] })], ...everywhere }).head).toEqual([expect.objectContaining({ kind: 'changed', newContent: ['3333'] })]);
    expect(kinds(compareFindings({ base: [cart({ content: ['1111', '3333'] })], head: [cart()], ...everywhere }))).toEqual(['unchanged']);
    expect(compareFindings({ base: [cart({ severity: 'info' })], head: [cart()], ...everywhere }).head).toEqual([expect.objectContaining({ kind: 'changed', raised: true })]);
  });
});
