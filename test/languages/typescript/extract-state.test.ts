import { describe, expect, it } from 'vitest';
import type { FunctionFact, StateFact } from '../../../src/model/facts.js';
import { factsIn } from '../../support/facts-in.js';

const stateIn = (text: string): Promise<StateFact[]> => factsIn('state', 'shop.ts', text);
const named = (facts: readonly StateFact[], name: string): StateFact | undefined => facts.find((fact) => [...fact.scope, fact.name].join('.') === name);
const usesOf = (fact: StateFact | undefined): string[] =>
  (fact?.uses ?? []).map((use) => [use.by, use.how, use.key, use.value?.text, use.value?.from.join('+'), use.ifEmpty && 'if empty'].filter(Boolean).join(' '));

describe('module-level state', () => {
  it('is a variable that a function fills on first use, with what it is built from', async () => {
    const [warehouse] = await stateIn(`
let warehouse: Warehouse | undefined;
export function getWarehouse(region: string) {
  if (!warehouse) warehouse = new Warehouse(region);
  return warehouse;
}
export const other = () => (warehouse ??= new Warehouse('north'));
`);
    expect(warehouse).toMatchObject({ holder: 'module', initial: 'none', annotation: 'Warehouse | undefined', lazy: true, exported: false });
    expect(usesOf(warehouse)).toEqual([
      'getWarehouse read', 'getWarehouse assign Warehouse region if empty', 'getWarehouse return', 'other assign Warehouse if empty',
    ]);
  });

  it('says under which key a handler writes, and who registered the handler', async () => {
    const [carts] = await stateIn(`
const carts = new Map<string, Cart>();
app.post('/carts', async (request, response) => {
  const { user } = request;
  carts.set(user.id, new Cart(request.body));
  carts.get(user.id)!.lines.push(request.body.line);
  carts.delete(user.id);
});
`);
    expect(carts!.uses.map(({ by, handler, how, key, keyFrom, value }) => [by, handler, how, key, keyFrom?.join(), value?.from.join()])).toEqual([
      ['()', 'app.post', 'keyed', 'user.id', 'request', 'request'],
      ['()', 'app.post', 'keyed', 'user.id', 'request', 'request'],
      ['()', 'app.post', 'remove', 'user.id', 'request', undefined],
    ]);
  });

  it('does not take a parameter, a local or a property of the same name for it', async () => {
    const [carts] = await stateIn(`
const carts = new Map();
const price = (carts: Map<string, Cart>) => carts.set('a', 1);
function total() { const carts = new Map(); carts.set('b', 2); }
shop.carts.set('c', 3);
`);
    expect(usesOf(carts)).toEqual([]);
  });

  it('leaves out constants, and marks what bounds itself', async () => {
    const facts = await stateIn(`
const PRICES = { tea: 3 };
const sizes = ['s', 'm'];
const recent = new LRUCache({ max: 20 });
const owners = new WeakMap();
const handlers: Handler[] = [];
`);
    expect(facts.map((fact) => [fact.name, fact.bounded])).toEqual([['recent', true], ['owners', true], ['handlers', undefined]]);
  });
});

it('tells statics from what each object has, and keeps what changes after construction', async () => {
  const facts = await stateIn(`
export class Counter {
  private static instance: Counter | null = null;
  private readonly name = 'till';
  private customers = new Map<string, Customer>();
  private current?: Customer;
  private sizes: string[] = [];
  constructor(private readonly shop: Shop) { this.queue = []; }
  static getInstance(shop: Shop) {
    if (!Counter.instance) Counter.instance = new Counter(shop);
    return Counter.instance;
  }
  greet(customer: Customer) {
    this.customers.set(customer.id, customer);
    this.current = customer;
    this.queue.push(customer);
  }
}
`);
  expect(facts.map((fact) => `${fact.holder} ${fact.name}`)).toEqual(['class instance', 'instance customers', 'instance current', 'instance queue']);
  expect(usesOf(named(facts, 'Counter.instance'))).toContain('Counter.getInstance assign Counter shop if empty');
  expect(usesOf(named(facts, 'Counter.customers'))).toEqual(['Counter.greet keyed customer.id customer customer']);
});

describe('what a function returns', () => {
  const returns = async (text: string): Promise<FunctionFact['returns']> => (await factsIn('function', 'shop.ts', text)).at(-1)!.returns;

  it.each([
    ['a module variable', 'let till: Till;\nexport function getTill() { return till; }', { origin: 'shared', via: 'till' }],
    ['what it keeps as it makes it', 'let till;\nexport const getTill = () => (till ??= new Till());', { origin: 'shared', via: 'till' }],
    ['a static', 'class Till { static one: Till; static get() { return this.one; } }', { origin: 'shared', via: 'Till.one' }],
    ['an entry of a map', 'const tills = new Map();\nconst tillOf = (shop) => tills.get(shop);', { origin: 'shared', via: 'tills' }],
    ['a memoised result', 'const settings = once(() => new Settings());', { origin: 'shared', via: 'once' }],
    ["React's cache, which lasts one request", "import { cache } from 'react';\nconst user = cache(() => new User());", { origin: 'fresh', via: 'User' }],
    ['a new object', 'function open() { const till = new Till(); return till; }', { origin: 'fresh', via: 'Till' }],
    ['what another gives', 'const till = async () => await getTill();', { origin: 'passed', via: 'getTill' }],
    ['an imported constant', "import { prices } from './prices';\nconst all = () => prices;", undefined],
  ])('%s', async (_what, text, expected) => {
    expect(await returns(text)).toEqual(expected);
  });
});
