import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const shapes = async (text: string) => (await factsIn('type', 'shop.py', text)).map(({ name, scope, exported, form, bases, fields }) => ({
  name: [...scope, name].join('.'), exported, form, bases,
  fields: fields.map((field) => `${field.line}: ${field.name}${field.optional ? '?' : ''}: ${field.type ?? '-'}`),
}));

describe('types in Python', () => {
  it('reads dataclasses: defaults make fields optional, class variables and private names are none', async () => {
    expect(await shapes(`
@dataclasses.dataclass(frozen=True)
class Order(Base, Generic[T]):
    """An order."""
    id: str
    lines: List[
        "OrderLine",  # never empty
    ]
    note: Optional[str] = None
    tags: list[str] = field(default_factory=list)
    count: int = field(init=False)
    paid: bool = field(compare=False)
    currency: ClassVar[str] = "EUR"
    _cache: dict = None
    def total(self) -> int: ...
`)).toEqual([{
      name: 'Order', exported: true, form: 'dataclass', bases: ['Base'],
      fields: ['5: id: str', '6: lines: List[OrderLine]', '9: note?: Optional[str]', '10: tags?: list[str]', '11: count?: int', '12: paid: bool'],
    }]);
  });

  it('reads pydantic models, also through other models', async () => {
    expect(await shapes(`
class OrderIn(pydantic.BaseModel):
    id: str = Field(..., description="number on the invoice")
    total: int = Field(gt=0)
    state: Literal['open', 'paid'] = Field(default="open")
    customer: "Customer"
    model_config = ConfigDict(frozen=True)
    class Config:
        frozen = True
class OrderOut(OrderIn): pass
class Refund(ShopModel):
    amount: int
    def cents(self): return self.amount
`)).toEqual([
      { name: 'OrderIn', exported: true, form: 'model', bases: [], fields: ['3: id: str', '4: total: int', '5: state?: Literal["open", "paid"]', '6: customer: Customer'] },
      { name: 'OrderOut', exported: true, form: 'model', bases: ['OrderIn'], fields: [] },
      { name: 'Refund', exported: true, form: 'model', bases: ['ShopModel'], fields: ['12: amount: int'] },
    ]);
  });

  it('reads TypedDict and NamedTuple in both forms', async () => {
    expect(await shapes(`
class Cart(TypedDict, total=False):
    id: Required[str]
    note: str
class Line(TypedDict):
    sku: str
    gift: NotRequired[bool]
class Point(typing.NamedTuple):
    x: int
    y: int = 0
Address = TypedDict("Address", {"street": str, "post-code": NotRequired[str]})
Money = NamedTuple("Money", [("cents", int), ("currency", str)])
Size = namedtuple("Size", "width height")
`)).toEqual([
      { name: 'Cart', exported: true, form: 'typed-dict', bases: [], fields: ['3: id: str', '4: note?: str'] },
      { name: 'Line', exported: true, form: 'typed-dict', bases: [], fields: ['6: sku: str', '7: gift?: bool'] },
      { name: 'Point', exported: true, form: 'dataclass', bases: [], fields: ['9: x: int', '10: y?: int'] },
      { name: 'Address', exported: true, form: 'typed-dict', bases: [], fields: ['11: street: str', '11: post-code?: str'] },
      { name: 'Money', exported: true, form: 'dataclass', bases: [], fields: ['12: cents: int', '12: currency: str'] },
      { name: 'Size', exported: true, form: 'dataclass', bases: [], fields: ['13: width: -', '13: height: -'] },
    ]);
  });

  it('takes no class with behaviour, protocol, exception, enum or ORM table for a type', async () => {
    expect(await shapes(`
class OrderService:
    orders: list
    limit: int
    def add(self, order): self.orders.append(order)
class HasId(Protocol):
    id: str
    name: str
class OrderError(Exception):
    code: int
    reason: str
class State(Enum):
    OPEN = "open"
class OrderRow(Base):
    id: Mapped[int] = mapped_column()
    total: Mapped[int] = mapped_column()
class Product(models.Model):
    name = models.CharField()
def local():
    class Step(BaseModel):
        id: str
`)).toEqual([]);
  });
});
