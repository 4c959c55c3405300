import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const events = async (text: string, role: 'emit' | 'handle') => (await factsIn('event', 'shop.py', text)).filter((fact) => fact.role === role)
  .sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1])
  .map(({ name, symbolic, scope, keys, envelope, open, via, forwards }) => [
    `${name}${symbolic ? '~' : ''}`, `in ${scope.join('.')}`, `by ${via}`, `{${keys.map(({ path, optional }) => `${path}${optional ? '?' : ''}`).join(' ')}}`,
    ...(envelope === undefined ? [] : [`in ${envelope}`]), ...(open ? ['open'] : []), ...(forwards === undefined ? [] : [`forwards to "${forwards}"`]),
  ].join(' '));
const emitted = (text: string) => events(text, 'emit');
const handled = async (text: string) => (await factsIn('event', 'shop.py', text)).filter((fact) => fact.role === 'handle')
  .sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1])
  .map(({ name, symbolic, scope, via, discriminator, container }) => [`${name}${symbolic ? '~' : ''}`, `in ${scope.join('.')}`, via, discriminator, ...(container ? [`of ${container}`] : [])].join(' '));

describe('events that Python code sends', () => {
  it('reads literals that are sent, directly, through a variable or by a builder', async () => {
    expect(await emitted(`
async def place(socket, order):
    await socket.send_json({"type": "order_placed", "id": order.id, "data": {"total": order.total, "items": order.items}})
    message = {"event": OrderEvent.PACKED.value, "id": order.id}
    if order.gift:
        message["card"] = order.card
    message["box"] = 1
    await socket.send_text(json.dumps(message))

def build_shipped_message(order):
    return {"type": "order_shipped", "payload": order.view()}

async def stream_orders():
    yield f"data: {json.dumps({'type': 'order_listed', 'id': 1})}\\n\\n"
`)).toEqual([
      'order_placed in place by socket.send_json {data data.items data.total id} in data',
      'OrderEvent.PACKED~ in place by socket.send_text {box card? id}',
      'order_shipped in build_shipped_message by literal {payload payload.*?} in payload open',
      'order_listed in stream_orders by yield {id}',
    ]);
  });

  it('leaves out what is never sent: entries of reports, metrics, answers to a request, mail', async () => {
    expect(await emitted(`
def report(self, alerts, response):
    alerts.append({"type": "late_parcels", "count": 3})
    self.metrics.emit("parcels_late", {"count": 3})
    response.send({"type": "error_page"})
    send_email({"type": "receipt"})
    draft = {"type": "order_draft"}
    return {"type": "order_report", "alerts": alerts}
`)).toEqual([]);
  });

  it('reads helpers that are given the name, by position and by keyword', async () => {
    expect(await emitted(`
class News:
    async def tell(self, context, order, extra):
        await self.emit("order_placed", {"id": order.id, **extra})
        await self._emit_event(context, "order_packed", {"id": order.id})
        await self.bus.publish_event(event_type="order_shipped", data={"id": order.id}, carrier="van")
        payload = {"id": order.id}
        await self.emit("order_delivered", payload)
        await self.emit("order_closed", order)
        await self.emit("all_done")
`)).toEqual([
      'order_placed in News.tell by self.emit {*? id} open',
      'order_packed in News.tell by self._emit_event {id}',
      'order_shipped in News.tell by self.bus.publish_event {carrier? id}',
      'order_delivered in News.tell by self.emit {id}',
      'order_closed in News.tell by self.emit {*?} open',
      'all_done in News.tell by self.emit {}',
    ]);
  });

  it('knows a helper that sends what it is given, and where it puts it', async () => {
    expect(await emitted(`
class News:
    async def flat(self, event_type, data):
        await self.socket.send_json({"type": event_type, "at": now(), **data})

    async def wrapped(self, event_type, payload):
        await self.socket.send_json({"type": event_type, "payload": payload or {}})
`)).toEqual([
      'event_type~ in News.flat by self.socket.send_json {*? at} open forwards to ""',
      'event_type~ in News.wrapped by self.socket.send_json {payload payload.*?} in payload open forwards to "payload"',
    ]);
  });

  it('reads messages that are objects of a message class', async () => {
    expect(await emitted(`
async def tell(socket, order):
    note = OrderMessage(type=OrderEvent.PLACED, payload={"id": order.id})
    await socket.send_json(note.model_dump())
`)).toEqual(['OrderEvent.PLACED~ in tell by socket.send_json {payload payload.id} in payload']);
  });
});

describe('events that Python code handles', () => {
  it('reads comparisons, membership, match, handler tables and subscriptions', async () => {
    expect(await handled(`
STEPS = ["order_packed", "order_shipped"]

class Desk:
    def __init__(self):
        self.handlers = {"order_placed": self.on_placed, OrderEvent.CLOSED: self.on_closed}

    def handle(self, message):
        kind = message.get("type")
        if kind == "order_placed" or message["type"] in STEPS:
            pass
        elif message["type"] in ("order_lost", "order_found"):
            pass
        match message.type:
            case "order_returned" | OrderEvent.REFUNDED:
                pass
        if message.type.startswith("stock_"):
            pass

@sio.on("basket_changed")
def basket(sid, data):
    bus.subscribe("price_changed", on_price)
`)).toEqual([
      'order_packed in Desk.handle membership message.type of STEPS', 'order_shipped in Desk.handle membership message.type of STEPS',
      'order_placed in Desk.__init__ map-key handlers of handlers', 'OrderEvent.CLOSED~ in Desk.__init__ map-key handlers of handlers',
      'order_placed in Desk.handle comparison message.type', 'order_lost in Desk.handle membership message.type', 'order_found in Desk.handle membership message.type',
      'order_returned in Desk.handle case message.type', 'OrderEvent.REFUNDED~ in Desk.handle case message.type', 'stock in Desk.handle prefix message.type',
      'basket_changed in basket sio.on argument', 'price_changed in basket bus.subscribe argument',
    ]);
  });

  it('reads the keys that handlers take from a message, through local variables and functions that are given it', async () => {
    const facts = (await factsIn('event', 'shop.py', `
class PlaceOrderHandler:
    def get_message_type(self):
        return "place_order"

    async def handle(self, guest, payload):
        logger.info(payload)
        return await self._cook(guest, payload)

    async def _cook(self, guest, payload):
        wish = payload.get("wish", {})
        return wish["dish"], payload["table"]

async def receive(message, store):
    payload = message.get("payload") or {}
    if message["type"] == "order_lost":
        print(payload["place"], message.sender)
    elif message["type"] == "order_found":
        await store.put(payload)

MODELS = {"order_lost": OrderLost, "order_found": OrderFound}
model = MODELS[message["type"]]
`)).filter(({ role }) => role === 'handle').sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1]);
    expect(facts.map(({ name, via, open, keys }) => `${name} ${via}${open ? ' open' : ''}: ${keys.map(({ path, optional, line }) => `${path}${optional ? '?' : ''}@${line}`).join(' ')}`)).toEqual([
      'place_order handler-class: *.table@12 *.wish?@11', 'order_lost comparison: payload.place@17 sender@17', 'order_found comparison open: ',
      'order_lost type-map open: ', 'order_found type-map open: ',
    ]);
  });

  it('leaves out types of other things', async () => {
    expect(await handled(`
def paint(node, field):
    if node.type == "heading" or field.kind == "text" or content_type == "json" or node["type"] in ("list", "table"):
        pass
`)).toEqual([]);
  });
});
