import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { loadConfig } from '../config/load-config.js';
import type { Config } from '../config/schema.js';
import { repositoryRootOf } from '../discover/repository-root.js';
import { nearest } from '../util/nearest.js';
import { UserError } from '../util/user-error.js';

export interface TargetFlags {
  root?: string;
  config?: string;
  codeConfig?: boolean;
}

/** What is to be audited, and how. */
export interface Target {
  /** Absolute path of the audited root. */
  root: string;
  /** POSIX paths relative to the root; empty: the whole tree. */
  paths: string[];
  config: Config;
  /** Absolute path; absent when there is no configuration. */
  configFile?: string;
  /** Folder of the git repository that holds the root; absent outside of one. */
  repositoryRoot?: string;
}

/** Words that may be meant when a path is not there. */
const COMMANDS = ['scan', 'rules', 'explain', 'env', 'canon', 'schema', 'baseline', 'proof', 'link', 'loop', 'worklog', 'trend', 'init'];

/**
 * Finds root and configuration. The root is the folder of the nearest configuration (so results do not depend on the folder one stands in),
 * or `--root`; without a configuration the one folder given, else the current folder.
 */
export async function findTarget(given: readonly string[], flags: TargetFlags): Promise<Target> {
  const targets = given.map((path) => existing(path));
  const [only] = targets;
  const folder = flags.root !== undefined ? existingFolder(flags.root) : targets.length === 1 ? folderOf(only!) : process.cwd();
  const { config, file } = await loadConfig({
    from: folder,
    allowCode: flags.codeConfig !== false,
    ...(flags.config === undefined ? {} : { file: resolve(flags.config) }),
  });
  const root = flags.root !== undefined || flags.config !== undefined || file === undefined ? folder : dirname(file);
  const narrowed = targets.length > 0 ? targets : flags.root === undefined ? [folder] : [];
  const paths = narrowed.map((path) => pathInside(root, path));
  const repositoryRoot = repositoryRootOf(root);
  return {
    root,
    paths: paths.includes('') ? [] : paths,
    config: checkedAgainst(root, config, file),
    ...(file === undefined ? {} : { configFile: file }),
    ...(repositoryRoot === undefined ? {} : { repositoryRoot }),
  };
}

/** POSIX path from a folder to what it holds; '' for the folder itself. Undefined when it is not inside. */
export function relativeInside(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside.replaceAll(sep, '/');
}

function existing(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return absolute;
  const command = nearest(path, COMMANDS);
  throw new UserError(`There is no file or folder "${path}".`, {
    code: 'path-not-found',
    hint: command !== undefined && !/[/.]/.test(path) ? `Did you mean the command "ssot-audit ${command}"?` : `Looked for ${absolute}`,
  });
}

/** A file stands for the current folder that holds it, or for its own. */
function folderOf(target: string): string {
  if (statSync(target).isDirectory()) return target;
  return relativeInside(process.cwd(), target) === undefined ? dirname(target) : process.cwd();
}

function existingFolder(path: string): string {
  const absolute = resolve(path);
  if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) return absolute;
  throw new UserError(`--root: there is no folder "${path}".`, { code: 'path-not-found', hint: `Looked for ${absolute}` });
}

function pathInside(root: string, path: string): string {
  const inside = relativeInside(root, path);
  if (inside !== undefined) return inside;
  throw new UserError(`${path} is outside of the audited root ${root}.`, { code: 'path-outside-root', hint: 'Give one folder, or choose the root with --root <dir>.' });
}

/** A folder or owner that is not there would make a rule silent for ever. */
function checkedAgainst(root: string, config: Config, file: string | undefined): Config {
  const missing = [
    ...(config.services ?? []).flatMap(({ roots }, index) => roots.map((path, position) => ({ key: `services[${index}].roots[${position}]`, path }))),
    ...config.owners.map(({ owner }, index) => ({ key: `owners[${index}].owner`, path: owner })),
  ].filter(({ path }) => !existsSync(join(root, path)));
  if (missing.length === 0) return config;
  throw new UserError(`${file ?? 'The configuration'}: ${missing.map(({ key, path }) => `${key} is "${path}", and there is no such file or folder`).join('\n  ')}.`, {
    code: 'config-invalid', hint: `Paths are relative to ${root}`,
  });
}
