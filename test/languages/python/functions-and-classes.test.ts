import { beforeAll, describe, expect, it } from 'vitest';
import { sketchSimilarity } from '../../../src/facts/similar-functions.js';
import type { FactKind, FactOf } from '../../../src/model/facts.js';
import { python } from '../../../src/languages/python/index.js';

beforeAll(() => python.load());

function facts<K extends FactKind>(kind: K, text: string): FactOf<K>[] {
  return python.extract({ path: 'shop.py', text }).facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}
const functionOf = (text: string): FactOf<'function'> => facts('function', text)[0]!;

describe('function facts of Python', () => {
  it('says what a function is', () => {
    const [add, total] = facts('function', `
class Basket:
    @audit.logged("add")
    async def add(self, item: "Item", *, count: int = 1, **extra) -> bool:
        """Adds an item."""
        self.items.append(item)
        await self.store.save(item, count=count)
        return True

    @property
    def total(self): return sum(price(item) for item in self.items)
`);
    expect(add).toMatchObject({
      name: 'add', scope: ['Basket'], exported: false, form: 'method', async: true, static: false, decorators: ['audit.logged'],
      parameters: [{ name: 'item', type: 'Item', optional: false }, { name: 'count', type: 'int', optional: true }, { name: 'extra', optional: true }],
      returnType: 'bool', statementCount: 3, calls: ['self.items.append', 'self.store.save'], stub: false, sketch: '',
    });
    expect(total).toMatchObject({ form: 'accessor', parameters: [], calls: ['price', 'sum'] });
  });

  it('keeps nested functions with their scope', () => {
    expect(facts('function', 'def checkout():\n    def pay(card):\n        charge(card)\n    pay(1)\n').map(({ name, scope }) => [name, scope]))
      .toEqual([['checkout', []], ['pay', ['checkout']]]);
  });

  it('gives one body hash to bodies that differ in local names, comments, types, quotes and doc strings only', () => {
    const a = functionOf(`def total(order, rate):
    """Total with tax."""
    lines = [line.net for line in order.lines]   # net
    tax: float = sum(lines) * rate
    with lock() as held:
        held.note("done")
    try:
        return sum(lines) + tax
    except ValueError as error:
        raise Failure(error)
`);
    const b = functionOf(`def amount(cart, factor):
    entries = [e.net for e in cart.lines]
    extra = sum(entries) * factor
    with lock() as guard:
        guard.note('done')
    try:
        return sum(entries) + extra
    except ValueError as problem:
        raise Failure(problem)
`);
    expect(b.bodyHash).toBe(a.bodyHash);
  });

  it.each([
    ['a callee', 'return ship(order)', 'return refund(order)'],
    ['a property', 'return order.net', 'return order.gross'],
    ['an operator', 'return order + 1', 'return order - 1'],
    ['a keyword argument', 'return ship(fast=order)', 'return ship(slow=order)'],
    ['which local is used', 'x = 1\n    y = 2\n    return x', 'x = 1\n    y = 2\n    return y'],
    ['nesting', 'if order:\n        ship(order)\n        note(order)', 'if order:\n        ship(order)\n    note(order)'],
    ['a global that is written', 'global last\n    last = order', 'last = order\n    return'],
  ])('tells bodies apart by %s', (_what, one, other) => {
    expect(functionOf(`def f(order):\n    ${one}\n`).bodyHash).not.toBe(functionOf(`def f(order):\n    ${other}\n`).bodyHash);
  });

  it('keeps literals in the body hash and blanks them in the shape hash', () => {
    const a = functionOf('def limit(order):\n    return order.weight > 30 or f"over {order.id} kg"\n');
    const b = functionOf('def limit(order):\n    return order.weight > 20 or f"above {order.id} kg"\n');
    expect(b.bodyHash).not.toBe(a.bodyHash);
    expect(b.shapeHash).toBe(a.shapeHash);
  });

  it('estimates how alike two longer bodies are', () => {
    const body = ['    order = load(id)', '    check_stock(order.lines)', '    price = quote(order, "EUR")', '    reserve(order, price)',
      '    notify(order.customer, price)', '    audit.record(order)', '    return order.total'];
    const a = functionOf(`def buy(id):\n${body.join('\n')}\n`);
    const near = functionOf(`def purchase(id):\n${[...body.slice(0, 5), '    metrics.count(order)', ...body.slice(5)].join('\n')}\n`);
    const far = functionOf('def sweep(root):\n    for path in walk(root):\n        if path.stale():\n            remove(path)\n            freed = freed + path.size\n    return freed\n');
    expect(a.sketch).toHaveLength(64);
    expect(sketchSimilarity(a.sketch, near.sketch)).toBeGreaterThan(0.6);
    expect(sketchSimilarity(a.sketch, far.sketch)).toBeLessThan(0.2);
  });

  it('knows delegation and stubs', () => {
    const [save, load, price, later, both] = facts('function', `
def save(order): return store.save(order, force=True)
async def load(id):
    """Deprecated."""
    import warnings
    warnings.warn("use store")
    return await get_store().load(id)
def price(order): ...
def later(order): raise NotImplementedError("later")
def both(order): return save(load(order))
`);
    expect([save!.delegatesTo, load!.delegatesTo, both!.delegatesTo]).toEqual(['store.save', 'get_store().load', undefined]);
    expect([save, load, price, later].map((fn) => fn!.stub)).toEqual([false, false, true, true]);
  });
});

