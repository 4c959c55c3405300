import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, type ParseError } from 'jsonc-parser';
import type { Rule } from '../engine/define-rule.js';
import { explainIssues } from '../util/explain-issues.js';
import { UserError } from '../util/user-error.js';
import { importModule } from './import-module.js';
import { configSchema, defaultConfig, isRule, type Config } from './schema.js';

/** File names of a configuration, in the order in which they are looked for in a folder. */
export const CONFIG_NAMES = ['ssot-audit.config.ts', 'ssot-audit.config.mts', 'ssot-audit.config.mjs', 'ssot-audit.config.js', 'ssot-audit.config.json'] as const;
/** The key of package.json that can hold the configuration instead. */
export const PACKAGE_KEY = 'ssotAudit';

export interface LoadConfigOptions {
  /** Absolute path of the folder to search from, upwards to the root of its git repository. Outside of one only the folder itself is searched. */
  from: string;
  /** Absolute path of the configuration file, given by the user: nothing is searched. */
  file?: string;
  /** Whether a configuration that is code may be run. Default: true. */
  allowCode?: boolean;
}

export interface LoadedConfig {
  config: Config;
  /** Absolute path of the file it came from; absent when there is none and the defaults hold. */
  file?: string;
}

/**
 * Finds, reads and validates the configuration.
 * @throws UserError that names the key, what was given and what is allowed
 */
export async function loadConfig({ from, file, allowCode = true }: LoadConfigOptions): Promise<LoadedConfig> {
  if (file !== undefined && !existsSync(file)) {
    throw new UserError(`There is no configuration file ${file}.`, { code: 'config-not-found', hint: 'Check --config, or run `ssot-audit init` to write one.' });
  }
  const found = file ?? findConfig(from);
  if (found === undefined) return { config: defaultConfig() };
  const value = await readConfig(found, allowCode);
  return { config: await validateConfig(value, found, allowCode), file: found };
}

/** The nearest configuration file, from a folder upwards to the root of its git repository. */
export function findConfig(from: string): string | undefined {
  const folders = foldersUpwards(from);
  const gitRoot = folders.findIndex((folder) => existsSync(join(folder, '.git')));
  for (const folder of gitRoot < 0 ? [from] : folders.slice(0, gitRoot + 1)) {
    const name = CONFIG_NAMES.find((candidate) => existsSync(join(folder, candidate)));
    if (name !== undefined) return join(folder, name);
    const packageFile = join(folder, 'package.json');
    if (existsSync(packageFile) && hasPackageKey(packageFile)) return packageFile;
  }
  return undefined;
}

function foldersUpwards(from: string): string[] {
  const folders = [from];
  for (let folder = dirname(from); folder !== folders.at(-1); folder = dirname(folder)) folders.push(folder);
  return folders;
}

function hasPackageKey(packageFile: string): boolean {
  try {
    const text = readFileSync(packageFile, 'utf8');
    return text.includes(PACKAGE_KEY) && (JSON.parse(text) as Record<string, unknown>)[PACKAGE_KEY] !== undefined;
  } catch {
    return false; // a package.json that cannot be read configures nothing; the scan itself reports it
  }
}

async function readConfig(file: string, allowCode: boolean): Promise<unknown> {
  if (extname(file) === '.json') {
    const json = readJson(file);
    return basename(file) === 'package.json' ? (json as Record<string, unknown>)[PACKAGE_KEY] : json;
  }
  const { default: exported } = await runModule(file, file, allowCode);
  if (exported === undefined) {
    throw new UserError(`${file} has no default export.`, { code: 'config-invalid', hint: 'Write: export default { ... }' });
  }
  return exported;
}

function readJson(file: string): unknown {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}`, { code: 'config-invalid', cause });
  }
  const json = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UserError(`${file}${jsonErrorPlace(json)} is not valid JSON: ${(cause as Error).message}`, { code: 'config-invalid', cause, hint: 'For comments and trailing commas use ssot-audit.config.mjs.' });
  }
}

/** `:3:7`, the place of the first error: what JSON.parse says of it differs with the version of Node. */
function jsonErrorPlace(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const before = text.slice(0, errors[0]?.offset ?? text.length).split('\n');
  return `:${before.length}:${before.at(-1)!.length + 1}`;
}

/** `:3`, the line of a module at which an error arose: of its syntax, or of what it did. Empty where the error does not say. */
function errorPlace(file: string, cause: unknown): string {
  const stack = cause instanceof Error ? cause.stack ?? '' : '';
  for (const name of [pathToFileURL(file).href, file]) {
    const at = stack.indexOf(`${name}:`);
    const line = at < 0 ? undefined : /^:\d+/.exec(stack.slice(at + name.length))?.[0];
    if (line !== undefined) return line;
  }
  return '';
}

/** What a module that belongs to the configuration exports. */
async function runModule(file: string, configFile: string, allowCode: boolean): Promise<Record<string, unknown>> {
  if (!allowCode) {
    throw new UserError(`${file} is code, and --no-code-config forbids to run it.`, { code: 'code-config', hint: 'Use ssot-audit.config.json, without plugins.' });
  }
  try {
    return await importModule(file);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${file === configFile ? 'The configuration' : 'The plugin'} ${file}${errorPlace(file, cause)} failed to load: ${message}`, { code: 'config-failed', cause });
  }
}

async function validateConfig(value: unknown, file: string, allowCode: boolean): Promise<Config> {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const reasons = explainIssues(configSchema, value, parsed.error.issues);
    throw new UserError(`${file}: ${reasons.join('\n  ')}`, { code: 'config-invalid', hint: 'All keys are described in docs/configuration.md of the package.' });
  }
  const plugins: Rule[] = [];
  for (const [index, plugin] of parsed.data.plugins.entries()) {
    if (typeof plugin === 'string') plugins.push(...(await loadPlugin(plugin, index, file, allowCode)));
    else plugins.push(plugin);
  }
  return { ...parsed.data, plugins };
}

async function loadPlugin(specifier: string, index: number, configFile: string, allowCode: boolean): Promise<Rule[]> {
  const place = `${configFile}: plugins[${index}]`;
  let path;
  try {
    path = /^\.{0,2}\//.test(specifier) ? resolve(dirname(configFile), specifier) : createRequire(pathToFileURL(configFile)).resolve(specifier);
  } catch (cause) {
    throw new UserError(`${place}: "${specifier}" is not installed.`, { code: 'config-invalid', cause, hint: 'A path begins with ./ and a package must be in node_modules.' });
  }
  if (!existsSync(path)) throw new UserError(`${place}: there is no file ${path}.`, { code: 'config-invalid' });
  const { default: exported, ...named } = await runModule(path, configFile, allowCode);
  const rules = exported === undefined ? Object.values(named).filter(isRule) : Array.isArray(exported) ? exported : [exported];
  if (!rules.every(isRule) || (exported === undefined && rules.length === 0)) {
    const what = exported === undefined ? `"${specifier}" exports no rule` : `the default export of "${specifier}" is not a rule`;
    throw new UserError(`${place}: ${what}.`, { code: 'config-invalid', hint: 'Export what defineRule returns, or a list of such rules as the default export.' });
  }
  return rules;
}
