import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const enums = async (text: string) => (await factsIn('enum', 'shop.py', text)).map(({ name, scope, exported, form, members }) => ({
  name: [...scope, name].join('.'), exported, form, members: members.map((member) => `${member.line}: ${member.name}=${member.value}`),
}));

describe('enums in Python', () => {
  it('reads Enum classes with aliases, auto() and choices', async () => {
    expect(await enums(`
class OrderState(str, enum.Enum):
    """States."""
    OPEN = "open"
    PAID = auto()
    SETTLED = OPEN
    _ignore_ = []
    def is_open(self): return self is OrderState.OPEN
class Priority(IntEnum):
    LOW = 0
    HIGH = auto()
class Kind(models.TextChoices):
    WEB = "web", "Web shop"
class Planet(Enum):
    EARTH = (5.97, 6.37)
class Base(StrEnum): pass
class Derived(Base):
    WEB = auto()
`)).toEqual([
      { name: 'OrderState', exported: true, form: 'enum', members: ['4: OPEN=open', '5: PAID=paid', '6: SETTLED=open'] },
      { name: 'Priority', exported: true, form: 'enum', members: ['10: LOW=0', '11: HIGH=2'] },
      { name: 'Kind', exported: true, form: 'enum', members: ['13: WEB=web'] },
      { name: 'Planet', exported: true, form: 'enum', members: ['15: EARTH=[5.97,6.37]'] },
      { name: 'Derived', exported: true, form: 'enum', members: ['18: WEB=web'] },
    ]);
  });

  it('reads Literal aliases in their three spellings and the functional form', async () => {
    expect(await enums(`
State = Literal["open",
  "paid"]
Channel: TypeAlias = Optional[typing.Literal["web", "store"]]
type Size = Literal["s", "m"]
Color = Enum("Color", "RED GREEN")
Mixed = Literal["a"] | str
`)).toEqual([
      { name: 'State', exported: true, form: 'union', members: ['2: open=open', '3: paid=paid'] },
      { name: 'Channel', exported: true, form: 'union', members: ['4: web=web', '4: store=store'] },
      { name: 'Size', exported: true, form: 'union', members: ['5: s=s', '5: m=m'] },
      { name: 'Color', exported: true, form: 'enum', members: ['6: RED=1', '6: GREEN=2'] },
    ]);
  });

  it('reads classes of string constants, and no class with state or other values', async () => {
    expect(await enums(`
class Events:
    """Names on the bus."""
    PAID = "order.paid"
    SENT = "order.sent"
    ALL = [PAID, SENT]
    @classmethod
    def names(cls): return cls.ALL
class Settings:
    HOST = "shop.test"
    NAME = "shop"
    PORT = 8080
class Client:
    HOST = "shop.test"
    NAME = "shop"
    def __init__(self): pass
class Derived(Thing):
    HOST = "shop.test"
    NAME = "shop"
`)).toEqual([{ name: 'Events', exported: true, form: 'constants', members: ['4: PAID=order.paid', '5: SENT=order.sent'] }]);
  });
});
