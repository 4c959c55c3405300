import { describe, expect, it } from 'vitest';
import type { FunctionFact, StateFact } from '../../../src/model/facts.js';
import { factsIn } from '../../support/facts-in.js';

const stateIn = (text: string): Promise<StateFact[]> => factsIn('state', 'shop.py', text);
const named = (facts: readonly StateFact[], name: string): StateFact | undefined => facts.find((fact) => [...fact.scope, fact.name].join('.') === name);
const usesOf = (fact: StateFact | undefined): string[] =>
  (fact?.uses ?? []).map((use) => [use.by, use.how, use.key, use.value?.text, use.value?.from.join('+'), use.ifEmpty && 'if empty'].filter(Boolean).join(' '));

describe('module-level state', () => {
  it('is a global that a function fills on first use, with what it is built from', async () => {
    const [warehouse] = await stateIn(`
_warehouse: Optional[Warehouse] = None

def get_warehouse(region):
    global _warehouse
    if _warehouse is None:
        _warehouse = Warehouse(region)
    return _warehouse
`);
    expect(warehouse).toMatchObject({ name: '_warehouse', holder: 'module', initial: 'none', annotation: 'Optional[Warehouse]', lazy: true, exported: false });
    expect(usesOf(warehouse)).toEqual(['get_warehouse claim', 'get_warehouse read', 'get_warehouse assign Warehouse region if empty', 'get_warehouse return']);
  });

  it('knows an early return as the test for emptiness', async () => {
    const [pool] = await stateIn(`
pool = None
def connect(url):
    global pool
    if pool is not None:
        return pool
    pool = Pool(url)
`);
    expect(pool!.lazy).toBe(true);
  });

  it('says under which key an entry is written, through locals, look-ups and chained calls', async () => {
    const [carts] = await stateIn(`
carts = {}
def add(user, item):
    key = f"{user.id}:cart"
    carts[key] = Cart(item)
    carts.setdefault(user.id, []).append(item)
    carts[user.id].lines.append(item)
    carts.pop(user.id, None)
    return carts.get(user.id)
`);
    expect(carts!.uses.map(({ how, key, keyFrom, value }) => [how, key, keyFrom?.join(), value?.from.join()])).toEqual([
      ['keyed', 'key', 'user', 'item'],
      ['keyed', 'user.id', 'user', 'item'],
      ['keyed', 'user.id', 'user', 'item'],
      ['remove', 'user.id', 'user', undefined],
      ['return', 'user.id', 'user', undefined],
    ]);
  });

  it('does not take a parameter, a local or an import of the same name for it', async () => {
    const [carts, prices] = await stateIn(`
from stock import prices
carts = {}
def price(carts):
    carts['a'] = 1
def total():
    carts = {}
    carts['b'] = 2
`);
    expect(usesOf(carts)).toEqual([]);
    expect(prices).toBeUndefined();
  });

  it('leaves out constants, and marks what bounds itself', async () => {
    const facts = await stateIn(`
PRICES = {"tea": 3}
recent = deque(maxlen=20)
sessions = WeakValueDictionary()
orders = []
`);
    expect(facts.map((fact) => [fact.name, fact.bounded])).toEqual([['recent', true], ['sessions', true], ['orders', undefined]]);
  });
});

describe('class-level and per-object state', () => {
  const shop = `
class Basket:
    items = []
    total = 0
    note = None
    _baskets = {}

    def __init__(self, user):
        self.user = user
        self.log: List[Line] = []
        self.note = None

    def add(self, item):
        self.items.append(item)
        self.total += item.price
        self.log.append(item)
        self.note = item

    @classmethod
    def of(cls, user_id):
        if user_id not in cls._baskets:
            cls._baskets[user_id] = cls(user_id)
        return cls._baskets[user_id]
`;
  it('is shared by all objects only when the class holds it', async () => {
    const facts = await stateIn(shop);
    expect(facts.map((fact) => `${fact.holder} ${fact.name}`).sort()).toEqual(['class _baskets', 'class items', 'instance log', 'instance note']);
  });

  it('has its uses through self, cls and the class name', async () => {
    const facts = await stateIn(shop);
    expect(usesOf(named(facts, 'Basket.items'))).toEqual(['Basket.add mutate item item']);
    expect(usesOf(named(facts, 'Basket._baskets'))).toContain('Basket.of keyed user_id cls user_id if empty');
    expect(named(facts, 'Basket.log')).toMatchObject({ annotation: 'List[Line]', initial: 'collection' });
  });

  it('knows __new__ singletons, and containers that a dataclass field makes', async () => {
    const facts = await stateIn(`
class Till:
    _instance = None
    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

@dataclass
class Counter:
    customers: Dict[str, Customer] = field(default_factory=dict)
    def greet(self, customer):
        self.customers[customer.id] = customer
`);
    expect(named(facts, 'Till._instance')).toMatchObject({ holder: 'class', lazy: true });
    expect(named(facts, 'Counter.customers')).toMatchObject({ holder: 'instance', annotation: 'Dict[str, Customer]' });
  });
});

