import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const enums = async (text: string) => (await factsIn('enum', 'shop.ts', text)).map(({ name, scope, exported, form, members }) => ({
  name: [...scope, name].join('.'), exported, form, members: members.map((member) => `${member.line}: ${member.name}=${member.value}`),
}));

describe('enums in TypeScript', () => {
  it('reads enums, numbered where nothing else is said', async () => {
    expect(await enums(`
export enum OrderState { Open = 'open', Paid = 'paid', Settled = Paid }
const enum Priority { Low, High = 1 << 3, Urgent = 10,
  Now }`)).toEqual([
      { name: 'OrderState', exported: true, form: 'enum', members: ['2: Open=open', '2: Paid=paid', '2: Settled=paid'] },
      { name: 'Priority', exported: false, form: 'enum', members: ['3: Low=0', '3: High=8', '3: Urgent=10', '4: Now=11'] },
    ]);
  });

  it('reads unions of literals and no open or mixed union', async () => {
    expect(await enums(`
export type OrderState =
  | 'open'
  | 'paid'
  | null;
type Level = 1 | 2;
type Open = 'a' | string;
type Mixed = 'a' | Level;
type Single = 'only';`)).toEqual([
      { name: 'OrderState', exported: true, form: 'union', members: ['3: open=open', '4: paid=paid'] },
      { name: 'Level', exported: false, form: 'union', members: ['6: 1=1', '6: 2=2'] },
    ]);
  });

  it('reads frozen objects and arrays, and classes of static constants', async () => {
    expect(await enums(`
export const EVENTS = { PAID: 'order.paid',
  SENT: 'order.sent' } as const satisfies Record<string, string>;
const STATES = ['open', 'paid'] as const;
const FROZEN = Object.freeze({ A: 'a', B: 'b' });
class Topics { static readonly ORDERS = 'orders'; static readonly CARTS = 'carts'; }
const PLAIN = { A: 'a', B: 'b' };
const LIMITS = { A: 1, B: 2 } as const;
class Client { static readonly url = 'u'; static readonly name = 'n'; get() {} }`)).toEqual([
      { name: 'EVENTS', exported: true, form: 'constants', members: ['2: PAID=order.paid', '3: SENT=order.sent'] },
      { name: 'STATES', exported: false, form: 'constants', members: ['4: open=open', '4: paid=paid'] },
      { name: 'FROZEN', exported: false, form: 'constants', members: ['5: A=a', '5: B=b'] },
      { name: 'Topics', exported: false, form: 'constants', members: ['6: ORDERS=orders', '6: CARTS=carts'] },
    ]);
  });

  it('reads z.enum at top level and inside objects', async () => {
    expect(await enums(`
import * as z from 'zod/v4';
export const StateSchema = z.enum(['open', 'paid']).default('open');
const Order = z.object({ id: z.string(), kind: z.enum({ Web: 'web', Store: 'store' }), ends: z.union([z.literal('won'), z.literal('lost')]) });`)).toEqual([
      { name: 'StateSchema', exported: true, form: 'schema', members: ['3: open=open', '3: paid=paid'] },
      { name: 'Order.kind', exported: false, form: 'schema', members: ['4: Web=web', '4: Store=store'] },
      { name: 'Order.ends', exported: false, form: 'schema', members: ['4: won=won', '4: lost=lost'] },
    ]);
  });
});
