import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareWithBaseline, compareWithCommit, inForce, type ComparedTree } from '../../src/compare.js';
import { configSchema } from '../../src/config/schema.js';
import { openGitSource } from '../../src/discover/git-source.js';
import { resolveBase } from '../../src/discover/resolve-base.js';
import { baselineText, entryOf, parseBaseline, type Baseline } from '../../src/gate/baseline.js';
import { knownFindingOf } from '../../src/gate/known-finding.js';
import type { Finding, ScanResult } from '../../src/model/result.js';
import { rulesetHashOf, scan } from '../../src/scan.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

/** A manager with enough of a body to be one. */
export function manager(name: string, extra = ''): string {
  return `export class ${name} {
  private readonly orders = new Map<string, string[]>();
  place(customer: string, sku: string): void {
    const basket = this.orders.get(customer) ?? [];
    basket.push(sku);
    this.orders.set(customer, basket);
  }
  cancel(customer: string): void {
    this.orders.delete(customer);
  }
  count(customer: string): number {
    return this.orders.get(customer)?.length ?? 0;
  }
${extra}}
`;
}

/** A small shop in one service, with violations of long ago: two baskets, two addresses of the catalogue. */
export const SHOP: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shop", "private": true }\n',
  'src/orders/order-manager.ts': manager('OrderManager'),
  'src/main.ts': `import { OrderManager } from './orders/order-manager.js';
import { BasketManager } from './basket/basket-manager.js';
import { vatOf } from './tax/vat.js';
import { catalogUrl } from './catalog/client.js';
const orders = new OrderManager();
const baskets = new BasketManager();
orders.place('ada', vatOf(100) + catalogUrl());
baskets.place('ada', 'tea');
`,
  'src/basket/basket-manager.ts': manager('BasketManager', '  empty(): void {\n    this.orders.clear();\n  }\n'),
  'src/legacy/basket-manager.ts': manager('BasketManager', '  drop(): void {\n    this.orders.clear();\n  }\n'),
  'src/legacy/old-checkout.ts': `import { BasketManager } from './basket-manager.js';\nexport const baskets = new BasketManager();\n`,
  'src/tax/vat.ts': `export function vatOf(cents: number): string {\n  return String(Math.round(cents * 0.2));\n}\n`,
  'src/catalog/client.ts': `export function catalogUrl(): string {\n  return process.env.CATALOG_URL ?? 'http://catalog:8080';\n}\n`,
  'src/catalog/search.ts': `export function searchUrl(): string {\n  return (process.env.CATALOG_URL ?? 'http://localhost:9090') + '/search';\n}\n`,
};

export interface Shop {
  root: string;
  write(files: Readonly<Record<string, string | undefined>>): void;
  commit(message: string): string;
  git(...args: string[]): string;
  /** Audits the tree at hand against a ref. */
  against(ref: string, options?: { staged?: boolean; exact?: boolean; only?: string[] }): Promise<ComparedTree>;
  scan(options?: { only?: string[] }): Promise<ScanResult>;
  baseline(): Promise<Baseline>;
  againstBaseline(baseline: Baseline, options?: { today?: string; stale?: 'warn' | 'error' }): Promise<ScanResult>;
}

/** A git repository of its own, with the shop committed on `main`. */
export function shopRepository(files: Readonly<Record<string, string>> = SHOP, settings: unknown = {}): Shop {
  const root = temporaryTree({});
  const config = configSchema.parse(settings);
  const cacheDir = join(temporaryTree({}), 'cache');
  const options = { root, config: { ...config, plugins: [] }, threads: 1, cacheDir, today: '2026-03-01' };
  const shop: Shop = {
    root,
    write(changed) {
      for (const [path, text] of Object.entries(changed)) {
        if (text === undefined) {
          rmSync(join(root, path));
          continue;
        }
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
    commit(message) {
      git(root, 'add', '-A');
      git(root, 'commit', '-qm', message);
      return git(root, 'rev-parse', 'HEAD').trim();
    },
    git: (...args) => git(root, ...args),
    against(ref, { staged = false, exact = false, only } = {}) {
      const source = staged ? openGitSource(root, 'staged') : undefined;
      return compareWithCommit({ ...options, ...(source === undefined ? {} : { source }), ...(only === undefined ? {} : { only }) }, resolveBase(root, ref, exact ? 'exact' : 'merge-base'), config.gate);
    },
    scan: (more = {}) => scan({ ...options, ...more }),
    async baseline() {
      const result = await scan(options);
      const text = baselineText({ version: 1, tool: 'ssot-audit', rulesetHash: result.rulesetHash, entries: inForce(result).map((finding) => entryOf(knownFindingOf(finding))) });
      return parseBaseline(text, '.ssot-baseline.json');
    },
    async againstBaseline(baseline, { today = '2026-03-01', stale = 'warn' } = {}) {
      return compareWithBaseline(await scan(options), baseline, { name: '.ssot-baseline.json', rulesetHash: rulesetHashOf(config as never), today, policy: config.gate, stale });
    },
  };
  git(root, 'init', '-q', '-b', 'main');
  shop.write(files);
  shop.commit('the shop');
  return shop;
}

/** Findings that are new or worse, as `rule concept kind`. */
export function worse({ findings }: ScanResult): string[] {
  return findings.filter(isWorse).map(({ ruleId, concept, change }) => `${ruleId} ${concept} ${change!.kind}${change!.blocks ? ' blocks' : ''}`).sort();
}

export function isWorse({ change }: Finding): boolean {
  return change !== undefined && change.kind !== 'unchanged' && change.kind !== 'moved';
}

/** Runs the built command line as a user would. */
export function ssotAudit(cli: string, cwd: string, ...args: string[]): { code: number; stdout: string; stderr: string } {
  try {
    const stdout = execFileSync(process.execPath, [cli, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, stdout, stderr };
  }
}
