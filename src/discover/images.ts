import type { DeploymentFact, Fact } from '../model/facts.js';
import { sortedDistinct } from '../util/compare.js';
import { roleOf } from './file-role.js';
import { resolveWritten, type Tree } from './tree.js';
import { baseNameOf, foldersUp } from '../util/paths.js';

/** An image that a Dockerfile of the tree builds. */
export interface Image {
  /** Path of the Dockerfile. */
  path: string;
  /** Folders of the tree that go into it; `` is the whole tree. */
  folders: readonly string[];
  /** The folder whose code it runs; undefined when that cannot be told. */
  main?: string;
  evidence: string;
}

type Files = readonly { path: string; facts: readonly Fact[] }[];

/** Images with the folders that they hold and the one that each runs. `packages`: folders with a package of their own. */
export function imagesOf(files: Files, tree: Tree, packages: ReadonlySet<string>): Image[] {
  const contexts = statedContexts(files, tree);
  const images = files.flatMap(({ path, facts }) => {
    const fact = facts.find((candidate): candidate is DeploymentFact => candidate.kind === 'deployment' && candidate.format === 'dockerfile');
    const role = roleOf(path, { exists: tree.hasFile });
    if (!fact || role === 'test' || role === 'example' || role === 'fixture' || role === 'backup') return [];
    const context = contextOf(path, fact, contexts.get(path) ?? [], tree);
    return [{ path, fact, folders: foldersOf(fact, context, tree), context }];
  });
  const firstPass = images.map((image) => ({ ...image, main: mainByCommand(image, tree) ?? mainByPlace(image, packages, tree) }));
  const mains = new Set(firstPass.flatMap(({ main }) => main ?? []));
  // An image that takes only a part of a service (its migrations, a worker) runs that service.
  const whole = (main: string): string => [...mains].filter((other) => main.startsWith(`${other}/`) && !tree.hasManifest(main)).sort((a, b) => a.length - b.length)[0] ?? main;
  return firstPass.map(({ path, fact, folders, main }) => {
    const chosen = main ?? mainByElimination(folders, firstPass, mains, tree);
    const copied = folders.filter((folder) => folder !== '').map((folder) => `${folder}/`);
    const runs = fact.command === undefined ? '' : ` and runs ${shortCommand(fact.command)}`;
    return { path, folders, ...(chosen !== undefined && { main: whole(chosen) }), evidence: `${path} copies ${copied.length > 0 ? copied.join(', ') : 'its context'}${runs}` };
  });
}

/** Build contexts that compose files, Cloud Build and deploy scripts state for a Dockerfile, by its path. */
function statedContexts(files: Files, tree: Tree): Map<string, string[]> {
  const contexts = new Map<string, string[]>();
  for (const { path, facts } of files) {
    for (const fact of facts) {
      if (fact.kind !== 'deployment' || fact.format === 'dockerfile' || (fact.context === undefined && fact.dockerfile === undefined)) continue;
      const isCompose = fact.format === 'compose';
      const context = resolveWritten(isCompose ? tree.folderOf(path) : '', isCompose ? fact.context ?? '.' : '.');
      if (context === undefined) continue;
      const dockerfile = resolveWritten(context, fact.dockerfile ?? 'Dockerfile');
      if (dockerfile !== undefined && tree.hasFile(dockerfile)) contexts.set(dockerfile, [...(contexts.get(dockerfile) ?? []), context]);
    }
  }
  return contexts;
}

/** The folder that copied paths count from: the first stated or likely one in which most of them are there. */
function contextOf(path: string, fact: DeploymentFact, stated: readonly string[], tree: Tree): string {
  const own = tree.folderOf(path);
  const parents = own.split('/').map((_, index, parts) => parts.slice(0, parts.length - 1 - index).join('/'));
  const candidates = [...new Set([...stated, own, ...parents, ''])];
  const named = fact.copies.filter((copy) => !/^[.*]?\/?$/.test(copy) && resolveWritten('', withoutGlob(copy)) !== undefined);
  if (named.length === 0) return stated[0] ?? (tree.hasManifest(own) || own === '' || standsAlone(own, tree) ? own : '');
  const hits = (context: string): number => named.filter((copy) => exists(context, copy, tree)).length;
  return candidates.reduce((best, candidate) => (hits(candidate) > hits(best) ? candidate : best), candidates[0]!);
}

