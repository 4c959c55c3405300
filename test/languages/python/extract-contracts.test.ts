import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const contracts = async (text: string) => (await factsIn('contract', 'shop.py', text)).map(({ name, symbolic, container, source, requiredKeys, optionalKeys, namedAfter, partial, span }) => [
  `${span[0]}: ${name}${symbolic ? '~' : ''}`, `${container}/${source}`, requiredKeys.join(' '), ...(optionalKeys.length > 0 ? [`optional ${optionalKeys.join(' ')}`] : []),
  ...(namedAfter ? ['by name'] : []), ...(partial ? ['partial'] : []),
].join(', '));

describe('contracts of events in Python', () => {
  it('reads tables of required fields, without the key that names the event', async () => {
    expect(await contracts(`
class Validator:
    EVENT_SCHEMAS = {
        "order_placed": {"type", "id", "total"},
        OrderEvent.SHIPPED: ["id", "data.carrier"],
        "order_lost": {"required": ["id"], "data_fields": ["reason"], "optional": ["note"]},
    }

required_fields = {"order_packed": ["id"]}
optional_fields = {"order_packed": ["box"]}
TYPING_SLIPS = {"order_placed": ["order_plcaed"]}
required_tables = {"orders": ["id"]}
`)).toEqual([
      '4: order_placed, EVENT_SCHEMAS/validator, id total', '5: OrderEvent.SHIPPED~, EVENT_SCHEMAS/validator, data.carrier id',
      '6: order_lost, EVENT_SCHEMAS/validator, data.reason id, optional note', '9: order_packed, required_fields/validator, id, optional box',
    ]);
  });

  it('reads rule objects, by the event they name or are called after', async () => {
    expect(await contracts(`
RULES = [
    EventRule(
        event_type="order_placed",
        required_fields=["id", "total"],
        optional_fields=["note"],
    ),
    EventRule(name="order_shipped_required_fields", required_fields=["id"]),
    {"event": "order_lost", "required_fields": ["id"]},
]
ORDER_PACKED_REQUIRED_FIELDS = ["id", "box"]
`)).toEqual([
      '5: order_placed, EventRule/validator, id total, optional note', '8: order_shipped_required_fields, EventRule/validator, id, by name',
      '9: order_lost, required_fields/validator, id', '11: ORDER_PACKED_REQUIRED_FIELDS, ORDER_PACKED_REQUIRED_FIELDS/validator, box id, by name',
    ]);
  });

  it('reads models of one event, and no model of many', async () => {
    expect(await contracts(`
class OrderPlaced(BaseModel):
    type: Literal["order_placed"]
    id: str
    total: float = Field(..., gt=0)
    note: Optional[str] = None

class OrderClosed(BaseModel):
    type: OrderEvent = OrderEvent.CLOSED
    id: str

class AnyOrder(BaseModel):
    type: str = "order"
    id: str
`)).toEqual(['2: order_placed, OrderPlaced/type, id total, optional note', '8: OrderEvent.CLOSED~, OrderClosed/type, id']);
  });

  it('reads what a test asserts of a message that it has named', async () => {
    expect(await contracts(`
def test_order(events):
    message = events[0]
    assert message["type"] == "order_placed"
    assert "total" in message
    assert "street" in message["data"]
    shipped = [e for e in events if e.get("type") == "order_shipped"]
    for one in shipped:
        assert "carrier" in one and "id" in one
    assert "unknown" in events[1]
`)).toEqual(['5: order_placed, test_order/test, data.street total, partial', '9: order_shipped, test_order/test, carrier id, partial']);
  });
});
