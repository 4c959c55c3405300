import {
  append,
  compareText, defineRule, environmentMatrix, ENVIRONMENT_WORDS, isPlatformVariable, sortedDistinct, wordsOf, z, type ConfigEntryFact, type EnvReadFact, type FactIndex,
  type FindingDraft, type Indexed, type MatrixVariable, type Site,
} from '../src/index.js';
import { enumerate, inServices, keyIn, locations, sample } from './support/environment.js';

type Read = Indexed<EnvReadFact>;
type Entry = Indexed<ConfigEntryFact>;

export default defineRule({
  meta: {
    id: 'two-names-for-one-setting',
    category: 'config-drift',
    title: 'Two names for one setting',
    description: 'Reports environment variables of nearly the same name that are one setting: both fill the same field of a service, both stand for one secret, or one is read and the other deployed.',
    rationale: 'Whoever sets one of the names believes that all is set. The reader of the other goes on with its default, or with the secret of yesterday.',
    remedy: 'Choose one name, rename the readers, and drop the other from the deployments.',
    severity: 'warning',
    tags: ['configuration', 'environment', 'deployment'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    const reported: string[][] = [];
    for (const { names, draft } of oneSecret(facts)) {
      reported.push(names);
      yield draft;
    }
    const matrix = environmentMatrix(facts);
    const everRead = namesEverRead(facts);
    const fields: FieldPair[] = [];
    for (const bucket of nearNames(matrix.variables)) {
      const known = (names: readonly string[]): boolean => reported.some((set) => names.every((name) => set.includes(name)));
      const pair = oneField(bucket);
      if (pair && !known(pair.variables.map(({ name }) => name))) fields.push(pair);
      const half = pair ? undefined : readAndDeployed(bucket, everRead);
      if (half && !known(half.names)) yield half.draft;
    }
    yield* fieldFindings(fields);
  },
});

interface Named {
  names: string[];
  draft: FindingDraft;
}

/** One secret of the store under several variable names. */
function* oneSecret(facts: FactIndex): Iterable<Named> {
  const bySecret = new Map<string, Entry[]>();
  for (const entry of facts.of('config-entry')) {
    if (entry.effect !== 'maps-secret' || entry.reference === undefined || entry.commented || OUT_OF_USE.has(entry.file.role)) continue;
    append(bySecret, entry.reference.replace(/:(?:latest|\d+)$/, ''), entry);
  }
  for (const [secret, entries] of [...bySecret].sort(([a], [b]) => compareText(a, b))) {
    const names = sortedDistinct(entries.map(({ name }) => name));
    if (names.length < 2 || names.length > 5) continue;
    const reads = new Map(names.map((name) => [name, facts.named('env-read', name).filter(({ file }) => file.role === 'production')]));
    // In a workflow the tools that it runs choose the names, so that only what our own code reads counts.
    if (entries.every(({ format }) => format === 'actions') && names.filter((name) => reads.get(name)!.length > 0).length < 2) continue;
    yield {
      names,
      draft: {
        key: `secret ${secret}`,
        concept: names[0]!,
        message: `The secret ${secret} goes by ${names.length} names: ${enumerate(names)}.`,
        sites: [
          ...names.flatMap((name) => sample(distinctLines(entries.filter((entry) => entry.name === name)), 2).map((entry): Site => ({
            fact: entry, message: `${name} is ${secret}`, role: 'declaration', symbol: entry.keyPath.join('.'),
          }))),
          ...names.flatMap((name) => sample(reads.get(name)!, 2).map((read) => readSite(read))),
        ],
        differences: names.map((name) => `${name}: ${reads.get(name)!.length === 0 ? 'read nowhere' : `read by ${locations(reads.get(name)!, 3)}`}`),
        rank: 0.5,
      },
    };
  }
}

const OUT_OF_USE: ReadonlySet<string> = new Set(['test', 'mock', 'fixture', 'story', 'example', 'backup', 'generated', 'vendored']);

/** Variables of one service whose names mean the same. */
interface Bucket {
  variables: readonly MatrixVariable[];
}

function nearNames(variables: readonly MatrixVariable[]): Bucket[] {
  const buckets = new Map<string, MatrixVariable[]>();
  for (const variable of variables) {
    if (variable.service.kind !== 'service' || isPlatformVariable(variable.name) || environmentIn(variable.name) !== undefined) continue;
    append(buckets, `${variable.service.name}\0${meaningOf(variable.name)}`, variable);
  }
  return [...buckets.values()].filter((members) => members.length >= 2).map((members) => ({ variables: members }));
}

/** Variables of one service that fill one field, with the reads that do. */
interface FieldPair {
  variables: readonly MatrixVariable[];
  reads: readonly Read[];
}

/** Names fill the same field, in different places: `clickhouse_user=CLICKHOUSE_USER` here, `clickhouse_username=CLICKHOUSE_USERNAME` there. */
function oneField({ variables }: Bucket): FieldPair | undefined {
  const byField = new Map<string, { variable: MatrixVariable; read: Read }[]>();
  for (const variable of variables) {
    for (const read of [...variable.reads, ...variable.libraryReads]) {
      if (read.feeds !== undefined) append(byField, meaningOf(read.feeds), { variable, read });
    }
  }
  for (const members of byField.values()) {
    const feeding = variables.filter((variable) => members.some((member) => member.variable === variable));
    // One place that tries the names in turn knows of both; it is the others that do not.
    const apart = feeding.some((a) => feeding.some((b) => a !== b && members.some((first) => first.variable === a
      && !members.some((second) => second.variable === b && isBeside(first.read, second.read)))));
    if (feeding.length >= 2 && apart) return { variables: feeding, reads: members.map(({ read }) => read) };
  }
  return undefined;
}

const FAMILY = 3;

/** One finding per pair of names; where a whole family differs by one word (`DATABASE_HOST`, `DB_HOST`; `..._PORT`; ...), one for the family. */
function* fieldFindings(pairs: readonly FieldPair[]): Iterable<FindingDraft> {
  const families = new Map<string, FieldPair[]>();
  for (const pair of pairs) append(families, `${pair.variables[0]!.service.name}\0${differingWords(pair.variables.map(({ name }) => name))}`, pair);
  for (const family of families.values()) {
    const parts = family.length >= FAMILY ? [family] : family.map((pair) => [pair]);
    for (const part of parts) yield fieldFinding(part);
  }
}

function fieldFinding(pairs: readonly FieldPair[]): FindingDraft {
  const variables = pairs.flatMap((pair) => pair.variables);
  const { service } = variables[0]!;
  const names = sortedDistinct(variables.map(({ name }) => name));
  const spelled = pairs.map((pair) => enumerate(pair.variables.map(({ name }) => name)));
  const most = pairs.length > 1 ? 1 : 3;
  return {
    key: keyIn(service, names.join('+')),
    concept: names[0]!,
    message: pairs.length === 1
      ? `${spelled[0]} are one setting under ${names.length} names${inServices([service])}: each fills ${pairs[0]!.reads[0]!.feeds}.`
      : `${pairs.length} settings have two names each${inServices([service])}: ${spelled.join('; ')}.`,
    sites: pairs.flatMap((pair) => [
      ...pair.variables.flatMap((variable) => sample(pair.reads.filter(({ name }) => name === variable.name), most).map((read) => readSite(read))),
      ...(pairs.length > 1 ? [] : pair.variables.flatMap((variable) => given(variable).slice(0, 1).map((entry) => entrySite(entry)))),
    ]),
    differences: variables.map((variable) => `${variable.name}: read by ${locations([...variable.reads, ...variable.libraryReads], 3)}; ${
      given(variable).length === 0 ? 'no deployment gives it' : `given by ${locations(given(variable), 3)}`}`),
    rank: 0.5,
  };
}

/** The words that are not in all of the names. */
function differingWords(names: readonly string[]): string {
  const words = names.map((name) => wordsOf(name));
  return words.map((list) => list.filter((word) => !words.every((other) => other.includes(word))).join('_')).sort(compareText).join('/');
}

/** One name is read and no source gives it; the other is deployed and nothing reads it. Somebody renamed half of it. */
function readAndDeployed({ variables }: Bucket, everRead: EverRead): Named | undefined {
  const read = variables.filter((variable) => variable.reads.length > 0 && variable.cells.length === 0 && variable.declarations.length === 0
    && variable.reads.some(({ defaultForm, default: text }) => defaultForm === 'none' || text === '""' || text === 'null'));
  const deployed = variables.filter((variable) => given(variable).length > 0 && !everRead.has(variable));
  const [first] = read;
  const [second] = deployed;
  if (!first || !second) return undefined;
  return {
    names: sortedDistinct([first.name, second.name]),
    draft: {
      key: keyIn(first.service, sortedDistinct([first.name, second.name]).join('+')),
      concept: first.name,
      message: `${first.name} is read${inServices([first.service])} and nothing deploys it; ${second.name} is deployed and nothing reads it.`,
      sites: [...sample(first.reads, 4).map((each) => readSite(each)), ...given(second).slice(0, 4).map((entry) => entrySite(entry))],
      differences: [`${first.name}: read by ${locations(first.reads, 3)}`, `${second.name}: given by ${locations(given(second), 3)}`],
      rank: 0.6,
    },
  };
}

interface EverRead {
  has(variable: MatrixVariable): boolean;
}

/**
 * Names that code, tests or configuration files may read on behalf of a service, also by a computed name's beginning. What another service reads is
 * given to that one: it does not tell what becomes of the same name here.
 */
function namesEverRead(facts: FactIndex): EverRead {
  const names = new Map<string, Set<string>>();
  const beginnings: string[] = [];
  const note = (name: string, { service, role }: Read['file']): void => {
    // A test at the root speaks with services from outside; what it reads is given to it, not to them.
    if (role === 'test' && service.name === '') return;
    const reader = service.kind === 'service' ? service.name : '';
    const known = names.get(name);
    if (known) known.add(reader);
    else names.set(name, new Set([reader]));
  };
  for (const read of facts.of('env-read')) {
    if (read.prefix) beginnings.push(read.name);
    else note(read.name, read.file);
  }
  for (const entry of facts.of('config-entry')) {
    if (entry.effect === 'reads') note(entry.name, entry.file);
    if (entry.reference !== undefined) note(entry.reference, entry.file);
  }
  return {
    // `''`: a library, or the root, which may run in any service.
    has: ({ name, service }) => names.get(name)?.has(service.name) === true || names.get(name)?.has('') === true || beginnings.some((beginning) => name.startsWith(beginning)),
  };
}

/** Two reads in one function that fill one thing: alternatives, written side by side. What is filled for one environment is no alternative to the others. */
function isBeside(a: Read, b: Read): boolean {
  return a.file === b.file && a.scope.join('.') === b.scope.join('.') && environmentIn(a.feeds ?? '') === environmentIn(b.feeds ?? '');
}

/** What a name means, spelled in one way: `DB_USER` and `database_username` alike. The order of words does not count. */
function meaningOf(name: string): string {
  let words = wordsOf(name).map((word) => SYNONYMS.get(word) ?? word).filter((word) => !ENVIRONMENT_WORDS.has(word));
  if (words.length > 2 && words.includes('secret')) words = words.filter((word) => word !== 'key');
  // A word that often says nothing may go as long as enough is left that does: `AUTH_SERVICE_URL`, yet not `SERVICE_SECRET`.
  for (const [filler, fewest] of FILLERS) if (words.includes(filler) && words.length > fewest) words = words.filter((word) => word !== filler);
  return sortedDistinct(words).join('-');
}

function environmentIn(name: string): string | undefined {
  return wordsOf(name).map((word) => ENVIRONMENT_WORDS.get(word)).find((word) => word !== undefined);
}

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['db', 'database'], ['user', 'username'], ['usr', 'username'], ['pass', 'password'], ['pwd', 'password'], ['passwd', 'password'], ['uri', 'url'], ['hostname', 'host'],
  ['addr', 'address'], ['pg', 'postgres'], ['postgresql', 'postgres'], ['dir', 'directory'], ['conn', 'connection'], ['secs', 'seconds'], ['sec', 'seconds'], ['expire', 'expiry'],
  ['expires', 'expiry'], ['expiration', 'expiry'], ['enable', 'enabled'], ['ws', 'websocket'],
]);
/** Word to how many others must be left without it. */
const FILLERS: ReadonlyMap<string, number> = new Map([['env', 1], ['var', 1], ['value', 1], ['default', 1], ['service', 2], ['oauth', 3]]);

function given({ cells }: MatrixVariable): Entry[] {
  return cells.flatMap(({ values }) => values).filter(({ shared }) => !shared).map(({ entry }) => entry);
}

function readSite(read: Read): Site {
  return { fact: read, message: `reads ${read.name}${read.feeds === undefined ? '' : ` into ${read.feeds}`}`, role: 'reader', symbol: [...read.scope, read.name].join('.') };
}

function entrySite(entry: Entry): Site {
  return { fact: entry, message: `gives ${entry.name}`, role: 'declaration', symbol: entry.keyPath.join('.') };
}

function distinctLines(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [`${entry.file.path}:${entry.span[0]}`, entry])).values()];
}
