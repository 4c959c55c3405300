import { defineRule, z, type AuditedFile, type FactIndex, type FindingDraft, type Indexed, type IndexedFact, type ModuleFact, type Site } from '../src/index.js';
import { nameOfOriginal } from './support/backup-names.js';

const MOST_SITES = 20;

export default defineRule({
  meta: {
    id: 'backup-copy',
    category: 'incomplete-migration',
    title: 'Backup copies kept in the tree',
    description: 'Reports backup, old and original copies of files beside the living ones (`cart.py.bak`, `cart_old.ts`, `backups/`), one finding per service or backup folder, with what they still hold that the living file does not.',
    rationale: 'Version control keeps every old state. A copy in the tree is found by search, edited by mistake, sometimes compiled or imported, and it drifts.',
    remedy: 'Delete the copies; version control has them. Move over first what only a copy has and is still needed.',
    severity: 'warning',
    tags: ['migration', 'dead-code'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    const families = new Map<string, AuditedFile[]>();
    for (const file of facts.files) {
      // What the product imports is a part that is called so: `two-factor-backup.tsx` beside `two-factor.tsx`.
      if (file.role !== 'backup' || facts.imports.importersOfModule(file.path).some((site) => site.file.role === 'production')) continue;
      const key = familyOf(facts, file);
      families.set(key, [...(families.get(key) ?? []), file]);
    }
    for (const [key, files] of families) yield findingFor(facts, key, files);
  },
});

/** Copies that one decision removes: those in a backup folder, else those of a service. */
function familyOf(facts: FactIndex, file: AuditedFile): string {
  const folder = /^(.*?(?:^|\/)\.?_?(?:[\w-]*[-_])?(?:backups?|bak|old)(?:[-_.][\w-]*)?)\//i.exec(file.path)?.[1];
  if (folder !== undefined && !facts.files.some((other) => other.role === 'production' && other.path.startsWith(`${folder}/`))) return `${folder}/`;
  return file.service.name;
}

/** By the living file that it is a copy of; without one by the files beside it. */
function isProductionSide(facts: FactIndex, file: AuditedFile): boolean {
  const original = originalOf(facts, file);
  if (original) return original.role === 'production';
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const beside = facts.files.filter(({ path, role }) => role !== 'backup' && path.startsWith(folder) && !path.slice(folder.length).includes('/'));
  return beside.length === 0 ? !/(?:^|\/)(?:tests?|e2e|__tests__|scripts?)\//.test(folder) : beside.some(({ role }) => role === 'production');
}

function findingFor(facts: FactIndex, key: string, files: readonly AuditedFile[]): FindingDraft {
  const isFolder = key.endsWith('/');
  const copies = files.map((file) => ({ file, inProduction: !isFolder && isProductionSide(facts, file), ...compared(facts, file) }))
    .sort((a, b) => Number(b.inProduction) - Number(a.inProduction) || Number(b.difference !== undefined) - Number(a.difference !== undefined) || b.file.lineCount - a.file.lineCount);
  const inProduction = copies.filter((copy) => copy.inProduction).length;
  const differing = copies.filter(({ difference }) => difference !== undefined);
  const where = key === '' ? 'the tree' : key;
  const among = isFolder || inProduction === files.length ? '' : inProduction === 0 ? ', among tests and scripts' : `, ${inProduction} of them among production code`;
  const siteOf = ({ file, message }: (typeof copies)[number]): Site => ({ fact: mainFact(facts, file), role: 'copy', symbol: file.path.slice(file.path.lastIndexOf('/') + 1), message });
  return {
    key: key === '' ? '(root)' : key,
    concept: files.length === 1 ? files[0]!.path : `${files.length} backup copies in ${where}`,
    message: `${files.length === 1 ? 'A backup copy is' : `${files.length} backup copies are`} kept in ${where}${among}: ${copies.slice(0, 3).map(({ file }) => file.path).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}.${
      differing.length > 0 ? ` ${differing.length === 1 ? 'One differs' : `${differing.length} differ`} from the living file.` : ''}`,
    sites: copies.slice(0, MOST_SITES).map(siteOf),
    unlisted: copies.slice(MOST_SITES).map(siteOf),
    differences: differing.slice(0, 5).map(({ difference }) => difference!),
    rank: inProduction > 0 ? Math.min(0.6, 0.3 + 0.02 * inProduction + (differing.some((copy) => copy.inProduction) ? 0.1 : 0)) : 0.1,
    severity: inProduction > 0 ? 'warning' : 'info',
  };
}

/** What a copy is beside the living file, by the bodies of its functions. */
function compared(facts: FactIndex, file: AuditedFile): { message: string; difference?: string } {
  const original = originalOf(facts, file);
  if (!original) return { message: 'the file that it is a copy of is not beside it' };
  if (original.hash !== '' && original.hash === file.hash) return { message: `equal to ${original.path}` };
  const here = bodiesOf(facts, file.path);
  const there = bodiesOf(facts, original.path);
  if (here.size === 0) return { message: `copy of ${original.path}` };
  const gone = [...here.keys()].filter((name) => !there.has(name));
  const changed = [...here].filter(([name, hash]) => there.has(name) && there.get(name) !== hash).map(([name]) => name);
  if (gone.length + changed.length === 0) return { message: `older state of ${original.path}, nothing of its own` };
  const parts = [gone.length > 0 ? `${gone.length} functions that are gone (${sample(gone)})` : '', changed.length > 0 ? `${changed.length} that have changed (${sample(changed)})` : ''];
  const text = parts.filter((part) => part !== '').join(', ').replace(/\b1 functions that are/, '1 function that is').replace(/\b1 that have/, '1 that has');
  return { message: `copy of ${original.path}: ${text}`, difference: `${file.path} has ${text}` };
}

function originalOf(facts: FactIndex, file: AuditedFile): AuditedFile | undefined {
  const original = nameOfOriginal(file.path);
  const found = original === undefined ? undefined : facts.file(original);
  return found?.role === 'backup' ? undefined : found;
}

function bodiesOf(facts: FactIndex, path: string): Map<string, string> {
  return new Map(facts.inFile(path, 'function').map((fact) => [[...fact.scope, fact.name].join('.'), fact.bodyHash]));
}

/** What the file is about: its largest class or function at module level; a file that no language reads counts as a whole. */
function mainFact(facts: FactIndex, file: AuditedFile): IndexedFact {
  const candidates = [...facts.inFile(file.path, 'class'), ...facts.inFile(file.path, 'function')].filter(({ scope }) => scope.length === 0);
  const extent = ({ span }: IndexedFact): number => span[2] - span[0];
  const largest = candidates.reduce<IndexedFact | undefined>((best, fact) => (best && extent(best) >= extent(fact) ? best : fact), undefined);
  return largest ?? facts.inFile(file.path, 'module')[0] ?? wholeFile(file);
}

function wholeFile(file: AuditedFile): Indexed<ModuleFact> {
  return { kind: 'module', name: '', scope: [], exported: false, span: [1, 1, 1, 1], bindings: [], dynamic: true, generated: false, script: false, file, canonicalName: '' };
}

function sample(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} ...` : names.join(', ');
}
