/** Words that the reporters of `link` share. */
import type { Evidence, LinkResult, Reference, Why } from '../model/link-result.js';
import type { Counts } from '../model/test-run.js';

const LEVELS: Readonly<Record<Why['level'], string>> = { symptom: 'symptom', mechanism: 'mechanism', condition: 'condition', origin: 'origin', guard: 'missing guard' };

export function levelName(level: Why['level']): string {
  return LEVELS[level];
}

/** `src/cart.ts:12`, `junit.xml (record)`, `1f2e3d4c5b "subject"`. */
export function referenceText(reference: Reference): string {
  if ('code' in reference) return `${reference.code.path}:${reference.code.range.start.line}`;
  if ('commit' in reference) return `commit ${reference.commit.sha.slice(0, 10)}`;
  const { path, record } = reference.report;
  const line = /^line:(\d+)$/.exec(record)?.[1];
  return line === undefined ? `${path} (${record})` : `${path}:${line}`;
}

/** Each place once, in order. */
export function referencesOf(evidence: readonly Evidence[], most = 6): Reference[] {
  const seen = new Map<string, Reference>();
  for (const { references } of evidence) for (const reference of references) if (!seen.has(referenceText(reference))) seen.set(referenceText(reference), reference);
  return [...seen.values()].slice(0, most);
}

/** `declared 18 tests, 2 failed; read 18, 2 failed`. */
export function countsText(declared: Counts, parsed: Counts): string {
  const text = (counts: Counts): string => {
    const parts = [['tests', counts.tests ?? counts.collected], ['passed', counts.passed], ['failed', counts.failed], ['errored', counts.errored], ['skipped', counts.skipped]] as const;
    return parts.filter(([, count]) => count !== undefined && count > 0).map(([name, count]) => `${count} ${name}`).join(', ');
  };
  const said = text(declared);
  return `${said === '' ? 'declares no counts' : `declares ${said}`}; read ${text(parsed) || 'no test'}`;
}

export function summaryText({ clusters, unlinked, sources, stated }: LinkResult): string {
  const failures = clusters.reduce((sum, { tests }) => sum + tests.length, 0);
  const linked = clusters.length - unlinked.length;
  if (clusters.length === 0) return `No failure in ${count(sources.length, 'report')}.`;
  return `${count(failures, 'failure')}${stated.length > 0 ? ` (${stated.length} only stated)` : ''} in ${count(clusters.length, 'cluster')}, from ${count(sources.length, 'report')}; ${linked === 0 ? 'none is explained by a violation' : `${linked} explained by a violation`}, ${unlinked.length} not.`;
}

/** Said once, above all else: what every path below is relative to. Sentences and places share one way of naming files. */
export function rootText({ root }: LinkResult, given: string | undefined): string {
  const shown = given === undefined || given === '' ? root : given;
  return `Paths are relative to ${shown === '' ? 'the audited folder' : shown}.`;
}

export function count(number: number, singular: string): string {
  return `${number} ${singular}${number === 1 ? '' : 's'}`;
}
