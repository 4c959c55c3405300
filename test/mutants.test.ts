import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linkCommand } from '../src/commands/link.js';
import type { Cluster, LinkResult } from '../src/model/link-result.js';

interface Mutant {
  id: string;
  project: string;
  fails: string;
}

interface Bench {
  allCases(): Mutant[];
  layOut(mutant: Mutant, folder: string): Promise<{ origins: string[] }>;
  runSuites(project: string, folder: string, reports: string, format: 'json' | 'junit'): Promise<{ paths: string[]; failed: string[] }>;
}

const bench = (name: string): Promise<unknown> => import(new URL(`../bench/mutants/${name}.mjs`, import.meta.url).href);
const { allCases, layOut, runSuites } = { ...(await bench('make-mutants') as object), ...(await bench('run-suites') as object) } as Bench;
const workplace = mkdtempSync(join(tmpdir(), 'mutants-'));
afterAll(() => rmSync(workplace, { recursive: true, force: true }));

/** A laid-out mutant whose real suites ran: the cluster of the test that had to fail, and the commits that brought the mutation. */
async function linked(id: string, format: 'json' | 'junit'): Promise<{ cluster: Cluster; result: LinkResult; origins: string[] }> {
  const mutant = allCases().find((entry) => entry.id === id)!;
  const tree = join(workplace, id, 'tree');
  const { origins } = await layOut(mutant, tree);
  const { paths, failed } = await runSuites(mutant.project, tree, join(workplace, id, 'reports'), format);
  expect(failed.join('\n')).toContain(mutant.fails);
  const output = join(workplace, id, 'link.json');
  await linkCommand(paths, { root: tree, output, cache: false, threads: 1, quiet: true });
  const result = JSON.parse(readFileSync(output, 'utf8')) as LinkResult;
  const cluster = result.clusters.find(({ tests }) => tests.some((test) => [test.id, test.title, test.file].some((text) => text?.includes(mutant.fails))));
  return { cluster: cluster!, result, origins };
}

function commitOf({ whys }: Cluster): string[] {
  return whys.filter(({ level }) => level === 'origin').flatMap(({ evidence }) => evidence.flatMap(({ references }) => references.flatMap((reference) => ('commit' in reference ? [reference.commit.sha] : []))));
}

describe('a failure that a second statement causes', () => {
  it.each([
    ['library-desk/shelf-marks', 'json', 'conflicting-constant', 'SHELF_OF_SUBJECT'],
    ['library-desk/card-levels', 'junit', 'diverging-enum', 'CardLevel'],
    ['library-desk/shelf-mark-field', 'junit', 'event-payload-drift', 'copy_ready'],
    ['library-desk/overdue-fee-renamed', 'json', 'unresolved-import', 'desk.fees.overdue_fee.overdue_fee'],
    ['shop/basket-line', 'json', 'diverging-type', 'BasketLine'],
    ['shop/session-default', 'junit', 'conflicting-default', 'SHOP_SESSION_MINUTES'],
  ] as const)('%s is explained by it, down to the commit', async (id, format, ruleId, concept) => {
    const { cluster, origins } = await linked(id, format);
    expect(cluster.links[0]?.finding).toMatchObject({ ruleId, concept });
    expect(cluster.whys.map(({ level }) => level)).toEqual(['symptom', 'mechanism', 'condition', 'origin', 'guard']);
    const [commit] = commitOf(cluster);
    expect(origins.some((origin) => origin.startsWith(commit!))).toBe(true);
  });
});

describe('a failure of another cause', () => {
  it('a plain mistake is explained by no violation, though the shop is full of them', async () => {
    const { cluster, result } = await linked('shop/percent-as-rest', 'json');
    expect(cluster.verdict).toMatch(/^No static violation explains this failure/);
    expect(result.clusters.flatMap(({ links }) => links)).toEqual([]);
  });

  it('a tool that is not there is no violation either', async () => {
    const { cluster, result } = await linked('library-desk/no-interpreter', 'junit');
    expect(cluster.verdict).toMatch(/no static violation explains this failure|environment or infrastructure/i);
    expect(result.clusters.flatMap(({ links }) => links)).toEqual([]);
  });
});
