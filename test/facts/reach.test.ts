import { describe, expect, it } from 'vitest';
import { reachOf } from '../../src/facts/reach.js';
import { indexOf } from '../support/index-of.js';

const TREE = {
  'api/Dockerfile': 'FROM python:3.12-slim\nCOPY . .\nCMD ["python", "main.py"]\n',
  'api/main.py': 'from orders import Orders\nimport rates\n\napp = Orders()\napp.place(rates.today())\n',
  'api/orders.py': [
    'from gifts import Gift, wrap', '', 'class Orders:', '    def place(self, rate):', '        self.pack(wrap)', '    def pack(self, how):', '        return how',
    '    def forget(self):', '        return self.forget()', '    def count(self) -> Gift:', '        return 1', '',
  ].join('\n'),
  'api/gifts.py': 'class Gift:\n    pass\n\ndef wrap():\n    return 1\n\ndef unwrap():\n    return unwrap()\n',
  'api/rates.py': 'def today():\n    return 1\n\ndef yesterday():\n    return 1\n',
  'api/attic.py': 'from gifts import unwrap\n\ndef open_all():\n    return unwrap()\n',
};

describe('reach', () => {
  it('follows uses from where a program begins, and takes no annotation, import or self-call for one', async () => {
    const facts = await indexOf(TREE);
    const reaches = (path: string, ...scope: string[]): boolean => reachOf(facts).isReached(facts.file(path)!, scope);
    expect(reaches('api/orders.py', 'Orders', 'place')).toBe(true);
    expect(reaches('api/orders.py', 'Orders', 'pack')).toBe(true);
    expect(reaches('api/orders.py', 'Orders', 'forget')).toBe(false);
    expect(reaches('api/gifts.py', 'wrap')).toBe(true);
    expect(reaches('api/gifts.py', 'Gift')).toBe(false);
    expect(reaches('api/gifts.py', 'unwrap')).toBe(false);
    expect(reaches('api/rates.py', 'today')).toBe(true);
    expect(reaches('api/rates.py', 'yesterday')).toBe(false);
    expect(reaches('api/attic.py')).toBe(false);
  });

  it('takes a wrapper of the same name for no caller: who only hands on waits for somebody to begin', async () => {
    const tree = {
      ...TREE,
      'api/main.py': 'from orders import Orders\n\napp = Orders()\napp.place(1)\n',
      'api/orders.py': 'from bells import Bells\n\nclass Orders:\n    bells = Bells()\n    def place(self, rate):\n        self.bells.ring()\n    def call_cook(self):\n        self.bells.call_cook()\n',
      'api/bells.py': 'class Bells:\n    def ring(self):\n        return 1\n    def call_cook(self):\n        return 2\n',
    };
    const facts = await indexOf(tree);
    const reaches = (method: string): boolean => reachOf(facts).isReached(facts.file('api/bells.py')!, ['Bells', method]);
    expect(reaches('ring')).toBe(true);
    expect(reaches('call_cook')).toBe(false);
  });

  it('claims nothing of code whose beginning is not known', async () => {
    const facts = await indexOf(Object.fromEntries(Object.entries(TREE).filter(([path]) => path !== 'api/main.py')));
    expect(reachOf(facts).isReached(facts.file('api/attic.py')!, ['open_all'])).toBe(true);
    expect(reachOf(facts).isReached(facts.file('api/orders.py')!, ['Orders', 'forget'])).toBe(true);
  });

  it('follows namespaces, JSX and handed-on functions in TypeScript', async () => {
    const facts = await indexOf({
      'web/package.json': '{ "name": "web", "private": true, "scripts": { "start": "vite" } }',
      'web/src/main.tsx': "import * as rates from './rates';\nimport { Cart } from './cart';\nexport function App() {\n  return <Cart onDone={rates.today} />;\n}\n",
      'web/src/cart.tsx': "import type { Rate } from './rates';\nexport function Cart(props: { rate: Rate }) { return <b>{total(props)}</b>; }\nfunction total(props: unknown) { return props; }\nexport function Basket() { return null; }\n",
      'web/src/rates.ts': 'export interface Rate { day: string }\nexport function today() { return 1; }\nexport function yesterday() { return 1; }\n',
    });
    const reaches = (path: string, ...scope: string[]): boolean => reachOf(facts).isReached(facts.file(path)!, scope);
    expect(reaches('web/src/cart.tsx', 'Cart')).toBe(true);
    expect(reaches('web/src/cart.tsx', 'total')).toBe(true);
    expect(reaches('web/src/cart.tsx', 'Basket')).toBe(false);
    expect(reaches('web/src/rates.ts', 'today')).toBe(true);
    expect(reaches('web/src/rates.ts', 'yesterday')).toBe(false);
  });
});
