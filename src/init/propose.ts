import { compareEnvironments, environmentOf } from '../facts/environment-of.js';
import { environmentMatrix } from '../facts/environment-matrix.js';
import type { AuditedFile, FactIndex } from '../facts/fact-index.js';
import type { OwnerSuggestion } from '../model/canon.js';
import type { FileRole, Service } from '../model/result.js';
import { sortedDistinct } from '../util/compare.js';
import { append } from '../util/multimap.js';
import { foldersUp, folderOf } from '../util/paths.js';
import { proposeLoop, type LoopProposal } from './propose-loop.js';

/** What a repository shows of itself, for a person to confirm or correct. */
export interface Proposal {
  /** Without the rest that no service claims. */
  services: readonly Service[];
  /** In the order local ... production; `sources` are paths, or globs of folders that are for one environment as a whole. */
  environments: readonly { name: string; sources: readonly string[] }[];
  /** Which files deploy a service to an environment; the environment is absent where the file names none. */
  deployments: readonly { service: string; environment?: string; sources: readonly string[] }[];
  /** Worst first. */
  owners: readonly OwnerSuggestion[];
  loop: LoopProposal;
}

/** Owners that a first configuration proposes; `ssot-audit canon --suggest` has the rest. */
const MOST_OWNERS = 10;

export function proposeSetup(facts: FactIndex, owners: readonly OwnerSuggestion[]): Proposal {
  return {
    services: facts.services.filter(({ name }) => name !== ''),
    environments: environmentsOf(facts),
    deployments: deploymentsOf(facts),
    owners: owners.slice(0, MOST_OWNERS),
    loop: proposeLoop(facts),
  };
}

/** Stand-ins and copies configure nothing that runs. */
const WITHOUT_EFFECT: ReadonlySet<FileRole> = new Set<FileRole>(['example', 'mock', 'fixture', 'story', 'backup', 'vendored', 'generated']);

function environmentsOf(facts: FactIndex): { name: string; sources: string[] }[] {
  const files = facts.files.filter((file) => configures(facts, file));
  const byEnvironment = new Map<string, AuditedFile[]>();
  for (const file of files) if (file.environment !== undefined) append(byEnvironment, file.environment, file);
  const inFolder = new Map<string, Set<string | undefined>>();
  for (const { path, environment } of files) {
    for (const folder of foldersUp(folderOf(path))) inFolder.set(folder, (inFolder.get(folder) ?? new Set<string | undefined>()).add(environment));
  }
  const sourceOf = ({ path, environment }: AuditedFile): string => {
    // The topmost folder that is named for the environment and configures nothing else.
    const folder = foldersUp(folderOf(path)).filter((candidate) => candidate !== '' && inFolder.get(candidate)?.size === 1 && environmentOf(`${candidate}/x.env`) === environment).at(-1);
    return folder === undefined ? escapeGlob(path) : `${escapeGlob(folder)}/**`;
  };
  return [...byEnvironment].sort(([a], [b]) => compareEnvironments(a, b)).map(([name, list]) => ({ name, sources: sortedDistinct(list.map(sourceOf)) }));
}

/** The file gives variables a value where something runs, or deploys something. */
function configures(facts: FactIndex, { path, role, language }: AuditedFile): boolean {
  if (WITHOUT_EFFECT.has(role) || language === 'python' || language === 'typescript') return false;
  return facts.inFile(path, 'deployment').length > 0 || facts.inFile(path, 'config-entry').some(({ effect, commented }) => !commented && (effect === 'sets' || effect === 'maps-secret' || effect === 'passes'));
}

function deploymentsOf(facts: FactIndex): Proposal['deployments'] {
  const groups = new Map<string, { service: string; environment?: string; sources: string[] }>();
  for (const { service, environment, file, format } of environmentMatrix(facts).deployments) {
    if (service.name === '' || format === 'dockerfile') continue;
    const key = `${service.name}\0${environment ?? ''}`;
    const group = groups.get(key) ?? { service: service.name, ...(environment === undefined ? {} : { environment }), sources: [] };
    group.sources.push(file.path);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ ...group, sources: sortedDistinct(group.sources) }));
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!+@\\]/g, '\\$&');
}
