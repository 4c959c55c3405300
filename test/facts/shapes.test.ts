import { expect, it } from 'vitest';
import { shapedFactAt, shapeOf } from '../../src/facts/shapes.js';
import { indexOf } from '../support/index-of.js';

async function shape(tree: Readonly<Record<string, string>>, path: string, name: string): Promise<{ fields: string[]; open: boolean }> {
  const facts = await indexOf(tree);
  const { fields, open } = shapeOf(facts, shapedFactAt(facts, path, name)!);
  return { fields: [...fields.values()].map((field) => `${field.name}${field.optional ? '?' : ''}: ${field.type ?? '-'}`), open };
}

it('inherits the fields of bases, through imports, barrels and utility types', async () => {
  const tree = {
    'src/base.ts': 'export interface Entity { id: string; createdAt: Date }',
    'src/index.ts': "export { Entity as Base } from './base';",
    'src/order.ts': "import type { Base } from './index';\nexport interface Order extends Base { total: number; createdAt: string }",
    'src/patch.ts': "import type { Order } from './order';\nexport type OrderPatch = Partial<Omit<Order, 'id' | 'createdAt'>> & { reason: string };",
  };
  expect(await shape(tree, 'src/order.ts', 'Order')).toEqual({ fields: ['id: string', 'createdAt: string', 'total: number'], open: false });
  expect(await shape(tree, 'src/patch.ts', 'OrderPatch')).toEqual({ fields: ['total?: number', 'reason: string'], open: false });
});

it('inherits in Python, also by dotted names', async () => {
  const tree = {
    'shop/__init__.py': '',
    'shop/models.py': 'from pydantic import BaseModel\nclass Item(BaseModel):\n    sku: str\n',
    'shop/cart.py': 'from shop import models\nclass CartItem(models.Item):\n    quantity: int = 1\n',
  };
  expect(await shape(tree, 'shop/cart.py', 'CartItem')).toEqual({ fields: ['sku: str', 'quantity?: int'], open: false });
});

it('is open where a base is not known, and ends on types that extend one another', async () => {
  const tree = {
    'src/a.ts': "import { Row } from 'some-orm';\nimport type { B } from './b';\nexport interface A extends B { a: string }\nexport interface Line extends Row { sku: string }",
    'src/b.ts': "import type { A } from './a';\nexport interface B extends A { b: string }",
  };
  expect(await shape(tree, 'src/a.ts', 'Line')).toEqual({ fields: ['sku: string'], open: true });
  expect((await shape(tree, 'src/a.ts', 'A')).fields).toEqual(['b: string', 'a: string']);
});