function exists(context: string, copy: string, tree: Tree): boolean {
  const target = resolveWritten(context, withoutGlob(copy));
  return target !== undefined && (tree.hasFile(target) || tree.hasFolder(target)) && target !== context;
}

/** Folders that an image takes in. A single file of a folder does not bring the folder. */
function foldersOf(fact: DeploymentFact, context: string, tree: Tree): string[] {
  return sortedDistinct(fact.copies.flatMap((copy) => {
    const folder = resolveWritten(context, withoutGlob(copy));
    return folder !== undefined && tree.hasFolder(folder) && tree.hasCode(folder) && (!copy.includes('*') || /\/\*\*?$|^\*$/.test(copy)) ? [folder] : [];
  }));
}

function withoutGlob(copy: string): string {
  return copy.replace(/^\/+/, '').replace(/\/?\*+$/, '').replace(/\/[^/]*[*?][^/]*$/, '');
}

/** What the command names: `uvicorn shop.api.main:app`, `python -m worker`, `node apps/api/dist/main.js`. */
function mainByCommand(image: { fact: DeploymentFact; folders: readonly string[]; context: string }, tree: Tree): string | undefined {
  const command = image.fact.command ?? '';
  const modules = [...command.matchAll(/(?:^|\s|["'])([A-Za-z_]\w*)(?:\.\w+)*:\w+|-m\s+([A-Za-z_]\w*)/g)].map((match) => match[1] ?? match[2]!);
  const paths = [...command.matchAll(/(?:^|\s|["'/])((?:[\w.-]+\/)+)[\w.-]+\.(?:py|[cm]?[jt]s)\b/g)].map((match) => match[1]!.replace(/\/$/, ''));
  for (const name of [...modules, ...paths]) {
    const folder = image.folders.find((candidate) => candidate === resolveWritten(image.context, name) || baseNameOf(candidate) === name)
      ?? image.folders.find((candidate) => candidate !== '' && (name === candidate || name.startsWith(`${candidate}/`)));
    if (folder !== undefined && folder !== '') return folder;
    const inContext = resolveWritten(image.context, name);
    // The whole context was copied: the module is a folder in it.
    if (image.folders.includes(image.context) && inContext !== undefined && inContext !== '' && tree.hasCode(inContext) && tree.hasManifest(inContext)) return inContext;
  }
  return undefined;
}

/** A Dockerfile beside a package's manifest builds that package. */
function mainByPlace(image: { path: string; context: string; folders: readonly string[] }, packages: ReadonlySet<string>, tree: Tree): string | undefined {
  const own = tree.folderOf(image.path);
  if (own !== '' && (packages.has(own) || tree.hasManifest(own)) && tree.hasCode(own)) return own;
  if (image.context === own && standsAlone(own, tree)) return own;
  return image.context !== '' && tree.hasManifest(image.context) && tree.hasCode(image.context) ? image.context : undefined;
}

/** Folders that keep the Dockerfiles of others. */
const OF_OTHERS = /^\.?(?:docker\w*|devcontainer|containers?|images?|deploy\w*|build\w*|ci|infra\w*|ops|k8s|kubernetes|helm|scripts?|tools?)$/i;

/** A folder with code that no manifest is responsible for, its own or one above it: the Dockerfile beside the code is all that tells of it. */
function standsAlone(folder: string, tree: Tree): boolean {
  return folder !== '' && tree.hasCode(folder) && !folder.split('/').some((segment) => OF_OTHERS.test(segment)) && !foldersUp(folder).some(tree.hasManifest);
}

/** Of the copied folders, the only one that is not copied into the images of other services, too. */
function mainByElimination(
  folders: readonly string[], images: readonly { folders: readonly string[]; main: string | undefined }[], mains: ReadonlySet<string>, tree: Tree,
): string | undefined {
  const known = folders.filter((folder) => mains.has(folder));
  if (known.length === 1) return known[0];
  if (known.length > 1) return undefined;
  const own = folders.filter((folder) => folder !== '' && !images.some(({ main, folders: others }) => main !== undefined && others.includes(folder)));
  const top = own.filter((folder) => !own.some((other) => other !== folder && folder.startsWith(`${other}/`)));
  const withManifest = top.filter((folder) => tree.hasManifest(folder));
  return withManifest.length === 1 ? withManifest[0] : top.length === 1 ? top[0] : undefined;
}

function shortCommand(command: string): string {
  const line = command.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
