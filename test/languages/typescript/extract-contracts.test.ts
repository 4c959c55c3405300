import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const contracts = async (text: string) => (await factsIn('contract', 'shop.ts', text)).map(({ name, symbolic, container, source, requiredKeys, optionalKeys, partial }) => [
  `${name}${symbolic ? '~' : ''}`, `${container}/${source}`, requiredKeys.join(' '), ...(optionalKeys.length > 0 ? [`optional ${optionalKeys.join(' ')}`] : []), ...(partial ? ['partial'] : []),
].join(', '));

describe('contracts of events in TypeScript', () => {
  it('reads types of one event, one level into an envelope of the same file', async () => {
    expect(await contracts(`
interface Basket { total: number; note?: string }
export interface OrderPlaced { type: 'order_placed'; id: string; payload: Basket }
export type OrderNews =
  | { event: 'order_packed'; box?: number; id: string }
  | { event: OrderEvent.SHIPPED; data: { carrier: string } };
interface Shape { type: string; id: string }
`)).toEqual([
      'order_placed, OrderPlaced/type, id payload payload.total, optional payload.note', 'order_packed, OrderNews/type, id, optional box',
      'OrderEvent.SHIPPED~, OrderNews/type, data data.carrier',
    ]);
  });

  it('reads zod schemas and tables', async () => {
    expect(await contracts(`
import { z } from 'zod';
const news = z.discriminatedUnion('type', [
  z.object({ type: z.literal('order_placed'), id: z.string(), payload: z.object({ total: z.number(), note: z.string().optional() }) }),
]);
const packed = z.object({ type: z.literal('order_packed'), id: z.string() });
const REQUIRED_FIELDS = { order_shipped: ['id', 'carrier'], 'order:lost': { required: ['id'], optional: ['place'] } };
`)).toEqual([
      'order_placed, news/type, id payload payload.total, optional payload.note', 'order_packed, packed/type, id',
      'order_shipped, REQUIRED_FIELDS/validator, carrier id', 'order:lost, REQUIRED_FIELDS/validator, id, optional place',
    ]);
  });

  it('reads what a test expects of a message that it has named', async () => {
    expect(await contracts(`
it('tells of orders', () => {
  const message = sent[0];
  expect(message.type).toBe('order_placed');
  expect(message).toHaveProperty('id');
  expect(message.payload.total).toBe(3);
  expect(other.data).toHaveProperty('unknown');
});
`)).toEqual(['order_placed, test/test, id payload.total, partial']);
  });
});
