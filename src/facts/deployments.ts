import type { ConfigEntryFact, DeploymentFact } from '../model/facts.js';
import type { Service } from '../model/result.js';
import { environmentOfEntry } from './environment-of.js';
import type { ServiceDeployment } from './environment-matrix.js';
import type { AuditedFile, FactIndex, Indexed } from './fact-index.js';
import { environmentInName, isForeignImage, serviceByName } from './match-service.js';
import { append } from '../util/multimap.js';

type Entry = Indexed<ConfigEntryFact>;
type Deployment = Indexed<DeploymentFact>;

export interface MappedDeployments {
  deployments: ServiceDeployment[];
  /** Entries that a deployment, an image or a folder ties to a service. */
  entries: { service: Service; entry: Entry; deployment?: ServiceDeployment; evidence: string }[];
  /** Entries of files that no deployment uses and no single service owns. */
  shared: { entry: Entry; services: readonly Service[]; evidence: string }[];
  /** Secret ids of entries that name only a variable, from the table beside them. */
  secretIds: ReadonlyMap<Entry, string>;
}

/** Maps what configuration files deploy to our services, and each entry that sets a variable to the services that get it. */
export function mapDeployments(facts: FactIndex, hasEffect: (file: AuditedFile) => boolean): MappedDeployments {
  const deployments = serviceDeployments(facts, hasEffect);
  const bySource = new Map<string, ServiceDeployment[]>();
  for (const deployment of deployments) append(bySource, sourceKey(deployment.file, deployment.name), deployment);
  const envFiles = envFileUsers(deployments, facts);
  const configMaps = sourceUsers(deployments);
  const images = imageServices(facts);
  const entries: MappedDeployments['entries'] = [];
  const shared: MappedDeployments['shared'] = [];
  const services = facts.services.filter(({ kind }) => kind === 'service');
  const { secretIds, dictionaries } = secretTables(facts);

  for (const entry of facts.of('config-entry')) {
    if (!SETS.has(entry.effect) || entry.commented || !hasEffect(entry.file) || dictionaries.has(entry)) continue;
    if (entry.service !== undefined) {
      for (const { service, deployment, evidence } of ownersOf(entry, entry.service, bySource, deployments, facts)) {
        entries.push({ service, entry, evidence, ...(deployment && { deployment }) });
      }
      continue;
    }
    const image = entry.format === 'dockerfile' ? images.get(entry.file.path) : undefined;
    const users = entry.format === 'kubernetes' ? configMaps.get(entry.keyPath[1] ?? '') : entry.format === 'dotenv' ? envFiles.get(entry.file.path) : undefined;
    if (image) entries.push({ service: image, entry, evidence: `its image (${entry.file.path})` });
    else if (users) for (const deployment of users) entries.push({ service: deployment.service, entry, deployment, evidence: `${entry.format === 'dotenv' ? 'env_file' : 'envFrom'} of "${deployment.name}"` });
    else if (entry.file.service.name !== '' || services.length === 1) {
      if (ATTACHED.has(entry.format)) entries.push({ service: entry.file.service, entry, evidence: 'in its folder' });
    } else if (entry.format === 'dotenv') shared.push({ entry, services: facts.services, evidence: 'a file that no deployment names' });
  }
  return { deployments, entries, shared, secretIds };
}

const SETS: ReadonlySet<ConfigEntryFact['effect']> = new Set<ConfigEntryFact['effect']>(['sets', 'passes', 'maps-secret']);

/** Formats that count for the service in whose folder they stand. A workflow's variables are the workflow's. */
const ATTACHED: ReadonlySet<ConfigEntryFact['format']> = new Set<ConfigEntryFact['format']>(['dotenv', 'dockerfile', 'deploy-script', 'yaml', 'toml', 'json', 'kubernetes']);

/** Services that an entry's own words mean: those of the deployment of that name in its file, else of that name anywhere. */
function ownersOf(
  entry: Entry, name: string, bySource: ReadonlyMap<string, readonly ServiceDeployment[]>, deployments: readonly ServiceDeployment[], facts: FactIndex,
): { service: Service; deployment?: ServiceDeployment; evidence: string }[] {
  const here = bySource.get(sourceKey(entry.file, name));
  if (here) {
    const around = here.find(({ fact }) => fact && fact.span[0] <= entry.span[0] && fact.span[2] >= entry.span[2]) ?? here[0]!;
    return [{ service: around.service, deployment: around, evidence: `${around.format} "${name}"` }];
  }
  const sameFormat = deployments.find((deployment) => deployment.name === name && deployment.format === entry.format);
  const service = sameFormat?.service ?? (isForeignImage(entry.image) ? undefined : serviceByName(name, facts.services));
  return service ? [{ service, evidence: sameFormat ? `"${name}" as in ${sameFormat.file.path}` : `"${name}" means ${service.name}` }] : [];
}

function serviceDeployments(facts: FactIndex, hasEffect: (file: AuditedFile) => boolean): ServiceDeployment[] {
  const images = imageServices(facts);
  const candidates = facts.of('deployment').filter((fact) => hasEffect(fact.file) && fact.format !== 'procfile');
  return candidates.flatMap((fact): ServiceDeployment[] => {
    const link = linkOf(fact, facts, images);
    if (!link) return [];
    const stated = environmentOfEntry(fact.file.environment, fact.environment);
    return [{
      ...link,
      environment: stated ?? environmentInName(fact.name),
      file: fact.file,
      fact,
      name: fact.name,
      format: fact.format,
      opaque: fact.opaqueEnvironment || fact.envFiles.some((path) => !envFilePath(fact, path, facts)),
    }];
  });
}

