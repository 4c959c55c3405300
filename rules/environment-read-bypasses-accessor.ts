import {
  comparableDefault, defineRule, environmentMatrix, isEnvironmentName, isFlag, isPlatformVariable, wordsOf, z, type EnvReadFact, type FactIndex, type FindingDraft, type Indexed,
  type Service, type Site,
} from '../src/index.js';
import { branchText, enumerate, isRest, showDefault } from './support/environment.js';

type Read = Indexed<EnvReadFact>;

/** Where a service is meant to get its settings from. */
type Canon =
  /** Nearly all reads go through an accessor: `get_env().get`. */
  | { kind: 'accessor'; name: string; share: number; reads: readonly Read[] }
  /** One module reads the environment, others import it: `src/config.ts`. */
  | { kind: 'module'; path: string; importers: number; reads: readonly Read[] };

export default defineRule({
  meta: {
    id: 'environment-read-bypasses-accessor',
    category: 'config-drift',
    title: 'Environment read past the settings module',
    description: 'Reports modules that read the process environment themselves where the service has an accessor or a settings module for it.',
    rationale: 'A read past the accessor misses what the accessor does: its defaults, its parsing, its isolation in tests. The same setting then has two values in one process.',
    remedy: 'Read the variable through the accessor or settings module that the rest of the service uses.',
    severity: 'info',
    tags: ['configuration', 'environment'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({
    share: z.number().min(0).max(1).default(0.6).describe('Share of reads, 0 to 1, that must go through an accessor before a direct read counts as going past it.'),
  }),
  *check({ facts, options }) {
    const byService = new Map<Service, Read[]>();
    for (const { service, reads } of environmentMatrix(facts).variables) {
      const list = byService.get(service);
      if (list) list.push(...reads);
      else byService.set(service, [...reads]);
    }
    for (const [service, reads] of byService) {
      const canon = canonOf(facts, reads, options.share);
      if (canon) yield* findings(facts, service, canon, reads, isRest(facts, service));
    }
  },
});

const FEWEST = 5;
const MOST_SITES = 12;

function canonOf(facts: FactIndex, reads: readonly Read[], share: number): Canon | undefined {
  const through = reads.filter(({ via }) => via === 'accessor');
  const direct = reads.filter(({ via }) => via === 'direct');
  if (through.length >= FEWEST && through.length >= share * (through.length + direct.length)) {
    return { kind: 'accessor', name: mostFrequent(through.map(({ accessor }) => accessor)), share: through.length / (through.length + direct.length), reads: through };
  }
  const byFile = new Map<string, Read[]>();
  for (const read of reads) {
    if (!isSettingsModule(read.file.path)) continue;
    const list = byFile.get(read.file.path);
    if (list) list.push(read);
    else byFile.set(read.file.path, [read]);
  }
  const candidates = [...byFile].map(([path, list]) => ({ path, reads: list, variables: new Set(list.map(({ name }) => name)).size, importers: facts.imports.importerCountOfModule(path).production }))
    .filter(({ variables, importers }) => variables >= FEWEST && importers >= 2)
    .sort((a, b) => b.variables - a.variables || b.importers - a.importers || (a.path < b.path ? -1 : 1));
  const [first] = candidates;
  return first && { kind: 'module', path: first.path, importers: first.importers, reads: first.reads };
}

/** The modules that declare the accessor: what they read, nobody could read through it. */
function homesOf(facts: FactIndex, { name, reads }: Extract<Canon, { kind: 'accessor' }>): Set<string> {
  const root = name.split(/[.(]/, 1)[0]!;
  const homes = new Set<string>();
  for (const path of new Set(reads.map(({ file }) => file.path))) {
    for (const statement of facts.inFile(path, 'import')) {
      const imported = statement.names.find(({ local }) => local === root);
      const result = imported && facts.imports.resolveName(statement, imported);
      if (result?.status === 'defined') homes.add(result.definition.path);
    }
  }
  return homes;
}

/** One finding per module: it is mended in one go. */
function* findings(facts: FactIndex, service: Service, canon: Canon, reads: readonly Read[], isLoose: boolean): Iterable<FindingDraft> {
  const byFile = new Map<string, Read[]>();
  const declaring = new Set([...declaringFiles(reads), ...(canon.kind === 'accessor' ? homesOf(facts, canon) : [])]);
  const isTyped = canon.reads.every(({ file }) => /\.[cm]?tsx?$/.test(file.path));
  for (const read of reads) {
    if (read.via !== 'direct' || declaring.has(read.file.path) || isPlatformVariable(read.name) || isBuildFile(read.file.path) || (isTyped && isLoadedByTool(facts, read.file.path)) || read.name === 'NODE_ENV' || isSanctioned(canon, read)) continue;
    const list = byFile.get(read.file.path);
    if (list) list.push(read);
    else byFile.set(read.file.path, [read]);
  }
  const sanctioned = new Map<string, Read[]>();
  for (const read of canon.reads) {
    const list = sanctioned.get(read.name);
    if (list) list.push(read);
    else sanctioned.set(read.name, [read]);
  }
  const instead = canon.kind === 'accessor' ? canon.name : canon.path;
  for (const [path, list] of byFile) {
    const [first] = list;
    if (!first) continue;
    const disagreeing = list.flatMap((read) => {
      const other = otherDefault(read, sanctioned.get(read.name) ?? []);
      return other ? [{ read, other }] : [];
    });
    const twice = [...new Set(list.filter(({ name }) => sanctioned.has(name)).map(({ name }) => name))];
    const names = [...new Set(list.map(({ name }) => name))];
    const rest = list.filter((read) => !disagreeing.some((entry) => entry.read === read));
    const shown = [...disagreeing.slice(0, 4).map(({ read }) => read), ...spread(rest, MOST_SITES - 2 * Math.min(disagreeing.length, 4))];
    const isDoubled = canon.kind === 'accessor' && twice.some((name) => !isEnvironmentName(name) && !INLINED.test(name));
    yield {
      key: path,
      concept: names.length === 1 ? names[0]! : `${names[0]} and ${names.length - 1} more in ${path.split('/').at(-1)}`,
      message: `${path} reads ${enumerate(names.slice(0, 4))}${names.length > 4 ? ` and ${names.length - 4} more` : ''} from the process environment${
        canon.kind === 'accessor' ? `, past ${instead}, which ${Math.round(canon.share * 100)} % of the reads${service.name === '' ? '' : ` in ${service.name}`} go through` : `, past ${instead}`}.${disagreeing.slice(0, 2).map(({ read, other }) => ` ${read.name} falls back to ${showDefault(read.name, read.default!)} here and to ${showDefault(read.name, other.default!)} in ${other.file.path}.`).join('')}`,
      sites: [
        ...shown.map(readerSite),
        ...disagreeing.slice(0, 4).map(({ other }): Site => ({
          fact: other, message: `falls back to ${showDefault(other.name, other.default ?? 'null')}`, role: 'declaration', symbol: [...other.scope, other.name].join('.'),
        })),
      ],
      unlisted: list.filter((read) => !shown.includes(read)).map(readerSite),
      differences: disagreeing.map(({ read, other }) => `${read.name}: ${showDefault(read.name, read.default!)} here, ${showDefault(read.name, other.default!)} in ${other.file.path}:${other.span[0]}`),
      remedy: `Read ${names.length === 1 ? 'it' : 'them'} through ${instead}.`,
      severity: !isLoose && (disagreeing.length > 0 || isDoubled) ? 'warning' : 'info',
      rank: disagreeing.length > 0 ? 0.5 : twice.length > 0 ? 0.35 : 0.15,
    };
  }
}

/** A bundler writes the value into the code, so at run time there is nothing to read past. */
const INLINED = /^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|VUE_APP|STORYBOOK)_/;

function readerSite(read: Indexed<EnvReadFact>): Site {
  return {
    fact: read, message: `${read.accessor} reads ${read.name}${read.default === undefined ? '' : `, falling back to ${showDefault(read.name, read.default)}`}${branchText(read)}`,
    role: 'reader', symbol: [...read.scope, read.name].join('.'),
  };
}

/** Files that declare most of what they read: the schema of the environment, which an accessor is made of. */
function declaringFiles(reads: readonly Read[]): ReadonlySet<string> {
  const declared = new Map<string, Set<string>>();
  for (const { via, file, name } of reads) if (via === 'declared') declared.set(file.path, (declared.get(file.path) ?? new Set()).add(name));
  return new Set([...declared].filter(([, names]) => names.size >= FEWEST).map(([path]) => path));
}

/** Beside a settings module every other may be one for its part; beside an accessor only the code that is the accessor reads directly. */
function isSanctioned(canon: Canon, read: Read): boolean {
  if (canon.kind === 'module') return isSettingsModule(read.file.path);
  return read.scope.some((name) => (/^[A-Z]/.test(name)
    ? wordsOf(name).some((word) => word === 'env' || word === 'environment')
    : /^_?(?:get|read|fetch|load)?_?env(?:_?(?:var|value|variable|or_default))?$/i.test(name)));
}

/** At most `most` members, evenly over the list. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!);
}

/** A read through the accessor whose default is another one, whatever the environment. */
function otherDefault(read: Read, others: readonly Read[]): Read | undefined {
  const flag = isFlag([read, ...others]);
  const own = comparableDefault(read, flag);
  if (own?.kind !== 'value' || read.environmentBranch !== undefined) return undefined;
  return others.find((other) => {
    const value = other.environmentBranch === undefined ? comparableDefault(other, flag) : undefined;
    return value?.kind === 'value' && value.value !== own.value;
  });
}

/** A module that may touch the environment because it is where the environment is read: `config.ts`, `core/settings.py`, `env/server.ts`. */
function isSettingsModule(path: string): boolean {
  const parts = path.replace(/\.[^./]+$/, '').split('/').slice(-2);
  return parts.some((part) => part.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase().split(/[^a-z0-9]+/).some((word) => SETTINGS_WORDS.has(word)));
}

const SETTINGS_WORDS: ReadonlySet<string> = new Set(['env', 'environment', 'environments', 'config', 'configuration', 'configs', 'settings', 'constants', 'secrets']);

/** Files that run before the product does: build configuration, process managers, entry points of tools. */
function isBuildFile(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  return /\.config(?:\.\w+)*\.[cm]?[jt]sx?$|^(?:knexfile|ormconfig|gulpfile|gruntfile)\.|^(?:gunicorn|alembic|manage|wsgi|asgi|setup|instrumentation|bootstrap)\b|^\.|^next-env/.test(name);
}

/**
 * Plain JavaScript that exports something to nobody in the tree: `config/database.js` for an ORM's command line. The tool that loads it does not
 * compile, so it cannot use an accessor in TypeScript.
 */
function isLoadedByTool(facts: FactIndex, path: string): boolean {
  if (!/\.c?js$/.test(path) || facts.imports.importersOfModule(path).length > 0) return false;
  const isCommonJs = facts.inFile(path, 'import').every(({ form, reExport }) => form !== 'static' && !reExport);
  return isCommonJs && facts.inFile(path, 'module').some(({ bindings }) => bindings.some(({ exportedAs }) => exportedAs.includes('default')));
}

function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))[0]?.[0] ?? '';
}
