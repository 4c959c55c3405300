import { describe, expect, it } from 'vitest';
import type { TypeFact } from '../../../src/model/facts.js';
import { factsIn } from '../../support/facts-in.js';

const shapes = async (text: string, path = 'shop.ts') => (await factsIn('type', path, text)).map(shape);

function shape({ name, scope, exported, form, bases, fields }: TypeFact): unknown {
  return {
    name: [...scope, name].join('.'), exported, form, bases,
    fields: fields.map((field) => `${field.line}: ${field.name}${field.optional ? '?' : ''}: ${field.type ?? '-'}`),
  };
}

describe('types in TypeScript', () => {
  it('reads interfaces with optional members, methods and bases', async () => {
    expect(await shapes(`
export interface Order extends Entity<string>, Audited {
  readonly id: string; // the number on the invoice
  lines?: Array<
    OrderLine
  >;
  'shipping-address'?: { street: string, city?: string; };
  total(currency: Currency): number;
  [key: string]: unknown;
}`)).toEqual([{
      name: 'Order', exported: true, form: 'interface', bases: ['Entity<string>', 'Audited'],
      fields: [
        '3: id: string', '4: lines?: Array<OrderLine>', '7: shipping-address?: { street: string, city?: string }',
        '8: total: (currency: Currency) => number',
      ],
    }]);
  });

  it('merges the declarations of one interface', async () => {
    expect(await shapes('interface Cart { id: string }\ninterface Cart { total: number }')).toEqual([
      { name: 'Cart', exported: false, form: 'interface', bases: [], fields: ['1: id: string', '2: total: number'] },
    ]);
  });

  it('reads aliases of object types, and notes intersections and utility types as bases', async () => {
    expect(await shapes(`
type Cart = { id: string; state?:
  | 'open'
  | 'paid' };
export type PaidCart = Cart & { paidAt: Date };
type CartPatch = Partial<Cart>;
type CartView = Omit<Cart, 'state'> & Readonly<{ url: string }>;
type CartDraft = Partial<{ id: string }>;
type Alias = Cart;
type Handler = (cart: Cart) => void;
type Both = Cart | PaidCart;`)).toEqual([
      { name: 'Cart', exported: false, form: 'alias', bases: [], fields: ['2: id: string', '2: state?: "open" | "paid"'] },
      { name: 'PaidCart', exported: true, form: 'alias', bases: ['Cart'], fields: ['5: paidAt: Date'] },
      { name: 'CartPatch', exported: false, form: 'alias', bases: ['Partial<Cart>'], fields: [] },
      { name: 'CartView', exported: false, form: 'alias', bases: ['Omit<Cart, "state">'], fields: ['7: url: string'] },
      { name: 'CartDraft', exported: false, form: 'alias', bases: [], fields: ['8: id?: string'] },
    ]);
  });

  it('takes a class of nothing but fields for a type, and a class with behaviour for none', async () => {
    expect(await shapes(`
export class CreateOrderDto extends BaseDto {
  @IsString() customerId!: string;
  note?: string;
  lines: OrderLine[] = [];
  static readonly version = 1;
  constructor(readonly shop: string) { super(); this.note = 'none'; }
}
export class OrderService { orders: Order[] = []; add(order: Order) { this.orders.push(order); } }
export class Callbacks { onPaid = () => {}; }
export class Nothing {}`)).toEqual([{
      name: 'CreateOrderDto', exported: true, form: 'dataclass', bases: ['BaseDto'],
      fields: ['3: customerId: string', '4: note?: string', '5: lines?: OrderLine[]', '7: shop: string'],
    }]);
  });

  it('reads zod objects, what they derive from, and the objects nested in them', async () => {
    expect(await shapes(`
import { z } from 'zod';
export const OrderSchema = z.object({
  id: z.string().uuid(),
  total: z.number().int().min(0),
  state: z.enum(['open', 'paid']).default('open'),
  note: z.string().nullish(),
  tags: z.array(z.union([z.string(), z.number()])).optional(),
  address: z.object({ street: z.string() }),
  customer: CustomerSchema.nullable(),
  meta: z.record(z.string(), z.unknown()),
}).strict();
const PaidOrder = OrderSchema.extend({ paidAt: z.coerce.date() });
const OrderPatch = OrderSchema.partial();
const OrderKey = OrderSchema.pick({ id: true });
type Order = z.infer<typeof OrderSchema>;
const total = orders.object({ id: 1 });`)).toEqual([
      {
        name: 'OrderSchema', exported: true, form: 'schema', bases: [],
        fields: [
          '4: id: string', '5: total: number', '6: state?: "open" | "paid"', '7: note?: string | null', '8: tags?: (string | number)[]',
          '9: address: object', '10: customer: CustomerSchema | null', '11: meta: Record<string, unknown>',
        ],
      },
      { name: 'OrderSchema.address', exported: false, form: 'schema', bases: [], fields: ['9: street: string'] },
      { name: 'PaidOrder', exported: false, form: 'schema', bases: ['OrderSchema'], fields: ['13: paidAt: Date'] },
      { name: 'OrderPatch', exported: false, form: 'schema', bases: ['Partial<OrderSchema>'], fields: [] },
      { name: 'OrderKey', exported: false, form: 'schema', bases: ['Pick<OrderSchema, "id">'], fields: [] },
    ]);
  });

  it('leaves out types inside functions, and marks what belongs to another module', async () => {
    expect(await shapes(`
function checkout() { interface Step { id: string } const Body = z.object({ id: z.string() }); }
declare global { interface Window { cart: string } }`)).toEqual([
      { name: 'global.Window', exported: false, form: 'interface', bases: [], fields: ['3: cart: string'] },
    ]);
  });
});
