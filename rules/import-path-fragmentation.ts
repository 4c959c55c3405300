import { defineRule, z, type FactIndex, type FindingDraft, type Severity, type Site } from '../src/index.js';
import { deadPaths, type DeadPaths } from './support/dead-paths.js';
import { enumerate } from './support/environment.js';
import { importCount, reachedDefinitions, waysAmong, type ImportPath, type Reached } from './support/import-paths.js';
import { definitionsByName, namesByPath, type Giver, type NameByPath } from './support/names-by-path.js';
import { passedOn, type PassedOn } from './support/passed-on.js';

const MOST_DEFINITIONS = 3;
const MOST_PATHS = 14;
const MOST_NAMESAKES = 4;

export default defineRule({
  meta: {
    id: 'import-path-fragmentation',
    category: 'import-path-fragmentation',
    title: 'One definition imported through several modules',
    description: 'Reports a definition that importers reach through several modules, by re-exports, aliases and wrappers that add nothing, beside its own module and the public face of its package. As information also paths that no production file takes, and names that mean something else by another path.',
    rationale: 'Nobody can tell which path is the one to use; a change of one path, or a patch of one path in a test, misses those who came by another, and the old paths never get deleted.',
    remedy: 'Import it from one path everywhere, then delete the re-exports that no package publishes.',
    severity: 'warning',
    tags: ['imports', 'migration'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({
    /** Names that may be imported through several modules. */
    ignore: z.array(z.string()).default([]).describe('Names that may be imported through several modules.'),
  }),
  *check({ facts, options }) {
    const ignored = new Set(options.ignore);
    const all = reachedDefinitions(facts).filter(({ names }) => ![...names.keys()].some((name) => ignored.has(name)));
    const byName = definitionsByName(all);
    const passed = passedOn(facts, all, byName).filter(({ whole }) => isFragmented(facts, whole));
    const parts = new Set(passed.flatMap(({ owner, wrappers }) => [owner, ...wrappers]));
    const told = new Set<string>();
    const warned = new Set<Reached>();
    for (const group of byModule(all.filter((entry) => isFragmented(facts, entry)))) {
      const finding = findingFor(facts, group, byName);
      // Part of a longer chain, which is told as one.
      if (finding.severity === 'info' && group.every((entry) => parts.has(entry))) continue;
      for (const { path, paths } of group) for (const other of paths.keys()) told.add(`${path}\0${other}`);
      if (finding.severity === 'warning') for (const entry of group) warned.add(entry);
      yield finding;
    }
    for (const chain of passed) yield chainFinding(facts, chain);
    for (const name of namesByPath(facts, byName, (entries) => entries.some((entry) => warned.has(entry)))) yield nameFinding(facts, name);
    for (const group of deadPaths(facts, all)) {
      const paths = group.paths.filter(({ path }) => !told.has(`${group.entries[0]!.path}\0${path}`));
      if (paths.length > 0) yield deadFinding(facts, { ...group, paths });
    }
  },
});

/** Two or more ways that production importers use, one of them by a detour. */
function isFragmented(facts: FactIndex, entry: Reached): boolean {
  const paths = [...entry.paths.values()];
  const detours = paths.filter(({ kind }) => kind === 'detour');
  if (!detours.some(isUsed) || detours.every((detour) => strays(facts, entry, detour) === 0)) return false;
  return waysAmong(paths, entry.chained).filter((way) => way.some(isUsed)).length > 1;
}

function isUsed({ importers }: ImportPath): boolean {
  return importers.production.size > 0;
}

/**
 * A layer can have its own way to something below it: `app/components/text` for `shared/text`, used by all of `app` and by `app` only. How many
 * importers depart from that, as a share of those that keep to it; infinite where the detour is no such way.
 */
function strays(facts: FactIndex, entry: Reached, detour: ImportPath): number {
  const others = [...entry.paths.values()].filter((path) => path !== detour).flatMap(({ importers }) => [...importers.production]);
  return Math.min(...layersOf(facts, entry, detour).map((inLayer) => {
    const departing = [...detour.importers.production].filter((path) => !inLayer(path)).length + others.filter(inLayer).length;
    return departing === 0 ? 0 : departing / detour.importers.production.size;
  }));
}

/** The layers that a detour may be the way of: its part of the service, and the folders around it, as long as the definition stands outside. None of two files. */
function layersOf(facts: FactIndex, entry: Reached, detour: ImportPath): ((path: string) => boolean)[] {
  const area = areaOf(facts, detour.path);
  const folders = detour.path.split('/').slice(0, -1).map((_, index, all) => `${all.slice(0, index + 1).join('/')}/`);
  const isLayer = (folder: string): boolean => !entry.path.startsWith(folder) && [...detour.importers.production].filter((path) => path.startsWith(folder)).length >= FEWEST_OF_LAYER;
  return [
    ...(areaOf(facts, entry.path) === area ? [] : [(path: string) => areaOf(facts, path) === area]),
    ...folders.filter(isLayer).map((folder) => (path: string) => path.startsWith(folder)),
  ];
}

const FEWEST_OF_LAYER = 3;

/** Service and first folder in it. */
function areaOf(facts: FactIndex, path: string): string {
  const file = facts.file(path);
  const root = file?.service.roots.find((folder) => folder === '' || path.startsWith(`${folder}/`)) ?? '';
  const rest = root === '' ? path : path.slice(root.length + 1);
  return `${file?.service.name ?? ''}/${rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : ''}`;
}

/** Definitions of one module that share a detour are one matter: the detour hands on the module. */
function byModule(entries: readonly Reached[]): Reached[][] {
  const groups: Reached[][] = [];
  for (const entry of entries) {
    const detours = detoursOf(entry);
    const known = groups.find(([first, ...rest]) => first!.path === entry.path && [first!, ...rest].some((other) => detoursOf(other).some((path) => detours.includes(path))));
    if (known) known.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function detoursOf(entry: Reached): string[] {
  return [...entry.paths.values()].filter(({ kind }) => kind === 'detour').map(({ path }) => path);
}

function findingFor(facts: FactIndex, group: readonly Reached[], byName: ReadonlyMap<string, readonly Reached[]>): FindingDraft {
  const entries = [...group].sort((a, b) => importCount(b) - importCount(a) || a.binding.line - b.binding.line);
  const main = entries[0]!;
  const concept = nameFor(main);
  const paths = joinPaths(entries);
  const keep = pathToKeep(facts, paths, concept);
  const names = [...new Set(entries.flatMap((entry) => [...entry.names.keys()].map((name) => (name === 'default' ? entry.name : name))))];
  const others = sameNamed(facts, entries, byName);
  const ways = waysAmong(paths, entries.flatMap(({ chained }) => chained)).map(asOne);
  const used = ways.filter(isUsed);
  const defined = new Set(entries.map(({ name }) => name));
  const service = facts.file(main.path)!.service.name;
  const severity = severityOf(facts, entries, paths, names.length > entries.length);
  return {
    key: service === '' ? concept : `${concept}@${service}`,
    concept,
    message: `${entries.length > 1 ? `${concept} and ${entries.length - 1} more of ${main.path}` : concept} is imported through ${used.length} paths${names.length > entries.length ? ` under ${names.length} names` : ''}: ${distribution(used)}.${others.length > 0 ? ` ${others.length === 1 ? 'Another module gives' : `${others.length} other modules give`} something else by that name.` : ''}`,
    sites: [
      ...entries.slice(0, MOST_DEFINITIONS).map((entry) => definitionSite(facts, entry)),
      ...paths.filter(({ kind }) => kind !== 'definition').slice(0, MOST_PATHS).flatMap((path) => pathSites(facts, path, defined)),
      ...aliasSites(facts, main),
      ...(severity === 'warning' ? others.filter(({ isNeighbour }) => isNeighbour) : others).map((other) => namesakeSite(facts, other)),
    ],
    unlisted: paths.filter((path) => path.kind === 'detour' && path !== keep).flatMap((path) => importerSites(facts, path)),
    ownerReason: `${keep.path === main.path ? 'defines it' : keep.kind === 'detour' ? 'the way most take' : 'public face of its package'}, ${keep.importers.production.size} of ${total(paths)} production importers`,
    differences: others.map(({ entry, name }) => `${name} of ${placeOf(entry, name).path} is ${entry.name === name ? 'a definition of its own' : `${entry.name} of ${entry.path}`}`),
    remedy: remedyFor(concept, keep, paths),
    rank: Math.min(1, 0.15 + 0.08 * (used.length - 1) + 0.04 * Math.max(0, names.length - entries.length) + 0.01 * Math.min(20, total(paths)) + (others.length > 0 ? 0.15 : 0)),
    severity,
  };
}

/** A chain of wrappers is a hint: what it passes on today may be meant to become another thing. */
function chainFinding(facts: FactIndex, { whole, wrappers }: PassedOn): FindingDraft {
  const plain = findingFor(facts, [whole], new Map());
  const paths = joinPaths([whole]);
  const used = waysAmong(paths, whole.chained).map(asOne).filter(isUsed);
  const names = wrappers.map((entry) => `${nameFor(entry)} of ${entry.path}`).sort();
  return {
    ...plain,
    key: `passed on: ${plain.key}`,
    message: `${whole.name} of ${whole.path} is also given by ${wrappers.length > 1 ? `${wrappers.length} other definitions` : 'another definition'} (${shortened(names)}), which pass${wrappers.length > 1 ? '' : 'es'} it on or make${wrappers.length > 1 ? '' : 's'} it anew; importers take ${used.length} paths: ${distribution(used)}.`,
    remedy: `Import it from ${pathToKeep(facts, paths, plain.concept).path} everywhere, then delete what only passes it on or makes it anew.`,
    severity: 'info',
  };
}

/** Two things by one name, each by paths of its own. */
function nameFinding(facts: FactIndex, { name, givers }: NameByPath): FindingDraft {
  const ranked = [...givers].sort((a, b) => b.path.importers.production.size - a.path.importers.production.size);
  const service = facts.file(ranked[0]!.entry.path)!.service.name;
  const entries = [...new Set(ranked.map(({ entry }) => entry))];
  return {
    key: `by path: ${service === '' ? name : `${name}@${service}`}`,
    concept: name,
    message: `${name} is ${entries.length > 2 ? `one of ${entries.length} things` : 'one thing or another'}, depending on the module that it is imported from: ${shortened(entries.map((entry) => `${entry.name} of ${entry.path}`))}.`,
    sites: [...entries.map((entry) => ranked.find((giver) => giver.entry === entry)!), ...ranked.filter((giver) => ranked.find(({ entry }) => entry === giver.entry) !== giver)].slice(0, MOST_PATHS).map((giver) => giverSite(facts, giver, name)),
    differences: entries.map((entry) => `${enumerate(givers.filter((giver) => giver.entry === entry).map(({ path }) => path.path).sort())}: ${entry.name} of ${entry.path}`),
    remedy: 'Give each its own name, and take out the alias or the re-export that lends it to the other.',
    rank: 0.2,
    severity: 'info',
  };
}

function giverSite(facts: FactIndex, { entry, path, line }: Giver, name: string): Site {
  return {
    fact: facts.inFile(path.path, 'module')[0]!, line, symbol: name, role: 'declaration',
    message: path.kind === 'definition' && entry.name === name ? 'defines it' : `gives ${entry.name} of ${entry.path}`,
    importers: { production: path.importers.production.size, test: path.importers.test.size },
  };
}

/** Ways that nobody goes any more, or tests alone. */
function deadFinding(facts: FactIndex, { dead, entries, paths }: DeadPaths): FindingDraft {
  const main = entries[0]!;
  const service = facts.file(main.path)!.service.name;
  const own = new Set(entries.map(({ name }) => name));
  const modules = shortened(paths.map(({ path }) => path));
  const tests = new Set(paths.flatMap(({ importers }) => [...importers.test])).size;
  const inTests = tests === 0 ? '' : `; ${tests} ${tests === 1 ? 'test does' : 'tests do'}`;
  const it = entries.length > 1 ? 'them' : 'it';
  return {
    key: `${dead === 'module' ? 'dead paths' : 'paths of tests'}: ${service === '' ? main.name : `${main.name}@${service}`}`,
    concept: main.name,
    message: `${entries.length > 1 ? `${main.name} and ${entries.length - 1} more` : main.name} of ${main.path} can also be imported through ${modules}, ${dead === 'module' ? 'which no production file imports' : `by which no production file takes ${it}`}${inTests}.`,
    sites: [...entries.slice(0, MOST_DEFINITIONS).map((entry) => definitionSite(facts, entry)), ...paths.slice(0, MOST_PATHS).flatMap((path) => pathSites(facts, path, own))],
    remedy: dead === 'module' ? `Delete ${modules}${tests > 0 ? ', after the tests import from where production does' : ''}.` : `Import ${it} in the tests from where production does, then take ${it} out of ${modules}.`,
    rank: 0.05,
    severity: 'info',
  };
}

/** The name by which most importers ask for it. */
function nameFor({ name: own, names }: Reached): string {
  return [...names].filter(([name]) => name !== 'default').sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? own;
}

/** A way as one path: that of its members which most take, with the importers of all. */
function asOne(way: readonly ImportPath[]): ImportPath {
  const importersIn = (role: 'production' | 'test'): Set<string> => new Set(way.flatMap(({ importers }) => [...importers[role]]));
  return { ...way[0]!, importers: { production: importersIn('production'), test: importersIn('test') } };
}

/** What a package publishes has users that the tree does not show: it stays, and only importers inside are asked to keep to one path. */
function remedyFor(concept: string, keep: ImportPath, paths: readonly ImportPath[]): string {
  const detours = paths.filter((path) => path.kind === 'detour' && path !== keep).map(({ path }) => path).sort();
  const published = new Set(paths.filter((path) => path.published).map(({ path }) => path));
  const removable = detours.filter((path) => !published.has(path));
  const staying = detours.filter((path) => published.has(path));
  const first = `Import ${concept} from ${keep.path} everywhere${staying.length > 0 ? ' in this repository' : ''}`;
  const second = removable.length === 0 ? '' : `, then delete ${removable.length > 1 ? 'the re-exports' : 'the re-export'} in ${shortened(removable)}`;
  return `${first}${second}.${staying.length === 0 ? '' : ` ${shortened(staying)} ${staying.length > 1 ? 'are' : 'is'} public API and can stay for users outside.`}`;
}

function shortened(paths: readonly string[]): string {
  return paths.length > 4 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : enumerate(paths);
}

/** The paths of several definitions of one module as one list: most production importers first. */
function joinPaths(entries: readonly Reached[]): ImportPath[] {
  const joined = new Map<string, ImportPath>();
  for (const path of entries.flatMap((entry) => [...entry.paths.values()])) {
    const known = joined.get(path.path);
    if (!known) joined.set(path.path, { ...path, places: [...path.places], importers: { production: new Set(path.importers.production), test: new Set(path.importers.test) } });
    else {
      known.places.push(...path.places);
      for (const role of ['production', 'test'] as const) for (const importer of path.importers[role]) known.importers[role].add(importer);
    }
  }
  return [...joined.values()].sort((a, b) => b.importers.production.size - a.importers.production.size || b.importers.test.size - a.importers.test.size || (a.path < b.path ? -1 : 1));
}

/**
 * The declared owner; else a module of the same part of the product through which most come and few to the definition itself, for then that is an
 * inner part; else the module that defines it, or its package's face when more importers use that. A deprecated module is none to keep.
 */
function pathToKeep(facts: FactIndex, paths: readonly ImportPath[], concept: string): ImportPath {
  const declared = paths.find(({ path }) => facts.owners.some((owner) => owner.owner === path && (owner.concept === concept || owner.aliases.includes(concept))));
  if (declared) return declared;
  const living = paths.filter(({ path }) => !facts.inFile(path, 'deprecation').some(({ target }) => target === 'module'));
  const own = paths.find(({ kind }) => kind === 'definition');
  const face = living.find((path) => path.kind === 'detour' && own && areaOf(facts, path.path) === areaOf(facts, own.path)
    && path.importers.production.size >= 5 * Math.max(1, own.importers.production.size) && path.importers.production.size >= 0.6 * total(paths));
  return face ?? living.find(({ kind }) => kind === 'definition' || kind === 'face') ?? living.find(({ kind }) => kind === 'package') ?? paths[0]!;
}

/** Types alone do no harm at run time, public API has to stay; one stray importer, or a few that bypass the way of their layer, are a tidy-up. */
function severityOf(facts: FactIndex, entries: readonly Reached[], paths: readonly ImportPath[], isAmbiguous: boolean): Severity {
  const detours = entries.flatMap((entry) => [...entry.paths.values()].filter((path) => path.kind === 'detour' && !path.published && isUsed(path)
    && !isFaceOfSiblings(path.path, entry.path) && !isNormal(facts, entry, path)).map((detour) => ({ entry, detour })));
  const onlyTypes = entries.every(({ path, binding }) => !path.endsWith('.py') && (binding.declares === 'type' || binding.declares === 'alias'));
  const importers = new Set(detours.filter(({ entry, detour }) => strays(facts, entry, detour) > 0.2).flatMap(({ detour }) => [...detour.importers.production]));
  // Two of a hundred went astray: nobody is in doubt which path to use. Where the thing has two names, two are enough.
  const isRare = importers.size < (isAmbiguous ? 2 : 3) || importers.size < 0.05 * total(paths);
  return !onlyTypes && total(paths) > 2 && !isRare ? 'warning' : 'info';
}

/** The barrel of a folder and the member that it hands on, in the part of the tree where the definition stands: whoever imports from the folder may use either. */
function isNormal(facts: FactIndex, { path, inBarrel }: Reached, detour: ImportPath): boolean {
  return inBarrel.has(detour.path) && areaOf(facts, detour.path) === areaOf(facts, path);
}

/**
 * The face over modules that one module was split into: `errors/__init__.py` or `errors.py` over `errors_service.py`. A normal path, though a
 * second one.
 */
function isFaceOfSiblings(face: string, definition: string): boolean {
  const own = face.replace(/(?:\/(?:__init__|index))?\.\w+$/, '');
  const rest = definition.startsWith(own) ? definition.slice(own.length) : '';
  return /^[_-]\w/.test(rest) && !rest.includes('/');
}

interface Namesake {
  entry: Reached;
  name: string;
  /** A module of the same file name gives it, so that one path is easily taken for the other. */
  isNeighbour: boolean;
}

/** Other classes that a neighbouring path gives under one of the names: `from x import Cart` depends on x. */
function sameNamed(facts: FactIndex, entries: readonly Reached[], byName: ReadonlyMap<string, readonly Reached[]>): Namesake[] {
  const found: Namesake[] = [];
  const stems = new Set(entries.flatMap((entry) => [...entry.paths.keys()].map(stemOf)));
  const names = [...new Set(entries.flatMap((entry) => [...entry.names.keys()]))].sort();
  for (const name of names) {
    for (const entry of byName.get(name) ?? []) {
      if (entries.includes(entry) || found.some((known) => known.entry === entry) || entry.binding.declares !== 'class') continue;
      if (facts.file(entry.path)?.service !== facts.file(entries[0]!.path)?.service) continue;
      const giving = [...entry.paths.values()].filter(({ path, places }) => (path === entry.path ? entry.name === name : places.some((place) => place.name === name)));
      const isNeighbour = giving.some(({ path }) => stems.has(stemOf(path)));
      if (isNeighbour || giving.some(isUsed)) found.push({ entry, name, isNeighbour });
    }
  }
  return found.slice(0, MOST_NAMESAKES);
}

function definitionSite(facts: FactIndex, { path, name, binding, paths }: Reached): Site {
  const fact = facts.inFile(path, 'class').find((candidate) => candidate.name === name && candidate.scope.length === 0) ?? facts.inFile(path, 'module')[0]!;
  const own = paths.get(path)?.importers;
  return { fact, line: binding.line, symbol: name, role: 'owner', message: 'defines it', importers: { production: own?.production.size ?? 0, test: own?.test.size ?? 0 } };
}

/** Where a module names it: of names on neighbouring lines the first alias, else the first. */
function pathSites(facts: FactIndex, { path, places, importers }: ImportPath, own: ReadonlySet<string>): Site[] {
  const fact = facts.inFile(path, 'module')[0]!;
  const runs: (typeof places)[] = [];
  for (const place of [...places].sort((a, b) => a.line - b.line)) {
    const last = runs[runs.length - 1];
    if (last && place.line - last[last.length - 1]!.line <= 3) last.push(place);
    else runs.push([place]);
  }
  return runs.slice(0, 3).map((run) => run.find(({ name }) => !own.has(name)) ?? run[0]!).map(({ name, line }) => ({
    fact, line, symbol: name, role: 'declaration', message: `hands it on as ${name}`, importers: { production: importers.production.size, test: importers.test.size },
  }));
}

/** Production importers that come by a path: too many to show, and each is one more to bring back. */
function importerSites(facts: FactIndex, { path, importers }: ImportPath): Site[] {
  return [...importers.production].sort().flatMap((importer): Site[] => {
    const fact = facts.inFile(importer, 'import').find((candidate) => {
      const module = facts.imports.resolve(candidate);
      return module.status === 'file' && module.path === path;
    });
    return fact === undefined ? [] : [{ fact, role: 'importer', symbol: fact.name, message: `comes by ${path}` }];
  });
}

/** Other names that the defining module itself gives it. */
function aliasSites(facts: FactIndex, { path, paths }: Reached): Site[] {
  const own = paths.get(path);
  return own ? pathSites(facts, { ...own, places: own.places.slice(0, 2) }, new Set()).map((site) => ({ ...site, message: `another name for it: ${site.symbol}` })) : [];
}

function namesakeSite(facts: FactIndex, { entry, name }: Namesake): Site {
  const { path, line } = placeOf(entry, name);
  const importers = entry.paths.get(path)?.importers;
  return {
    fact: facts.inFile(path, 'module')[0]!, line, symbol: name, role: 'copy',
    message: entry.name === name ? `something else by the name ${name}` : `${name} is ${entry.name} here`,
    importers: { production: importers?.production.size ?? 0, test: importers?.test.size ?? 0 },
  };
}

function placeOf(entry: Reached, name: string): { path: string; line: number } {
  if (entry.name === name) return { path: entry.path, line: entry.binding.line };
  for (const { path, places } of entry.paths.values()) for (const place of places) if (place.name === name) return { path, line: place.line };
  return { path: entry.path, line: entry.binding.line };
}

function distribution(paths: readonly ImportPath[]): string {
  const shown = paths.slice(0, 5).map(({ path, importers }) => `${path} ${importers.production.size}${importers.test.size > 0 ? ` (+${importers.test.size} in tests)` : ''}`);
  return `${shown.join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
}

function total(paths: readonly ImportPath[]): number {
  return new Set(paths.flatMap(({ importers }) => [...importers.production])).size;
}

function stemOf(path: string): string {
  const parts = path.replace(/\.\w+$/, '').split('/');
  const last = parts[parts.length - 1]!;
  return last === '__init__' || last === 'index' ? parts[parts.length - 2] ?? last : last;
}