it('reports a mutable default only when the function changes, keeps or returns it', async () => {
  const facts = await stateIn(`
def add(item, basket=[]):
    basket.append(item)
    return basket

def show(items=[]):
    return len(items)

def copy(items=[]):
    items = list(items)
    items.append(1)
`);
  expect(facts.map((fact) => [fact.holder, ...fact.scope, fact.name].join(' '))).toEqual(['default add basket']);
});

describe('what a function returns', () => {
  const returns = async (text: string): Promise<FunctionFact['returns']> => (await factsIn('function', 'shop.py', text)).at(-1)!.returns;

  it.each([
    ['a global', '_till = None\ndef get_till():\n    return _till', { origin: 'shared', via: '_till' }],
    ['a local that stands for a global', '_till = None\ndef get_till():\n    till = _till or Till()\n    return till', { origin: 'shared', via: '_till' }],
    ['an entry of a global', '_tills = {}\ndef till_of(shop):\n    return _tills.get(shop)', { origin: 'shared', via: '_tills' }],
    ['a class attribute', 'class Till:\n    _one = None\n    @classmethod\n    def one(cls):\n        return cls._one', { origin: 'shared', via: 'Till._one' }],
    ['a cached result', '@lru_cache(maxsize=1)\ndef settings():\n    return Settings()', { origin: 'shared', via: 'lru_cache' }],
    ['a mutable default', 'def basket(items=[]):\n    return items', { origin: 'shared', via: 'items' }],
    ['a variable of the maker', 'def maker():\n    tills = {}\n    def get(shop):\n        return tills[shop]', { origin: 'shared', via: 'tills' }],
    ['a new object', 'def open_till():\n    till = Till()\n    return till', { origin: 'fresh', via: 'Till' }],
    ['what another gives', 'async def till():\n    return await get_till()', { origin: 'passed', via: 'get_till' }],
    ['a constant', 'PRICES = {"tea": 3}\ndef prices():\n    return PRICES', undefined],
    ['an attribute of the object', 'class Till:\n    def lines(self):\n        return self._lines', undefined],
  ])('%s', async (_what, text, expected) => {
    expect(await returns(text)).toEqual(expected);
  });
});

it('tells a look at one entry from reading all, and sees who is handed the way out', async () => {
  const [seen, running] = await stateIn(`
seen = set()
running = set()
def greet(user_id):
    if user_id not in seen:
        seen.add(user_id)
    task = create_task(mail(user_id))
    running.add(task)
    task.add_done_callback(running.discard)
`);
  expect(usesOf(seen)).toEqual(['greet read user_id', 'greet mutate user_id user_id if empty']);
  expect(usesOf(running)).toEqual(['greet mutate task user_id', 'greet remove task']);
});

it('leaves out what a module makes only when it is started as a script', async () => {
  expect(await stateIn('class Till:\n    pass\nif __name__ == "__main__":\n    till = Till()\n')).toEqual([]);
});

it('knows an entry that is filled through the local which stands for it', async () => {
  const [baskets] = await stateIn(`
baskets = defaultdict(list)
def add(user_id, article):
    lines = baskets[user_id]
    if len(lines) < 9:
        lines.append(article)
def show(user_id):
    lines = baskets[user_id]
    return list(lines)
`);
  expect(usesOf(baskets)).toEqual(['add keyed user_id article article', 'show read user_id']);
});
