import { defineRule, environmentMatrix, z, type EnvReadFact, type FindingDraft, type Indexed, type MatrixVariable, type Severity, type Site } from '../src/index.js';
import { branchText, enumerate, inServices, isRest, keyIn, locations, places, sample } from './support/environment.js';

type Read = Indexed<EnvReadFact>;
type Kind = NonNullable<EnvReadFact['parsedAs']>;

/** Reads that make the same of the text. */
interface Reading {
  /** `a flag that is on for "1"`, `a whole number`. */
  label: string;
  reads: Read[];
}

export default defineRule({
  meta: {
    id: 'config-parsed-differently',
    category: 'config-drift',
    title: 'One environment variable parsed in different ways',
    description: 'Reports an environment variable of which one place of a service makes another thing than the next: a flag that is on for "1" here and for "true" there, a number here and a flag there.',
    rationale: 'Whoever sets the variable can only please one of the readers; the other takes the value for off, for zero, or fails on it.',
    remedy: 'Parse the variable in one settings module and pass the parsed value on.',
    severity: 'warning',
    tags: ['configuration', 'environment'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({}),
  *check({ facts }) {
    for (const variable of environmentMatrix(facts).variables) {
      const found = flagFinding(variable) ?? typeFinding(variable);
      if (found) yield isRest(facts, variable.service) ? { ...found, severity: 'info' } : found;
    }
  },
});

/** Flags that no text can switch on everywhere: `== "1"` here, `== "true"` there. */
function flagFinding(variable: MatrixVariable): FindingDraft | undefined {
  const reads = [...variable.reads, ...variable.libraryReads].filter((read) => read.truths !== undefined);
  // `X === '1' || X === 'true'` is one reader that takes either.
  const inFunction = (read: Read): string => [read.file.path, ...read.scope].join('\0');
  const accepted = new Map<string, Set<string>>();
  for (const read of reads) accepted.set(inFunction(read), new Set([...(accepted.get(inFunction(read)) ?? []), ...read.truths!]));
  const byTexts = new Map<string, Read[]>();
  for (const read of reads) {
    const key = [...accepted.get(inFunction(read))!].sort().join('|');
    const list = byTexts.get(key);
    if (list) list.push(read);
    else byTexts.set(key, [read]);
  }
  const sets = [...byTexts].map(([key, list]) => ({ texts: key.split('|'), list })).sort((a, b) => b.list.length - a.list.length || (a.texts.join() < b.texts.join() ? -1 : 1));
  const common = sets.reduce<string[]>((texts, set) => texts.filter((text) => set.texts.includes(text)), sets[0]?.texts ?? []);
  if (sets.length < 2 || common.length > 0) return undefined;
  // Where a library alone cannot decide, the library says so; here at least one reader is the service's own.
  const own = new Set(variable.reads);
  if (!sets.some(({ list }) => list.some((read) => own.has(read)))) return undefined;
  return finding(variable, sets.map(({ texts, list }) => ({ label: `on for ${enumerate(texts.map((text) => JSON.stringify(text)))}`, reads: list })), 'warning');
}

/** One place makes a number of it and another a flag or a list. */
function typeFinding(variable: MatrixVariable): FindingDraft | undefined {
  const byKind = new Map<Kind, Read[]>();
  for (const read of [...variable.reads, ...variable.libraryReads]) {
    if (!read.parsedAs) continue;
    const list = byKind.get(read.parsedAs);
    if (list) list.push(read);
    else byKind.set(read.parsedAs, [read]);
  }
  const readings = [...byKind].sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1)).map(([kind, reads]) => ({ kind, label: LABELS[kind], reads }));
  if (readings.length < 2) return undefined;
  const kinds = new Set(byKind.keys());
  // A list in JSON and a list by commas are told apart by nobody but the parser; a whole number is a number.
  // A number that is compared with 1 is a flag of its own kind: no text that is a number here fails there.
  if ([...kinds].every((kind) => kind === 'int' || kind === 'bool') && (byKind.get('bool') ?? []).every(({ truths }) => truths?.join() === '1')) return undefined;
  const numbersOnly = [...kinds].every((kind) => kind === 'int' || kind === 'float');
  return finding(variable, readings, numbersOnly ? 'info' : 'warning');
}

const LABELS: Record<Kind, string> = { int: 'as a whole number', float: 'as a number', bool: 'as a flag', json: 'as JSON', list: 'as a list' };

function finding(variable: MatrixVariable, readings: readonly Reading[], severity: Severity): FindingDraft {
  const { name, service } = variable;
  const services = [...new Map(readings.flatMap(({ reads }) => reads.map(({ file }) => [file.service.name, file.service] as const))).values()];
  return {
    key: keyIn(service, name),
    concept: name,
    message: `${name} is read in ${readings.length} ways${inServices(services)}: ${enumerate(readings.map(({ label, reads }) => `${label} (${places(reads.length)})`))}.`,
    sites: readings.flatMap(({ label, reads }) => sample(reads, 3).map((read): Site => ({
      fact: read, message: `${label}${branchText(read)}`, role: 'reader', symbol: [...read.scope, name].join('.'),
    }))),
    differences: readings.map(({ label, reads }) => `${label}: ${locations(reads)}`),
    severity,
    rank: severity === 'info' ? 0.2 : 0.5,
  };
}
