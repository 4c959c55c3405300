import { beforeAll, describe, expect, it } from 'vitest';
import { sketchSimilarity } from '../../../src/facts/similar-functions.js';
import type { FactKind, FactOf } from '../../../src/model/facts.js';
import { typescript } from '../../../src/languages/typescript/index.js';

beforeAll(() => typescript.load());

function facts<K extends FactKind>(kind: K, text: string): FactOf<K>[] {
  return typescript.extract({ path: 'shop.tsx', text }).facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}
const functionOf = (text: string): FactOf<'function'> => facts('function', text)[0]!;

describe('function facts of TypeScript', () => {
  it('says what a function is', () => {
    const [add, total] = facts('function', `
export class Basket {
  @Audited() static async add(this: Shop, item: Item, { count, gift }: Options = {}, ...rest: string[]): Promise<boolean> {
    // keep
    const saved = await store.save(item, count);
    return saved;
  }
  get total() { return sum(this.items.map((item) => price(item))); }
}`);
    expect(add).toMatchObject({
      name: 'add', scope: ['Basket'], exported: false, form: 'method', async: true, static: true, decorators: ['Audited'],
      parameters: [
        { name: 'item', type: 'Item', optional: false }, { name: '{ count, gift }', type: 'Options', optional: true },
        { name: 'rest', type: 'string[]', optional: true },
      ],
      returnType: 'Promise<boolean>', statementCount: 2, calls: ['store.save'], stub: false,
    });
    expect(total).toMatchObject({ form: 'accessor', calls: ['price', 'sum', 'this.items.map'], statementCount: 2 });
  });

  it('names what is bound: arrows, hooks, wrapped components, stores, members of objects; and no callback', () => {
    const found = facts('function', `
export const useBasket = () => useContext(BasketContext);
export const Row = React.memo(({ item }: Props) => <li>{item.name}</li>);
export const useStore = create<State>()(devtools((set) => ({ items: [], add: (item) => set({ item }) })));
export const api = { orders: { list() { return get('/orders'); } } };
export default function () { return 1; }
exports.legacy = function (id) { return id; };
const names = items.map((item) => item.name);
const total = useMemo(() => sum(items), [items]);
app.get('/', (request, reply) => reply.send(1));
`);
    expect(found.map(({ name, scope, exported, form }) => [name, scope, exported, form])).toEqual([
      ['useBasket', [], true, 'function'],
      ['Row', [], true, 'component'],
      ['useStore', [], true, 'function'],
      ['add', ['useStore'], false, 'method'],
      ['list', ['api', 'orders'], false, 'method'],
      ['default', [], true, 'function'],
      ['legacy', [], true, 'function'],
    ]);
  });

  it('gives one body hash to bodies that differ in local names, comments, types and brackets only', () => {
    const a = functionOf(`function total(order: Order, rate: number): number {
      const { lines } = order as Full; // net
      const tax: number = sum(lines) * (rate);
      try { return sum(lines)! + tax; } catch (error: unknown) { throw new Failure(error); }
    }`);
    const b = functionOf(`const amount = async (cart, factor) => {
      const { lines } = cart;
      let extra = sum(lines) * factor;
      try { return sum(lines) + extra; } catch (problem) { throw new Failure(problem); }
    };`);
    expect(b.bodyHash).toBe(a.bodyHash);
    expect(functionOf('const net = (order) => order.net;').bodyHash).toBe(functionOf('function net(o) { return o.net; }').bodyHash);
  });

  it.each([
    ['a callee', 'return ship(order);', 'return refund(order);'],
    ['a property', 'return order.net;', 'return order.gross;'],
    ['a destructured property', 'const { net } = order; return net;', 'const { gross } = order; return gross;'],
    ['an operator', 'return order + 1;', 'return order - 1;'],
    ['a prefix', 'return !order;', 'return -order;'],
    ['awaiting', 'return await ship(order);', 'return ship(order);'],
    ['nesting', 'if (order) { ship(order); note(order); }', 'if (order) { ship(order); } note(order);'],
  ])('tells bodies apart by %s', (_what, one, other) => {
    expect(functionOf(`function f(order) { ${one} }`).bodyHash).not.toBe(functionOf(`function f(order) { ${other} }`).bodyHash);
  });

  it('keeps literals in the body hash and blanks them in the shape hash', () => {
    const a = functionOf('const limit = (order) => order.weight > 30 && `over ${order.id} kg`;');
    const b = functionOf('const limit = (order) => order.weight > 20 && `above ${order.id} kg`;');
    expect(b.bodyHash).not.toBe(a.bodyHash);
    expect(b.shapeHash).toBe(a.shapeHash);
  });

  it('estimates how alike two longer bodies are', () => {
    const body = ['const order = load(id);', 'checkStock(order.lines);', 'const price = quote(order, "EUR");', 'reserve(order, price);',
      'notify(order.customer, price);', 'audit.record(order);', 'return order.total;'];
    const a = functionOf(`function buy(id) { ${body.join('\n')} }`);
    const near = functionOf(`function purchase(id) { ${[...body.slice(0, 5), 'metrics.count(order);', ...body.slice(5)].join('\n')} }`);
    const far = functionOf('function sweep(root) { let freed = 0; for (const path of walk(root)) { if (path.stale()) { remove(path); freed += path.size; } } return freed; }');
    expect(sketchSimilarity(a.sketch, near.sketch)).toBeGreaterThan(0.6);
    expect(sketchSimilarity(a.sketch, far.sketch)).toBeLessThan(0.2);
  });

  it('knows delegation, stubs and overloads', () => {
    const found = facts('function', `
export function save(order: Order): void;
export function save(order: any) { console.log('save'); return this.store.save(order, ...rest); }
export const load = async (id) => await store.load(id);
function later() { throw new Error('Not implemented yet'); }
function both(order) { return save(load(order)); }
`);
    expect(found.map(({ name, stub, delegatesTo }) => [name, stub, delegatesTo])).toEqual([
      ['save', true, undefined], ['save', false, 'this.store.save'], ['load', false, 'store.load'], ['later', true, undefined], ['both', false, undefined],
    ]);
  });
});

