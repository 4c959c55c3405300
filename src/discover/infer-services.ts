import type { DeploymentFact, Fact, PackageFact } from '../model/facts.js';
import type { Service } from '../model/result.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { roleOf } from './file-role.js';
import { imagesOf, type Image } from './images.js';
import { createTree, resolveWritten, type Tree } from './tree.js';
import { workspaceMembers } from './workspaces.js';
import { baseNameOf } from '../util/paths.js';

export interface ServiceInput {
  /** Every file of the tree with its facts; files without facts count too, for their folders. Any order. */
  files: readonly { path: string; facts: readonly Fact[] }[];
  /** Services that the configuration states. They win over what is inferred for the same folders. */
  configured?: readonly Service[];
}

/** A folder that may be a service or library, and what says so. */
interface Candidate {
  root: string;
  kind: Service['kind'];
  evidence: string;
}

/**
 * Services and libraries of a tree, with what showed each of them. Always ends with the root service (`roots: ['']`, name `''`),
 * which has every file that no other claims. Sorted by name, the root last.
 */
export function inferServices(input: ServiceInput): Service[] {
  const configured = input.configured ?? [];
  const claimed = new Set(configured.flatMap(({ roots }) => roots));
  const tree = createTree(input.files.map(({ path }) => path));
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate): void => {
    if (!found.has(candidate.root) && isProductFolder(candidate.root, tree)) found.set(candidate.root, candidate);
  };
  const packages = packagesOf(input);
  const images = imagesOf(input.files, tree, new Set(packages.map(({ folder }) => folder)));
  for (const candidate of [...imageServices(images), ...deployedFolders(input, tree), ...packageCandidates(packages, input, tree), ...pythonServices(tree)]) add(candidate);
  for (const candidate of [...copiedLibraries(images, found), ...importedLibraries(input, found, tree)]) add(candidate);

  const candidates = [...found.values()].filter(({ root }) => !claimed.has(root));
  const services = configured.some(({ roots }) => roots.includes('')) ? [] : [ROOT];
  const inferred = isWholeTree(candidates, configured, tree) ? [] : named(candidates);
  const all = [...[...configured, ...inferred].sort((a, b) => compareText(a.name, b.name)), ...services];
  return withDockerfiles(all, images);
}

/** Adds to each service the Dockerfiles that run its code. */
function withDockerfiles(services: readonly Service[], images: readonly Image[]): Service[] {
  const paths = new Map<Service, string[]>();
  for (const { path, main } of images) {
    // An image that nothing tells of runs the one service that there is.
    const service = main !== undefined ? serviceOf(main === '' ? '' : `${main}/`, services) : services.length === 1 ? services[0] : undefined;
    if (service) paths.set(service, [...(paths.get(service) ?? []), path]);
  }
  return services.map((service) => (paths.has(service) ? { ...service, dockerfiles: sortedDistinct(paths.get(service)!) } : service));
}

const ROOT: Service = { name: '', roots: [''], kind: 'service', evidence: 'everything that no other service claims' };

/** The service with the longest root that holds the path. `services` must hold the root service. */
export function serviceOf(path: string, services: readonly Service[]): Service {
  let best: Service | undefined;
  let bestLength = -1;
  for (const service of services) {
    for (const root of service.roots) {
      if (root.length > bestLength && (root === '' || path === root || path.startsWith(`${root}/`))) {
        best = service;
        bestLength = root.length;
      }
    }
  }
  if (!best) throw new Error('no root service');
  return best;
}

/** Folders of tests, scripts, documents and examples hold no service, whatever stands in them. */
function isProductFolder(root: string, tree: Tree): boolean {
  return root !== '' && tree.hasFolder(root) && roleOf(`${root}/index.ts`, { exists: tree.hasFile }) === 'production';
}

/** One service and nothing beside it that shares with it: the whole tree is that service. Not so a folder with a manifest or an image of its own. */
function isWholeTree(candidates: readonly Candidate[], configured: readonly Service[], tree: Tree): boolean {
  if (configured.length > 0 || candidates.length !== 1) return false;
  const { root } = candidates[0]!;
  return tree.topFolderOf(root) === root && !tree.hasManifest(root) && !tree.hasFile(`${root}/Dockerfile`);
}

