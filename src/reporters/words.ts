/** Words that several reporters use for the same thing. */
import type { Finding, Related, ScanResult, SiteRole } from '../model/result.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';

/** `12 importers`, `1 importer, 3 in tests`, `no importers`; empty when nobody counted. */
export function importersText(importers: Finding['importers']): string {
  if (!importers) return '';
  const { production, test } = importers;
  if (production === 0 && test === 0) return 'no importers';
  if (production === 0) return `no importers, ${test} in tests`;
  return `${plural(production, 'importer')}${test > 0 ? `, ${test} in tests` : ''}`;
}

/** The other places of a finding under what each group is called, in order of first appearance. */
export function groupByLabel(related: readonly Related[]): [label: string, sites: Related[]][] {
  const groups = new Map<string, Related[]>();
  for (const site of related) {
    const label = OTHERS[site.role];
    const group = groups.get(label);
    if (group) group.push(site);
    else groups.set(label, [site]);
  }
  return [...groups];
}

const OTHERS: Readonly<Record<SiteRole, string>> = {
  owner: 'also', copy: 'copies', reader: 'readers', writer: 'writers', producer: 'producers', consumer: 'consumers', contract: 'contracts',
  importer: 'importers', declaration: 'also', target: 'target',
};

/** Whether a finding speaks of copies, so that "the copies are equal" says something. */
export function isAboutCopies({ category, related }: Finding): boolean {
  return category.startsWith('duplicate-') && related.length > 0 && related.every(({ role }) => role === 'copy');
}

/** The service as shown: the root service has no name. */
export function serviceName(name: string, root: string): string {
  return name === '' ? `${root || '.'} (rest)` : name;
}

/** The command that explains a finding, where it can be run as the audit was: `ssot-audit explain 3fa9c1ab web`. */
export function explainCommandFor({ fingerprint }: Pick<Finding, 'fingerprint'>, audited: readonly string[] = []): string {
  return ['ssot-audit explain', fingerprint.slice(0, 8), ...auditedWords(audited)].join(' ');
}

/** Paths as words of a shell; none for the current folder. */
export function auditedWords(audited: readonly string[]): string[] {
  return audited.filter((path) => !/^(?:\.\/?)+$/.test(path)).map((path) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", `'\\''`)}'`));
}

/** Text of a rule with the prefix before every path of an audited file, so that it names files as the places beside it do. */
export function withPathPrefix(text: string, { files }: Pick<ScanResult, 'files'>, prefix = ''): string {
  if (prefix === '') return text;
  const paths = pathsOf(files);
  return text.replace(/[\w@.+~-]+(?:\/[\w@.+~-]+)*/g, (word) => (paths.has(word) || paths.has(word.replace(/\.+$/, '')) ? prefix + word : word));
}

const known = new WeakMap<ScanResult['files'], ReadonlySet<string>>();

function pathsOf(files: ScanResult['files']): ReadonlySet<string> {
  let paths = known.get(files);
  if (!paths) known.set(files, (paths = new Set(files.map(({ path }) => path))));
  return paths;
}
