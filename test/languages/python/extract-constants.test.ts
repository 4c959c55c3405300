import { expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const constants = async (text: string) => (await factsIn('constant', 'shop.py', text))
  .map(({ name, scope, exported, value }) => [[...scope, name].join('.'), exported, value]);

it('reads literals of modules and the constants of classes, folded', async () => {
  expect(await constants(`
MAX_UPLOAD_MB: Final = 25
RETRY_MS = 5 * 60 * 1_000
base_url = ("https://"
            "shop.test")
CURRENCIES = frozenset({"EUR", "CHF"})
SKUS = (re.compile(r"^A\\d+$"),)
SKU = re.compile(r"^[A-Z]+/\\d{4}$", re.IGNORECASE)
SIZES = "s", "m"
PAGE = 1 << 10
_LIMITS = {"cart": 50, "gift-card": -1}
class Cart:
    MAX_LINES = 100
    currency: ClassVar[str] = "EUR"
    lines = 0
if True:
    DEBUG = False
`)).toEqual([
    ['MAX_UPLOAD_MB', true, 25], ['RETRY_MS', true, 300_000], ['base_url', true, 'https://shop.test'], ['CURRENCIES', true, ['EUR', 'CHF']],
    ['SKUS', true, ['/^A\\d+$/']], ['SKU', true, '/^[A-Z]+/\\d{4}$/i'], ['SIZES', true, ['s', 'm']], ['PAGE', true, 1024], ['_LIMITS', false, { cart: 50, 'gift-card': -1 }],
    ['Cart.MAX_LINES', false, 100], ['Cart.currency', false, 'EUR'], ['DEBUG', true, false],
  ]);
});

it('gives no fact for what is assigned twice, changed, computed or a member of something else', async () => {
  expect(await constants(`
if fast:
    TIMEOUT = 1
else:
    TIMEOUT = 30
PORT = os.getenv("PORT", "8080")
TOTAL = 0
TOTAL += 1
cache_size = 3
def grow():
    global cache_size
    cache_size = 4
A = B = 1
client = None
registry = {}
__version__ = "1.0"
class State(Enum):
    OPEN = "open"
class Order(BaseModel):
    total: int = 0
def checkout():
    STEP = 1
`)).toEqual([]);
});