/** What ties a deployment to a service: its Dockerfile, its build context, its command, and last its name. */
function linkOf(fact: Deployment, facts: FactIndex, images: ReadonlyMap<string, Service>): { service: Service; evidence: string } | undefined {
  if (fact.format === 'dockerfile') {
    const service = images.get(fact.file.path);
    return service && { service, evidence: 'its Dockerfile' };
  }
  if (isForeignImage(fact.image) && fact.context === undefined && fact.dockerfile === undefined) return undefined;
  const folder = folderOf(fact.file.path);
  const contexts = fact.format === 'compose' ? [join(folder, fact.context ?? '.')] : [join('', fact.context ?? '.'), '', folder];
  for (const context of contexts) {
    const path = fact.dockerfile === undefined && fact.context === undefined ? undefined : join(context, fact.dockerfile ?? 'Dockerfile');
    const service = path === undefined ? undefined : images.get(path);
    if (service) return { service, evidence: `built by ${path}` };
  }
  if (fact.context !== undefined) {
    const context = contexts[0]!;
    const service = facts.services.find(({ roots, kind }) => kind === 'service' && roots.some((root) => root !== '' && (context === root || context.startsWith(`${root}/`))));
    if (service) return { service, evidence: `built in ${context}` };
  }
  const started = /(?:^|\s)([A-Za-z_]\w*)(?:\.\w+)*:\w+|-m\s+([A-Za-z_]\w*)/.exec(fact.command ?? '');
  const module = started?.[1] ?? started?.[2];
  const byCommand = module === undefined ? undefined : facts.services.find(({ roots }) => roots.includes(module));
  if (byCommand) return { service: byCommand, evidence: `runs ${module}` };
  const byName = serviceByName(fact.name, facts.services) ?? (fact.image === undefined ? undefined : serviceByName(imageName(fact.image), facts.services));
  if (byName) return { service: byName, evidence: `"${fact.name}" means ${byName.name}` };
  // In a tree that is one service, what is built from it is that service.
  const services = facts.services.filter(({ kind }) => kind === 'service');
  const isBuilt = fact.context !== undefined || fact.dockerfile !== undefined;
  return services.length === 1 && (isBuilt || fact.format !== 'compose') ? { service: services[0]!, evidence: 'the only service' } : undefined;
}

/** Service by the path of a Dockerfile that runs it. */
function imageServices(facts: FactIndex): Map<string, Service> {
  return new Map(facts.services.flatMap((service) => (service.dockerfiles ?? []).map((path) => [path, service] as const)));
}

/** Deployments by the .env file that they load. */
function envFileUsers(deployments: readonly ServiceDeployment[], facts: FactIndex): Map<string, ServiceDeployment[]> {
  const users = new Map<string, ServiceDeployment[]>();
  for (const deployment of deployments) {
    for (const written of deployment.fact?.envFiles ?? []) {
      const path = envFilePath(deployment.fact!, written, facts);
      if (path !== undefined) append(users, path, deployment);
    }
  }
  return users;
}

/** Deployments by the ConfigMap or Secret that they take all keys of. */
function sourceUsers(deployments: readonly ServiceDeployment[]): Map<string, ServiceDeployment[]> {
  const users = new Map<string, ServiceDeployment[]>();
  for (const deployment of deployments) for (const source of deployment.fact?.environmentSources ?? []) append(users, source, deployment);
  return users;
}

function envFilePath(fact: Deployment, written: string, facts: FactIndex): string | undefined {
  return [join(folderOf(fact.file.path), written), join('', written)].find((path) => facts.file(path) !== undefined);
}

/**
 * A script may list variables per service in one table and their secret ids in another. The second is a dictionary: it gives ids to the
 * first and deploys nothing by itself.
 */
function secretTables(facts: FactIndex): { secretIds: Map<Entry, string>; dictionaries: Set<Entry> } {
  const secretIds = new Map<Entry, string>();
  const dictionaries = new Set<Entry>();
  const byFile = new Map<string, Entry[]>();
  for (const entry of facts.of('config-entry')) if (entry.format === 'deploy-script' && entry.effect === 'maps-secret') append(byFile, entry.file.path, entry);
  for (const entries of byFile.values()) {
    const lists = entries.filter((entry) => entry.service !== undefined && entry.reference === undefined);
    if (lists.length === 0) continue;
    const ids = new Map(entries.flatMap((entry) => (entry.service === undefined && entry.reference !== undefined ? [[entry.name, entry] as const] : [])));
    for (const entry of ids.values()) dictionaries.add(entry);
    for (const entry of lists) {
      const id = ids.get(entry.name)?.reference;
      if (id !== undefined) secretIds.set(entry, id);
    }
  }
  return { secretIds, dictionaries };
}

function sourceKey(file: AuditedFile, name: string): string {
  return `${file.path}\0${name}`;
}

/** A relative path seen from a folder. What leaves the tree ends in a path that no file has. */
function join(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function imageName(image: string): string {
  return image.replace(/^.*\//, '').replace(/[:@].*$/, '');
}