describe('class facts of Python', () => {
  it('says what a class is, keeps and works with', () => {
    const [basket] = facts('class', `
from shop.store import Store, Clock
import redis
class Basket(base.Model, Generic[T], metaclass=Meta):
    """
    Holds what a customer wants to buy.
    """
    limit: int = 50
    store: Store
    def __init__(self, id):
        self.id: str = id
        self.cache = redis.Redis()
    def add(self, item):
        self.items, self.count = item, 1
`);
    expect(basket).toMatchObject({
      name: 'Basket', exported: true, form: 'class', bases: ['base.Model', 'Generic'], decorators: [],
      doc: 'Holds what a customer wants to buy.', collaborators: ['Store', 'redis'],
    });
    expect(basket!.fields.map(({ name, type, optional }) => [name, type, optional])).toEqual([
      ['limit', 'int', true], ['store', 'Store', false], ['id', 'str', false], ['cache', undefined, false], ['items', undefined, false],
      ['count', undefined, false],
    ]);
  });

  it.each([
    ['protocol', 'class Store(Protocol):\n    def get(self): ...'],
    ['protocol', 'class Store(ABC):\n    @abstractmethod\n    def get(self): pass'],
    ['abstract', 'class Store(ABC):\n    @abstractmethod\n    def get(self): pass\n    def all(self): return self.get()'],
    ['enum', 'class Colour(str, Enum):\n    RED = "red"'],
    ['data', '@dataclass(frozen=True)\nclass Item:\n    id: str'],
    ['data', 'class Item(BaseModel):\n    id: str'],
    ['exception', 'class OutOfStock(ShopError): pass'],
    ['class', 'class Store:\n    def get(self): return 1'],
  ])('tells a class of form %s', (form, text) => {
    expect(facts('class', `${text}\n`)[0]!.form).toBe(form);
  });
});

describe('construction facts of Python', () => {
  it('finds connections by the module that they come from', () => {
    const found = facts('construction', `
import redis.asyncio as aredis
from redis import Redis, asyncio as redis_asyncio
from sqlalchemy.ext.asyncio import create_async_engine as engine_for
import clickhouse_connect
from .local import create_engine
def connect(url):
    aredis.from_url(url, decode_responses=True)
    Redis.from_url(url)
    redis_asyncio.Redis()
    engine_for(url)
    clickhouse_connect.get_client(host=url)
    create_engine(url)
    Redis
`);
    expect(found.map(({ name, resource, arguments: count }) => [name, resource, count])).toEqual([
      ['aredis.from_url', 'redis', 2], ['Redis.from_url', 'redis', 1], ['redis_asyncio.Redis', 'redis', 0], ['engine_for', 'sql', 1],
      ['clickhouse_connect.get_client', 'clickhouse', 1],
    ]);
    expect(found[0]!.scope).toEqual(['connect']);
  });
});
