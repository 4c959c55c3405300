import { describe, expect, it } from 'vitest';
import { typeName, typesAgree, typesMeet } from '../../src/facts/type-name.js';

const text = (written: string | undefined): string => {
  const { text, nullable } = typeName(written);
  return nullable ? `${text}?` : text;
};

describe('typeName', () => {
  it.each([
    ['string', ['string', 'str', 'String', 'UUID', 'pydantic.EmailStr', 'Annotated[str, Field(min_length=1, max_length=3)]']],
    ['number', ['number', 'int', 'float', 'Decimal']],
    ['boolean', ['bool', 'boolean', 'true | false']],
    ['datetime?', ['Optional[datetime]', 'datetime.datetime | None', 'Date | null', 'Date | undefined']],
    ['order-line[]', ['List[OrderLine]', 'list[OrderLine]', 'OrderLine[]', 'readonly OrderLine[]', 'Array<OrderLine>', 'Set[OrderLine]', 'tuple[OrderLine, ...]', 'OrderLineSchema[]']],
    ['map<any>', ['dict', 'Dict[str, Any]', 'Record<string, unknown>', '{ [key: string]: unknown }', '{}', 'Mapping[str, object]']],
    ['map<number[]>', ['Dict[str, List[int]]', 'Record<string, Array<number>>', 'Map<string, number[]>']],
    ['"open" | "paid"', ['Literal["paid", "open"]', "'open' | 'paid'", '"paid" | "open"']],
    ['(number | string)[]', ['List[Union[str, int]]', '(string | number)[]', 'Array<string | number>']],
    ['{ city: string; zip?: number }', ['{ city: string; zip?: number }', '{ zip?: number, readonly city: string }']],
    ['function', ['(order: Order) => void', 'Callable[[Order], None]', '(a: { b: string }) => Promise<void>']],
    ['[number, string]', ['[number, string]', 'Tuple[int, str]']],
    ['page<order>', ['Page<Order>', 'Page[OrderModel]', 'schemas.Page[Order]']],
    ['order["state"]', ["Order['state']"]],
    ['any', [undefined, '', 'any', 'unknown', 'Any']],
  ])('%s', (expected, spellings) => {
    expect(spellings.map(text)).toEqual(spellings.map(() => expected));
  });

  it('ends on hostile and broken text', () => {
    for (const broken of ['('.repeat(5000), '['.repeat(5000), 'A<'.repeat(5000), '{a:'.repeat(5000), '{ a', 'List[', ', | &', '=>', '?'.repeat(50)]) {
      expect(typeof text(broken)).toBe('string');
    }
  });
});

it('finds that types agree on the wire, and where they do not', () => {
  expect(typesAgree('datetime', 'string')).toBe(true);
  expect(typesAgree('Dict[str, Any]', 'OrderMeta')).toBe(true);
  expect(typesAgree('str', "'open' | 'paid'")).toBe(true);
  expect(typesAgree('List[Any]', 'Order[]')).toBe(true);
  expect(typesAgree('Union[Dict[str, Any], OrderBody]', 'Record<string, unknown> | CartBody')).toBe(true);
  expect(typesAgree('Literal["open", "paid"]', "'open' | 'sent'")).toBe(false);
  expect(typesAgree('str', 'number')).toBe(false);
  expect(typesAgree('datetime', 'number')).toBe(false);
  expect(typesAgree('List[str]', 'string')).toBe(false);
  expect(typesAgree('Customer', 'Order')).toBe(false);
});

describe('typesMeet', () => {
  const names: Record<string, string> = { Tender: '"card" | "cash"', 'Kind.SALE': '"sale"', Till: 'Record<string, any>', Level: '1 | 2' };
  const read = (name: string): string | undefined => names[name];
  const meet = (a: string, b: string): boolean => typesMeet({ written: a, read }, { written: b, read });

  it.each([
    ['Literal[Kind.SALE]', '"sale"'], ['Tender', '"cash" | "voucher"'], ['Tender | None', 'string | null'], ['list[Till]', '{ id: string }[]'], ['Level', 'number'],
    ['Till', 'Unknown'], ['List[LineType]', 'ReceiptLine[]'], ['dict[str, bool]', 'PermissionsOf<"Till">'], ['bytes', 'string'],
  ])('%s can be %s', (python, typescript) => {
    expect(meet(python, typescript)).toBe(true);
  });

  it.each([['UUID', 'number'], ['datetime', 'number'], ['Tender', '"voucher"'], ['Till', 'string'], ['Till', 'Till[]'], ['Level', 'Tender'], ['list[Tender]', 'number[]']])('%s cannot be %s', (python, typescript) => {
    expect(meet(python, typescript)).toBe(false);
  });
});