describe('class facts of TypeScript', () => {
  it('says what a class is, keeps and works with', () => {
    const [basket] = facts('class', `
import { Store, type Clock } from './store';
import redis from 'redis';
/** Holds what a customer wants to buy.
 *  And more. */
@Injectable()
export class Basket extends base.Model<Item> implements Closable {
  limit = 50;
  #store?: Store;
  onChange = () => redis.publish('changed');
  constructor(private readonly clock: Clock) { super(); this.id = clock.id(); }
  add(item: Item) {}
}`);
    expect(basket).toMatchObject({
      name: 'Basket', exported: true, form: 'class', bases: ['base.Model', 'Closable'], decorators: ['Injectable'],
      doc: 'Holds what a customer wants to buy.', collaborators: ['Clock', 'Store', 'redis'],
    });
    expect(basket!.fields.map(({ name, type, optional }) => [name, type, optional])).toEqual([
      ['limit', undefined, true], ['#store', 'Store', true], ['clock', 'Clock', false], ['id', undefined, false],
    ]);
  });

  it.each([
    ['protocol', 'abstract class Store { abstract get(): Item; }'],
    ['abstract', 'abstract class Store { abstract get(): Item; all() { return [this.get()]; } }'],
    ['data', 'class Item { id: string; name?: string; }'],
    ['exception', 'class OutOfStock extends ShopError {}'],
    ['class', 'const Store = class { get() { return 1; } };'],
  ])('tells a class of form %s', (form, text) => {
    expect(facts('class', text)[0]!.form).toBe(form);
  });
});

describe('construction facts of TypeScript', () => {
  it('finds connections by the module that they come from', () => {
    const found = facts('construction', `
import { createClient as connect } from 'redis';
import Redis from 'ioredis';
import axios, { create } from 'axios';
import { PrismaClient } from './fake-prisma';
function open(url) {
  new WebSocket(url, ['v1']);
  new window.EventSource(url);
  new Redis(url);
  connect();
  axios.create({});
  new PrismaClient();
  new Pool();
  WebSocket.OPEN;
}`);
    expect(found.map(({ name, resource, arguments: count }) => [name, resource, count])).toEqual([
      ['WebSocket', 'websocket', 2], ['window.EventSource', 'event-source', 1], ['Redis', 'redis', 1], ['connect', 'redis', 0],
      ['axios.create', 'http-client', 1],
    ]);
    expect(found[0]!.scope).toEqual(['open']);
  });
});
