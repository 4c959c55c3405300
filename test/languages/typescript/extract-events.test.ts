import { describe, expect, it } from 'vitest';
import { factsIn } from '../../support/facts-in.js';

const emitted = async (text: string) => (await factsIn('event', 'shop.ts', text)).filter((fact) => fact.role === 'emit')
  .sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1])
  .map(({ name, symbolic, scope, keys, envelope, open, via, forwards }) => [
    `${name}${symbolic ? '~' : ''}`, `in ${scope.join('.')}`, `by ${via}`, `{${keys.map(({ path, optional }) => `${path}${optional ? '?' : ''}`).join(' ')}}`,
    ...(envelope === undefined ? [] : [`in ${envelope}`]), ...(open ? ['open'] : []), ...(forwards === undefined ? [] : [`forwards to "${forwards}"`]),
  ].join(' '));
const handled = async (text: string) => (await factsIn('event', 'shop.ts', text)).filter((fact) => fact.role === 'handle')
  .sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1])
  .map(({ name, symbolic, scope, via, discriminator, container, keys, readsAt }) => [
    `${name}${symbolic ? '~' : ''}`, `in ${scope.join('.')}`, via, discriminator, ...(container ? [`of ${container}`] : []),
    ...(keys.length > 0 ? [`reads ${keys.map(({ path, optional }) => `${path}${optional ? '?' : ''}`).join(' ')}`] : []), ...(readsAt ? [`at ${readsAt[0]}`] : []),
  ].join(' '));

describe('events that TypeScript code sends', () => {
  it('reads literals that are sent, directly, through a variable or by a builder', async () => {
    expect(await emitted(`
class Desk {
  place(order: Order) {
    this.ws.send(JSON.stringify({ type: 'order_placed', id: order.id, payload: { total: order.total, ...(order.gift && { card: 1 }) } }));
    const message = { type: OrderEvent.Packed, id: order.id };
    if (order.box) message.box = order.box;
    this.ws.send(JSON.stringify(message));
  }
}
const createShippedEvent = (order: Order) => ({ type: 'order_shipped', data: order });
window.dispatchEvent(new CustomEvent('basket_opened', { detail: { id: 1 } }));
`)).toEqual([
      'order_placed in Desk.place by this.ws.send {id payload payload.card? payload.total} in payload',
      'OrderEvent.Packed~ in Desk.place by this.ws.send {box? id}',
      'order_shipped in createShippedEvent by literal {data data.*?} in data open',
      'basket_opened in  by CustomEvent {detail detail.id} in detail',
    ]);
  });

  it('reads emitters, queues and helpers that send what they are given', async () => {
    expect(await emitted(`
function tell(socket: Socket, queue: Queue, order: Order) {
  socket.emit('order_placed', { id: order.id });
  socket.to(order.room).emit(OrderEvent.PACKED, order);
  queue.add('order_shipped', { id: order.id });
}
const sendEvent = (type: string, payload: unknown) => socket.send(JSON.stringify({ type, payload }));
`)).toEqual([
      'order_placed in tell by socket.emit {id}', 'OrderEvent.PACKED~ in tell by socket.to().emit {*?} open', 'order_shipped in tell by queue.add {id}',
      'type~ in sendEvent by socket.send {payload payload.*?} in payload open forwards to "payload"',
    ]);
  });

  it('leaves out actions of reducers, answers to requests, and notices', async () => {
    expect(await emitted(`
function show(dispatch: Dispatch, res: Response) {
  dispatch({ type: 'orders/loaded', payload: [] });
  store.dispatch({ type: 'orders/cleared' });
  dispatchFields({ type: 'UPDATE', path: 'total' });
  res.send({ type: 'order_page' });
  rows.push({ type: 'order_row' });
}
`)).toEqual([]);
  });
});

describe('events that TypeScript code handles', () => {
  it('reads switches, comparisons, lists and prefixes, with the keys that are read', async () => {
    expect(await handled(`
const STEPS = new Set(['order_packed', OrderEvent.SHIPPED]);
function onMessage(message: Message) {
  switch (message.type) {
    case 'order_placed':
    case 'order_changed':
      return show(message.payload.total, message.payload?.note ?? '');
    case OrderEvent.CLOSED:
      return close();
  }
  if (message.type === 'order_lost') return search(message.data.place);
  if (STEPS.has(message.type) || message.type.startsWith('stock_')) return step();
  const { type } = message;
  return ['order_found'].includes(type);
}
`)).toEqual([
      'order_packed in onMessage membership message.type of STEPS', 'OrderEvent.SHIPPED~ in onMessage membership message.type of STEPS',
      'order_placed in onMessage case message.type reads payload.note? payload.total', 'order_changed in onMessage case message.type reads payload.note? payload.total',
      'OrderEvent.CLOSED~ in onMessage case message.type', 'order_lost in onMessage comparison message.type reads data.place', 'stock in onMessage prefix message.type',
      'order_found in onMessage membership message.type',
    ]);
  });

  it('reads subscriptions, decorators and tables, and follows a table to its functions', async () => {
    expect(await handled(`
socket.on('order_placed', ({ id, note = '' }) => show(id, note));
const onPacked = (message: Message) => show(message.payload.box || 1);
export const getHandlers = () => ({ order_packed: onPacked, order_lost: (message) => search(message.place) });
function view(eventType: string) {
  const titles = { order_shipped: 'On its way', order_closed: 'Done' };
  return titles[eventType];
}
class Desk {
  @OnEvent('order.closed')
  close() {}
}
`)).toEqual([
      'order_placed in  socket.on argument reads id note?', 'order_packed in getHandlers map-key getHandlers of getHandlers reads payload.box? at 3',
      'order_lost in getHandlers map-key getHandlers of getHandlers reads place', 'order_shipped in view map-key titles of titles', 'order_closed in view map-key titles of titles',
      'order.closed in Desk.close OnEvent argument',
    ]);
  });

  it('leaves out kinds of other things', async () => {
    expect(await handled(`
function paint(node: Node, action: Action, block: Block) {
  if (node.type === 'heading' || block.kind === 'list') return;
  switch (action.type) { case 'orders/loaded': return; }
}
`)).toEqual([]);
  });
});
