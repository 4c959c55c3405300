import { defineRule, z, type ConfigEntryFact, type FactIndex, type FindingDraft, type IndexedFact } from '../src/index.js';
import { duplicateFiles, fileName, type DuplicateFiles } from './support/duplicate-files.js';
import { createUnion, eachLink } from './support/union.js';

export default defineRule({
  meta: {
    id: 'duplicate-config-file',
    category: 'config-drift',
    title: 'A build or deployment file exists twice',
    description: 'Reports build and deployment definitions (Cloud Build, compose, Dockerfile, Kubernetes, Terraform, workflows, deploy scripts) and other configuration files that stand in several folders with equal or nearly equal content.',
    rationale: 'Which copy a pipeline reads is decided by a path in a script. A setting that is changed in one copy is deployed or not, depending on who starts the pipeline.',
    remedy: 'Keep the file that the pipeline reads, and delete the others.',
    severity: 'warning',
    tags: ['duplication', 'configuration', 'files'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    /** Entries that a file must have before it is compared with files that are not byte-identical. */
    minEntries: z.int().min(2).default(6),
  }),
  *check({ facts, options }) {
    const isConfiguration = (path: string): boolean => facts.inFile(path, 'config-entry').length + facts.inFile(path, 'deployment').length > 0
      && facts.inFile(path, 'module').length === 0;
    const keys = (path: string): string[] => (isDeployed(facts, path) ? [...new Set(entriesIn(facts, path).map(keyOf))] : []);
    for (const group of duplicateFiles(facts, ({ path, role }) => role === 'production' && isConfiguration(path), keys, options.minEntries)) {
      for (const copies of group.equal ? [group] : copiesAmong(facts, group)) yield finding(facts, copies);
    }
  },
});

const DEPLOYMENT: ReadonlySet<ConfigEntryFact['format']> = new Set(['cloudbuild', 'compose', 'dockerfile', 'kubernetes', 'terraform', 'actions', 'deploy-script']);

function isDeployed(facts: FactIndex, path: string): boolean {
  return [...facts.inFile(path, 'deployment'), ...facts.inFile(path, 'config-entry')].some(({ format }) => DEPLOYMENT.has(format));
}

function entriesIn(facts: FactIndex, path: string): readonly ConfigEntryFact[] {
  return facts.inFile(path, 'config-entry').filter(({ commented }) => !commented);
}

function keyOf({ service, keyPath }: ConfigEntryFact): string {
  return `${service ?? ''}\0${keyPath.join('.')}`;
}

function valueOf({ value, reference }: ConfigEntryFact): string {
  return `${value ?? ''}\0${reference ?? ''}`;
}

/** Files that differ are copies only under one name, for one environment, and with most values in common; else they are meant for different things. */
function copiesAmong(facts: FactIndex, { members }: DuplicateFiles): DuplicateFiles[] {
  const union = createUnion<IndexedFact>();
  eachLink(members, (a, b) => {
    const isOne = a.file.hash === b.file.hash
      || (fileName(a.file.path) === fileName(b.file.path) && a.file.environment === b.file.environment && agreeMostly(facts, a.file.path, b.file.path));
    if (isOne) union.join(a, b);
  });
  return union.components(members).map((copies) => ({ members: copies, equal: new Set(copies.map(({ file }) => file.hash)).size === 1 }));
}

/** At least half of the values of the first file are those of the second. */
function agreeMostly(facts: FactIndex, first: string, second: string): boolean {
  const [a, b] = [first, second].map((path) => new Set(entriesIn(facts, path).map((entry) => `${keyOf(entry)}\0${valueOf(entry)}`)));
  return [...b!].filter((entry) => a!.has(entry)).length >= a!.size / 2;
}

function finding(facts: FactIndex, { members, equal }: DuplicateFiles): FindingDraft {
  const [first, ...others] = members;
  const name = fileName(first!.file.path);
  return {
    key: `config-file:${[...new Set(members.map(({ file }) => fileName(file.path)))].sort().join('=')}`,
    concept: name,
    message: `${name} exists in ${members.length} folders${equal ? ', byte for byte the same' : ', nearly the same'}.`,
    sites: members.map((fact) => ({ fact, line: 1, symbol: fileName(fact.file.path), message: `${fact.file.lineCount} lines`, role: 'declaration' as const })),
    differences: equal ? [] : others.flatMap(({ file }) => difference(facts, first!.file.path, file.path)),
    rank: equal ? 0.4 : 0.6,
    severity: isDeployed(facts, first!.file.path) && !members.every(({ file }) => isActionManifest(file.path)) && !areReadByFolder(facts, members) ? 'warning' : 'info',
  };
}

/** The platform fixes the name: each composite action has a folder of its own, by which workflows refer to it. */
function isActionManifest(path: string): boolean {
  return /(?:^|\/)action\.ya?ml$/.test(path);
}

/** Each of them is named, with its folder, by a pipeline or deployment of its own: none is a leftover of another. */
function areReadByFolder(facts: FactIndex, members: DuplicateFiles['members']): boolean {
  const readers = members.map(({ file }) => {
    const folder = file.path.slice(0, file.path.lastIndexOf('/'));
    const isNamed = (text: string | undefined): boolean => text !== undefined && folder.includes('/') && (text.includes(`${folder}/`) || text.endsWith(folder));
    const naming = [...facts.of('config-entry'), ...facts.of('deployment')].filter((fact) => fact.file.path !== file.path
      && (fact.kind === 'deployment' ? [fact.context, fact.dockerfile].some(isNamed) : fact.effect === 'setting' && isNamed(fact.value)));
    return naming.map((fact) => fact.file.path).sort()[0];
  });
  return readers.every((reader) => reader !== undefined) && new Set(readers).size === readers.length;
}

/** Entries by key whose value is another, or that only one of two files has. */
function difference(facts: FactIndex, first: string, other: string): string[] {
  const entries = (path: string): Map<string, string> => new Map(entriesIn(facts, path).map((entry) => [entry.keyPath.join('.'), entry.value ?? entry.reference ?? '']));
  const [a, b] = [entries(first), entries(other)];
  const parts: string[] = [];
  for (const [key, value] of b) {
    if (!a.has(key)) parts.push(`${key} only here`);
    else if (a.get(key) !== value) parts.push(`${key} is ${quoted(value)} instead of ${quoted(a.get(key)!)}`);
  }
  for (const key of a.keys()) if (!b.has(key)) parts.push(`${key} missing`);
  return parts.length === 0 ? [] : [`${other}: ${parts.slice(0, 6).join('; ')}${parts.length > 6 ? ` and ${parts.length - 6} more` : ''}.`];
}

function quoted(value: string): string {
  return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
}
