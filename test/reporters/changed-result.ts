import type { Change, Finding, ScanResult } from '../../src/model/result.js';
import { at, finding, shopResult } from './shop-result.js';

/** The shop compared with main: one finding of each kind of change, two of them blocking, and what the change put right. */
export function changedResult(): ScanResult {
  return {
    ...shopResult(),
    findings: [
      changed('Order', 'unchanged', { severity: 'error' }),
      changed('Basket', 'new', {
        severity: 'error', blocks: true, statement: 'This change declares Basket a second time.', added: [at('web/src/checkout/basket.ts', 4)],
        ownerReason: 'most importers', copies: ['web/src/checkout/basket.ts:4'],
      }),
      changed('Voucher', 'grown', {
        severity: 'warning', blocks: true, statement: 'A third copy of Voucher was added.', added: [at('api/vouchers.py', 30)],
        ownerReason: 'most importers', copies: ['web/src/voucher.ts:8', 'api/vouchers.py:30'],
      }),
      changed('Parcel', 'changed', { severity: 'warning', statement: 'Parcel now differs in weight.' }),
      changed('Invoice', 'moved', { severity: 'error' }),
      { ...changed('Money', 'unchanged', { severity: 'warning' }), suppression: { kind: 'external', justification: 'known since the spring' } },
    ],
    comparison: {
      against: { kind: 'ref', name: 'origin/main', commit: '0123456789abcdef' },
      counts: { new: 1, grown: 1, changed: 1, moved: 1, unchanged: 1 },
      resolved: [
        { kind: 'fixed', ruleId: 'duplicate-type', severity: 'error', concept: 'Refund', fingerprint: '9'.repeat(16), sites: ['web/src/refund.ts#Refund', 'api/refund.py#Refund'] },
        { kind: 'shrunk', ruleId: 'duplicate-type', severity: 'error', concept: 'Order', fingerprint: '8'.repeat(16), sites: ['web/src/old-order.ts#Order'] },
      ],
      verdict: 'blocked',
    },
  };
}

/** A result with so many findings that every output has to choose; long texts in several scripts. */
export function hugeResult(count: number): ScanResult {
  const text = 'Der Höchstbetrag für Gutscheine (購物券上限) steht an zwei Stellen und ist nicht derselbe. '.repeat(2);
  return {
    ...shopResult(),
    findings: Array.from({ length: count }, (_, index) => finding({
      ruleId: index % 2 ? 'duplicate-type' : 'conflicting-default', category: 'duplicate-type', severity: (['error', 'warning', 'info'] as const)[index % 3]!,
      concept: `VOUCHER_LIMIT_${index}`, message: text, differences: [text, text], remedy: text, fingerprint: index.toString(16).padStart(16, '0'), location: at(`web/src/voucher-${index}.ts`, 3),
      related: Array.from({ length: 12 }, (__, copy) => ({ location: at(`api/voucher_${index}_${copy}.py`, 7), message: 'declared as 50', role: 'copy' as const, symbol: 'VOUCHER_LIMIT' })),
    })),
  };
}

interface Parts { severity: Finding['severity']; blocks?: boolean; statement?: string; added?: Change['addedSites']; ownerReason?: string; copies?: string[] }

function changed(concept: string, kind: Change['kind'], { severity, blocks = false, statement = '', added = [], ownerReason, copies = [] }: Parts): Finding {
  return finding({
    ruleId: 'duplicate-type', category: 'duplicate-type', severity, concept, message: `${concept} is declared ${copies.length + 1} times.`,
    fingerprint: concept.toLowerCase().padEnd(16, '0'), location: at(`packages/shared/${concept.toLowerCase()}.ts`, 1), symbol: concept, ...(ownerReason === undefined ? {} : { ownerReason }),
    related: copies.map((copy) => ({ location: at(copy.split(':')[0]!, Number(copy.split(':')[1])), message: '3 fields', role: 'copy' as const, symbol: concept })),
    change: { kind, addedSites: added, statement, blocks },
  });
}
