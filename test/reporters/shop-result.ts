import { SCHEMA_VERSION, type Finding, type Related, type RuleMeta, type ScanResult } from '../../src/model/result.js';

/** A result made by hand: a shop with four services, each kind of finding once, and names that try to break out of a report. */
export function shopResult(): ScanResult {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'ssot-audit', version: '1.2.3' },
    rulesetHash: '00112233aabbccdd',
    root: 'shop',
    rules: [
      rule('conflicting-default', 'config-drift', 'error', 'One variable with different defaults'),
      rule('duplicate-manager', 'duplicate-manager', 'warning', 'Two classes of one responsibility'),
      rule('duplicate-type', 'duplicate-type', 'info', 'One type declared twice'),
    ],
    services: [
      { name: 'api', roots: ['services/api'], kind: 'service', evidence: 'services/api/Dockerfile' },
      { name: 'web', roots: ['web'], kind: 'service', evidence: 'workspace of package.json' },
      { name: 'shared', roots: ['packages/shared'], kind: 'library', evidence: 'workspace of package.json, imported by web' },
      { name: '', roots: [''], kind: 'service', evidence: 'everything that no other service claims' },
    ],
    coverage: {
      total: { seen: 1240, parsed: 1190, partlyParsed: 3, skipped: 47, lines: 98_765 },
      languages: {
        python: { seen: 800, parsed: 798, partlyParsed: 2, skipped: 0, lines: 70_001 },
        typescript: { seen: 393, parsed: 392, partlyParsed: 1, skipped: 0, lines: 28_764 },
      },
      services: {
        '': { seen: 20, parsed: 3, partlyParsed: 0, skipped: 17, lines: 200 },
        api: { seen: 800, parsed: 798, partlyParsed: 2, skipped: 0, lines: 70_001 },
        shared: { seen: 40, parsed: 40, partlyParsed: 0, skipped: 0, lines: 3_000 },
        web: { seen: 350, parsed: 349, partlyParsed: 1, skipped: 0, lines: 25_564 },
      },
      skipped: { 'not source code or configuration': 44, minified: 2, 'larger than 2 MB': 1 },
    },
    files: [{ path: 'services/api/settings.py', language: 'python', role: 'production', service: 'api', lines: 120 }],
    findings: [
      finding({
        ruleId: 'conflicting-default',
        category: 'config-drift',
        severity: 'error',
        concept: 'PAYMENT_TIMEOUT_SECONDS',
        message: 'PAYMENT_TIMEOUT_SECONDS has 3 different defaults in api: 30, 60 and none.',
        fingerprint: 'a1b2c3d4e5f60718',
        location: at('services/api/settings.py', 12),
        symbol: 'Settings.payment_timeout_seconds',
        note: 'default 30',
        importers: { production: 41, test: 7 },
        ownerReason: 'it is the settings class of the service and has the most importers',
        related: [
          { location: at('services/api/payments/gateway/card_terminal_connection.py', 208), message: 'default 60', role: 'reader', symbol: 'CardTerminal.connect', importers: { production: 3, test: 1 } },
          { location: at('services/api/refunds.py', 9), message: 'no default, required', role: 'reader', symbol: 'REFUND_TIMEOUT' },
        ],
        differences: ['default: 30 in services/api/settings.py:12, 60 in services/api/payments/gateway/card_terminal_connection.py:208', 'required: only in services/api/refunds.py:9'],
        remedy: 'Read it once in Settings and pass the value on.',
        rank: 0.9,
        service: 'api',
      }),
      finding({
        ruleId: 'duplicate-manager',
        category: 'duplicate-manager',
        severity: 'warning',
        concept: 'CartManager',
        message: 'CartManager is written 15 times in web with 6 methods in common.',
        fingerprint: 'b1b2c3d4e5f60718',
        location: at('web/src/cart/cart-manager.ts', 4),
        symbol: 'CartManager',
        importers: { production: 1, test: 0 },
        ownerReason: 'most importers',
        related: Array.from({ length: 14 }, (_, index): Related => ({
          location: at(`web/src/legacy/cart-manager-${index + 1}.ts`, index + 1), message: '6 of 8 methods', role: 'copy', symbol: 'CartManager', importers: { production: 0, test: index % 2 },
        })),
        differences: [],
        remedy: 'Keep the one that most files import and delete the others.',
        rank: 0.6,
        service: 'web',
      }),
      finding({
        ruleId: 'duplicate-manager',
        category: 'duplicate-manager',
        severity: 'warning',
        concept: '購物車 `@shop-team` | <img src=x> [x](javascript:1)',
        message: 'A hostile name \u001b[31mred\u001b[0m @octocat #12 </details> | `code`\nin two lines',
        fingerprint: 'c1b2c3d4e5f60718',
        location: at('web/src/odd [name] (1)#?.ts', 1),
        related: [{ location: at('web/src/`tick`|bar.ts', 2), message: '@octocat says **hi**', role: 'copy', symbol: '`x`' }],
        differences: ['fields: only the first has "|" and <b>'],
        remedy: '# Rename it, see #7',
        rank: 0.5,
        service: '',
      }),
      finding({
        ruleId: 'duplicate-type', category: 'duplicate-type', severity: 'info', concept: 'Money', message: 'Money is declared twice with the same 3 fields.',
        fingerprint: 'd1b2c3d4e5f60718', location: at('packages/shared/money.ts', 3), symbol: 'Money', ownerReason: 'it is in a library', rank: 0.2, service: 'shared',
        related: [{ location: at('web/src/money.ts', 3), message: '3 fields', role: 'copy', symbol: 'Money' }], remedy: 'Import it from shared.',
      }),
      finding({
        ruleId: 'duplicate-type', category: 'duplicate-type', severity: 'error', concept: 'Address', message: 'Address differs.', fingerprint: 'e1b2c3d4e5f60718',
        location: at('web/src/address.ts', 3), suppression: { kind: 'inSource', justification: 'the old checkout goes in May', location: at('web/src/address.ts', 2) },
      }),
      finding({
        ruleId: 'duplicate-type', category: 'duplicate-type', severity: 'error', concept: 'Order', message: 'Order differs.', fingerprint: 'f1b2c3d4e5f60718',
        location: at('web/src/order.ts', 3), suppression: { kind: 'external', justification: 'known from the baseline' },
      }),
    ],
    problems: [
      { kind: 'parse-error', message: "Expected ')'.", location: at('services/api/broken.py', 7) },
      { kind: 'parse-error', message: 'Unexpected indent.', location: at('services/api/broken.py', 9) },
      { kind: 'skipped-file', message: 'Not analysed: larger than 2 MB.', location: at('web/public/catalogue.json', 1) },
    ],
    imports: { 'web/src/money.ts': ['packages/shared/money.ts'] },
  };
}

export function at(path: string, line: number): Finding['location'] {
  return { path, range: { start: { line, column: 1 }, end: { line: line + 2, column: 2 } } };
}

export function finding(parts: Partial<Finding> & Pick<Finding, 'ruleId' | 'category' | 'severity' | 'concept' | 'message' | 'fingerprint' | 'location'>): Finding {
  return { key: parts.concept, related: [], differences: [], remedy: 'Declare it once.', rank: 0.5, ...parts };
}

function rule(id: string, category: RuleMeta['category'], severity: RuleMeta['severity'], title: string): RuleMeta {
  return {
    id, category, severity, title, description: `${title}.`, rationale: 'Copies drift apart.', remedy: 'Declare it once and import it.', tags: ['shop'], since: '0.1.0', status: 'stable',
  };
}
