import { append, defineRule, folderPrefixOf, z, type FactIndex, type FindingDraft, type Severity, type Site } from '../src/index.js';
import { deprecatedThings, type DeprecatedThing, type Replacement } from './support/deprecations.js';

const MOST_DECLARATIONS = 6;
const MOST_SITES = 12;
const MOST_CANDIDATES = 20;

export default defineRule({
  meta: {
    id: 'deprecated-still-used',
    category: 'incomplete-migration',
    title: 'Deprecated and still imported',
    description: 'Reports modules, classes and functions that say they are deprecated and still have production importers, one finding per migration, with the importers of the replacement; and those that nothing imports any more.',
    rationale: 'A migration that stops half way leaves two ways to one thing: fixes go into one of them, and each new file picks by chance.',
    remedy: 'Move the importers that are left to the replacement, then delete what is deprecated.',
    severity: 'warning',
    tags: ['migration', 'imports'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({
    /** Report, as info, what nothing imports any more. */
    unused: z.boolean().default(true).describe('Report, as info, what is deprecated and nothing in production code imports any more.'),
  }),
  *check({ facts, options }) {
    const migrations = new Map<string, DeprecatedThing[]>();
    const unused = new Map<string, DeprecatedThing[]>();
    for (const thing of deprecatedThings(facts)) {
      if (thing.importers.length === 0) append(unused, thing.fact.file.path, thing);
      else append(migrations, thing.replacement?.path ?? `${thing.fact.file.path}\0${thing.title}`, thing);
    }
    for (const things of migrations.values()) yield migration(facts, things);
    if (options.unused) for (const [path, things] of unused) yield deleteCandidates(path, things);
  },
});

/** Everything that one module is to replace. */
function migration(facts: FactIndex, things: readonly DeprecatedThing[]): FindingDraft {
  const sorted = [...things].sort((a, b) => fileCount(b) - fileCount(a) || (a.title < b.title ? -1 : 1));
  const main = sorted[0]!;
  const files = new Set(things.flatMap(({ importers }) => importers.map(({ file }) => file.path)));
  const tests = Math.max(...things.map(({ testFiles }) => testFiles));
  const replacement = main.replacement;
  const instead = replacement ? titleOf(replacement) : main.newPath === undefined ? main.fact.replacement : `${main.title} from ${main.newPath}`;
  const circular = things.some((thing) => thing.replacement && thing.importers.some(({ file }) => file.path === thing.replacement!.path));
  const importing = importerSites(facts, sorted, replacement?.path);
  const declared = sorted.slice(0, MOST_DECLARATIONS).map(declarationSite);
  const replacing = replacement ? replacement.lines.slice(0, 3).map((line) => replacementSite(replacement, line)) : [];
  const room = MOST_SITES - declared.length - replacing.length;
  return {
    key: sorted.map(({ title }) => title).sort().join(', '),
    concept: main.title,
    message: [
      `${list(sorted.map((thing) => `${thing.title} (${count(fileCount(thing), 'production importer')}${thing.testFiles > 0 ? `, ${count(thing.testFiles, 'other')}` : ''})`))} ${things.length === 1 ? 'is' : 'are'} deprecated and still in use`,
      instead === undefined ? '.' : `; ${replacement ? progress(replacement.importers.production) : 'the notice names'} ${instead} instead.`,
      circular ? ' The replacement itself imports what it replaces.' : '',
    ].join(''),
    sites: [...declared, ...replacing, ...importing.slice(0, room)],
    unlisted: [...sorted.slice(MOST_DECLARATIONS).map(declarationSite), ...importing.slice(room)],
    ...(instead === undefined ? {} : { remedy: `Import ${instead} in the ${files.size === 1 ? 'file that is' : `${files.size} files that are`} left, then ${main.newPath === undefined ? `delete ${list(sorted.map(({ title }) => title))}` : 'take it out of the other paths'}.` }),
    rank: Math.min(1, 0.3 + 0.02 * Math.min(20, files.size) + (circular ? 0.2 : 0) + (replacement && replacement.importers.production > 0 ? 0.1 : 0) + (tests > 0 ? 0.02 : 0)),
    severity: severityOf(things),
  };
}

/** A type that is to be renamed does no harm at run time; what has no replacement yet and is used next door only is no migration. */
function severityOf(things: readonly DeprecatedThing[]): Severity {
  if (things.every(({ fact }) => fact.target === 'type' && fact.file.language === 'typescript')) return 'info';
  const reachesOut = things.some(({ fact, importers }) => {
    const paths = [...new Set(importers.map(({ file }) => file.path))];
    const isNear = (path: string): boolean => path.startsWith(parentFolder(fact.file.path));
    // In a service of few folders all is near: there many users are a migration, too.
    return paths.filter((path) => !isNear(path)).length > 2 || paths.filter((path) => !path.startsWith(folderPrefixOf(fact.file.path))).length >= MANY;
  });
  return things.some(({ replacement }) => replacement !== undefined) || reachesOut ? 'warning' : 'info';
}

const MANY = 5;

/** The folder around the file's own folder. */
function parentFolder(path: string): string {
  return `${path.split('/').slice(0, -2).join('/')}/`;
}

function deleteCandidates(path: string, things: readonly DeprecatedThing[]): FindingDraft {
  const titles = things.map(({ title }) => title);
  const one = things.length === 1;
  const tests = Math.max(...things.map(({ testFiles }) => testFiles));
  return {
    key: titles[0] === path ? path : `${path}: ${titles.join(', ')}`,
    concept: things.length > 3 ? `${things.length} deprecated names of ${path}` : titles.join(', '),
    message: `${list(titles)} ${one ? 'is' : 'are'} deprecated, and no production file imports ${one ? 'it' : 'them'}${tests > 0 ? `; tests keep ${one ? 'it' : 'them'} alive` : ''}.`,
    sites: things.slice(0, MOST_CANDIDATES).map(declarationSite),
    unlisted: things.slice(MOST_CANDIDATES).map(declarationSite),
    remedy: `Delete ${one ? 'it' : 'them'}${tests > 0 ? ' with the tests that are about nothing else' : ''}.`,
    rank: 0.1,
    severity: 'info',
  };
}

function declarationSite(thing: DeprecatedThing): Site {
  const { fact, title, testFiles } = thing;
  return { fact, role: 'declaration', symbol: title, message: fact.marker, importers: { production: fileCount(thing), test: testFiles } };
}

function replacementSite(replacement: Replacement, line: number): Site {
  return { fact: replacement.module, line, role: 'target', symbol: replacement.name ?? replacement.path, message: 'the replacement', importers: replacement.importers };
}

/** One site per file; of the replacement all, for each of them ties the new to the old. Then those on which most depend: with them the old spreads. */
function importerSites(facts: FactIndex, things: readonly DeprecatedThing[], replacement: string | undefined): Site[] {
  const seen = new Set<string>();
  const sites: Site[] = [];
  const dependents = new Map(things.flatMap(({ importers }) => importers.map(({ file: { path } }) => [path, facts.imports.importerCountOfModule(path).production] as const)));
  const all = things.flatMap(({ importers }) => importers)
    .sort((a, b) => Number(b.file.path === replacement) - Number(a.file.path === replacement) || dependents.get(b.file.path)! - dependents.get(a.file.path)!);
  for (const { file, fact } of all) {
    const key = file.path === replacement ? `${file.path}:${fact.span[0]}` : file.path;
    if (seen.has(key)) continue;
    seen.add(key);
    const names = fact.names.map(({ imported }) => imported).filter((name) => name !== '');
    const what = names.length > 0 ? list(names) : 'it';
    sites.push({ fact, role: 'importer', symbol: fact.scope.join('.') || fact.name, message: fact.reExport ? `hands on ${what}` : `imports ${what}` });
  }
  return sites;
}

function progress(importers: number): string {
  return importers === 0 ? 'no production file imports' : `${count(importers, 'production file')} ${importers === 1 ? 'imports' : 'import'}`;
}

function titleOf({ name, path }: Replacement): string {
  return name === undefined ? path : `${name} of ${path}`;
}

function fileCount({ importers }: DeprecatedThing): number {
  return new Set(importers.map(({ file }) => file.path)).size;
}

function list(texts: readonly string[]): string {
  if (texts.length > 4) return `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;
  return texts.length > 1 ? `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]!}` : texts[0]!;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