/** The last segment is the name, unless two folders share it; then both go by their path. */
function named(candidates: readonly Candidate[]): Service[] {
  const count = new Map<string, number>();
  for (const { root } of candidates) count.set(baseNameOf(root), (count.get(baseNameOf(root)) ?? 0) + 1);
  return candidates.map(({ root, kind, evidence }) => ({ name: count.get(baseNameOf(root)) === 1 ? baseNameOf(root) : root, roots: [root], kind, evidence }));
}

function imageServices(images: readonly Image[]): Candidate[] {
  return images.flatMap(({ main, evidence }) => (main === undefined || main === '' ? [] : [{ root: main, kind: 'service' as const, evidence }]));
}

/** Folders that go into the images of several services, and are the main folder of none. */
function copiedLibraries(images: readonly Image[], found: ReadonlyMap<string, Candidate>): Candidate[] {
  const users = new Map<string, Set<string>>();
  for (const { main, folders } of images) {
    if (main === undefined || main === '') continue;
    for (const folder of folders) {
      if (folder !== main && folder !== '' && !main.startsWith(`${folder}/`) && !folder.startsWith(`${main}/`)) users.set(folder, (users.get(folder) ?? new Set()).add(main));
    }
  }
  return [...users].filter(([folder, mains]) => mains.size > 1 && !found.has(folder))
    .map(([root, mains]) => ({ root, kind: 'library' as const, evidence: `copied into the images of ${sortedDistinct(mains).join(', ')}` }));
}

/** Folders that a compose file builds in, or a deploy script names for a service. */
function deployedFolders(input: ServiceInput, tree: Tree): Candidate[] {
  return input.files.flatMap(({ path, facts }) => facts.flatMap((fact) => {
    if (fact.kind !== 'deployment' || fact.context === undefined || fact.format === 'dockerfile' || fact.format === 'cloudbuild') return [];
    if (roleOf(path, { exists: tree.hasFile }) === 'test') return [];
    const folder = contextFolder(path, fact, tree);
    if (folder === undefined || folder === '' || !tree.hasCode(folder)) return [];
    // A compose file names a context all the same when there is nothing to build.
    if (fact.format === 'compose' && !tree.hasFile(resolveWritten(folder, fact.dockerfile ?? 'Dockerfile') ?? '')) return [];
    const what = fact.format === 'compose' ? `compose service "${fact.name}" is built in it` : `"${fact.name}" is deployed from it`;
    return [{ root: folder, kind: 'service' as const, evidence: `${what} (${path})` }];
  }));
}

/** A build context is relative to its file; a deploy script runs in the root and its folders count from there. */
function contextFolder(path: string, fact: DeploymentFact, tree: Tree): string | undefined {
  const folders = [resolveWritten(tree.folderOf(path), fact.context!), ...(fact.format === 'compose' ? [] : [resolveWritten('', fact.context!)])];
  return folders.find((folder) => folder !== undefined && tree.hasFolder(folder));
}

interface FoundPackage {
  folder: string;
  path: string;
  fact: PackageFact;
}

function packagesOf(input: ServiceInput): FoundPackage[] {
  return input.files.flatMap(({ path, facts }) => facts.flatMap((fact) => (
    fact.kind === 'package' ? [{ folder: path.slice(0, Math.max(path.lastIndexOf('/'), 0)), path, fact }] : []
  )));
}

