import { describe, expect, it } from 'vitest';
import { eventIndexOf } from '../../src/facts/event-index.js';
import { fieldStatus, isNearMiss } from '../../src/facts/message-fields.js';
import { indexOf } from '../support/index-of.js';

const eventsOf = async (tree: Readonly<Record<string, string>>) => eventIndexOf(await indexOf(tree));

describe('the event index', () => {
  it('joins producers, consumers and contracts under one name, through enums and lists of another file', async () => {
    const index = await eventsOf({
      'shop/events.py': 'from enum import Enum\n\nclass OrderEvent(str, Enum):\n    PLACED = "order_placed"\n\nSTEPS = ["order_placed", "order_shipped"]\n',
      'shop/orders.py': 'from shop.events import OrderEvent\n\nasync def tell(socket, order):\n    await socket.send_json({"type": OrderEvent.PLACED.value, "id": order.id})\n',
      'shop/desk.py': 'from shop.events import STEPS\n\ndef is_step(event_type):\n    return event_type in STEPS\n',
      'web/desk.ts': "socket.on('orderPlaced', (order) => show(order.id));\n",
      'shop/rules.py': 'RULES = [EventRule(name="order_placed_required_fields", required_fields=["id"])]\n',
    });
    const event = index.get('order-placed')!;
    expect(event.producers.map(({ name, fact }) => `${name} ${fact.file.path}`)).toEqual(['order_placed shop/orders.py']);
    expect(event.consumers.map(({ name, fact }) => `${name} ${fact.file.path}`)).toEqual(['order_placed shop/desk.py', 'orderPlaced web/desk.ts']);
    expect(event.contracts.map(({ name, required }) => `${name}: ${required.join()}`)).toEqual(['order_placed: id']);
    expect(index.get('order-shipped')!.consumers).toHaveLength(1);
  });

  it('keeps events apart whose enums are not known and whose members have everyday names', async () => {
    const index = await eventsOf({ 'shop/tell.ts': 'bus.emit(OrderEvents.CREATED, { id: 1 });\nbus.emit(GiftEvents.CREATED, { id: 1 });\nbus.emit(OrderEvents.ORDER_LOST, {});\n' });
    expect(index.events.map(({ key }) => key)).toEqual(['gift-events-created', 'order-events-created', 'order-lost']);
  });

  it('adds what a known helper adds, where it puts it, and knows nothing of another helper', async () => {
    const index = await eventsOf({
      'shop/news.py': `class News:
    async def send_event(self, event_type, payload):
        await self.socket.send_json({"type": event_type, "shop": self.shop, "data": payload})

    async def placed(self, order):
        await self.send_event("order_placed", {"id": order.id})

    async def packed(self, order):
        await self.bridge.emit_event("order_packed", {"id": order.id})
`,
    });
    const [placed] = index.get('order-placed')!.producers;
    expect([placed!.envelope, ...placed!.keys.keys()]).toEqual(['data', 'data.id', 'data', 'shop']);
    const [packed] = index.get('order-packed')!.producers;
    expect([packed!.envelope, ...packed!.keys.keys()]).toEqual([undefined, 'id']);
  });

  it('takes the event from a helper that is called after it, when the literal has a type of its own', async () => {
    const index = await eventsOf({
      'shop/news.py': 'async def tell(news, order):\n    await news.emit_order_placed({"type": "express", "id": order.id})\n    await news.emit_order_placed("gift", {"id": order.id})\n',
      'shop/desk.py': 'def show(event_type):\n    return event_type == "order_placed"\n',
    });
    expect(index.get('express')).toBeUndefined();
    expect(index.get('order-placed')!.producers.map(({ open }) => open.top)).toEqual([false, true]);
  });

  it('leaves out events of the platform, and tables that are about something else', async () => {
    const index = await eventsOf({
      'web/page.ts': "window.addEventListener('resize', layout);\nserver.on('listening', ready);\n",
      'shop/asgi.py': 'async def app(scope, receive, send):\n    await send({"type": "http.response.body", "body": b""})\n',
      'shop/tables.py': 'required_fields = {"basket": ["id"], "customer": ["name"], "order_placed": ["id"]}\n',
      'shop/orders.py': 'async def tell(socket):\n    await socket.send_json({"type": "order_placed"})\n',
    });
    expect(index.events.map(({ key, contracts }) => `${key} ${contracts.length}`)).toEqual(['order-placed 0']);
  });
});

describe('fields of a message', () => {
  it('knows near misses, and fields that only look alike', () => {
    for (const [a, b] of [['item', 'item_name'], ['results', 'result'], ['args', 'parameters'], ['thought', 'reasoning'], ['orderTotal', 'order_total'], ['duration', 'duration_ms'], ['subagent_name', 'sub_agent_name']]) {
      expect(`${a} ${b} ${isNearMiss(a!, b!)}`).toBe(`${a} ${b} true`);
    }
    for (const [a, b] of [['user_id', 'user_name'], ['item_name', 'item_purpose'], ['status', 'result'], ['id', 'name'], ['total', 'total']]) {
      expect(`${a} ${b} ${isNearMiss(a!, b!)}`).toBe(`${a} ${b} false`);
    }
  });

  it('says what a producer does with a field', async () => {
    const index = await eventsOf({
      'shop/orders.py': 'async def tell(socket, order):\n    await socket.send_json({"type": "order_placed", "item": 1, "data": {"total": 2}})\n    await socket.send_json({"type": "order_packed", "data": order})\n',
    });
    const [placed] = index.get('order-placed')!.producers;
    const [packed] = index.get('order-packed')!.producers;
    expect(['total', 'data.total', 'item_name', 'street'].map((field) => fieldStatus(placed!, field).state)).toEqual(['sent', 'sent', 'renamed', 'missing']);
    expect(fieldStatus(packed!, 'street').state).toBe('unknown');
  });
});