/** Workspace packages and packages with a manifest of their own: what others depend on is a library, what starts is a service. */
function packageCandidates(packages: readonly FoundPackage[], input: ServiceInput, tree: Tree): Candidate[] {
  const members = workspaceMembers(packages.map(({ folder, fact }) => ({ folder, workspaces: fact.workspaces })), input.files);
  const users = new Map<string, string[]>();
  for (const { fact, folder } of packages) {
    if (!isProductFolder(folder, tree)) continue;
    for (const dependency of fact.dependencies) users.set(dependency, [...(users.get(dependency) ?? []), fact.name || folder]);
  }
  const folders = new Set(packages.map(({ folder }) => folder));
  return packages.flatMap(({ folder, fact }): Candidate[] => {
    // A manifest with workspaces holds packages and is none; one inside a package is another way into that package.
    if (folder === '' || fact.workspaces.length > 0 || (!members.has(folder) && ancestors(folder).some((ancestor) => folders.has(ancestor)))) return [];
    const label = fact.name === '' ? 'package' : `package "${fact.name}"`;
    const where = members.has(folder) ? `workspace ${label}` : label;
    const usedBy = fact.name === '' ? [] : sortedDistinct(users.get(fact.name) ?? []).filter((name) => name !== fact.name);
    const starts = startScript(fact);
    if (usedBy.length > 0) return [{ root: folder, kind: 'library', evidence: `${where}, which ${list(usedBy)} depend${usedBy.length === 1 ? 's' : ''} on` }];
    if (starts !== undefined && (fact.private || !fact.importable) && !isLibraryFolder(folder)) return [{ root: folder, kind: 'service', evidence: `${where} with the script "${starts}"` }];
    if (fact.ecosystem === 'python') {
      return [tree.pythonEntry(folder) === undefined ? { root: folder, kind: 'library', evidence: where } : { root: folder, kind: 'service', evidence: `${where} with ${tree.pythonEntry(folder)}` }];
    }
    if (fact.importable || members.has(folder)) return [{ root: folder, kind: isAppFolder(folder) ? 'service' : 'library', evidence: where }];
    // A manifest that only marks a folder (`{"type": "module"}`) makes no package.
    return fact.dependencies.length > 0 ? [{ root: folder, kind: 'service', evidence: `${where} with dependencies of its own` }] : [];
  });
}

function startScript(fact: PackageFact): string | undefined {
  return ['start', 'start:prod', 'serve', 'dev'].find((name) => fact.scripts.some((script) => script.name === name && !/\b(?:tsc|rollup|tsup|microbundle|storybook)\b/.test(script.command)));
}

function isLibraryFolder(folder: string): boolean {
  return folder.split('/').slice(0, -1).some((segment) => /^(?:packages|libs|lib|modules|plugins|tooling|configs?)$/.test(segment)) && !isAppFolder(folder);
}

/** Folders above one, the root left out. */
function ancestors(folder: string): string[] {
  const parts = folder.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function isAppFolder(folder: string): boolean {
  return folder.split('/').slice(0, -1).some((segment) => segment === 'apps' || segment === 'services');
}

/** Top-level Python folders that start something: an entry file, and a requirements file or a name that says service. */
function pythonServices(tree: Tree): Candidate[] {
  return tree.topFolders().flatMap((folder) => {
    const entry = tree.pythonEntry(folder);
    const isService = tree.hasManifest(folder) || /(?:^|[-_])(?:service|backend|api|server|worker|gateway|web)$/.test(folder);
    return entry !== undefined && isService ? [{ root: folder, kind: 'service' as const, evidence: `starts with ${entry}` }] : [];
  });
}

/** Top-level Python packages that files of several services import. */
function importedLibraries(input: ServiceInput, found: ReadonlyMap<string, Candidate>, tree: Tree): Candidate[] {
  const services = [...found.values()].filter(({ kind }) => kind === 'service').map(({ root }) => root);
  if (services.length < 2) return [];
  const importers = new Map<string, Set<string>>();
  for (const { path, facts } of input.files) {
    const service = services.filter((root) => path.startsWith(`${root}/`)).sort((a, b) => b.length - a.length)[0];
    if (service === undefined || !path.endsWith('.py') || roleOf(path, { exists: tree.hasFile }) !== 'production') continue;
    for (const fact of facts) {
      if (fact.kind !== 'import' || fact.level > 0) continue;
      const top = fact.name.split('.', 1)[0]!;
      if (top !== service && tree.hasFolder(top) && !found.has(top)) importers.set(top, (importers.get(top) ?? new Set()).add(service));
    }
  }
  return [...importers].filter(([, users]) => users.size > 1).sort(([a], [b]) => compareText(a, b))
    .map(([root, users]) => ({ root, kind: 'library' as const, evidence: `imported by ${list(sortedDistinct(users))}` }));
}

function list(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
