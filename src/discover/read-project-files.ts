import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import type { PackageFile, ProjectFiles, PythonProjectFile, TsConfigFile } from '../model/project-files.js';

/** Larger project files are no project files. */
const MAX_BYTES = 1_000_000;

/**
 * Reads the project files among `paths` (relative to `root`) that decide how imports resolve. Files that are missing or broken are left
 * out, or count as far as they can be read: the imports that depend on them are then `unknown`, nothing fails.
 */
export function readProjectFiles(root: string, paths: readonly string[], read: (path: string) => Buffer = (path) => readFileSync(join(root, path))): ProjectFiles {
  const tsconfigs = new Map<string, TsConfigFile>();
  const packages = new Map<string, PackageFile>();
  const python = new Map<string, PythonProjectFile>();
  for (const path of paths) {
    const name = basename(path);
    const isTsConfig = /^(?:_?tsconfig|jsconfig)(?:[._-].*)?\.json$/.test(name);
    const isPython = /^(?:pyproject\.toml|setup\.(?:cfg|py)|pytest\.ini|Pipfile|requirements[\w.-]*\.(?:txt|in))$/.test(name) || /(?:^|\/)requirements\/[\w.-]+\.(?:txt|in)$/.test(path);
    if (!isTsConfig && name !== 'package.json' && !isPython) continue;
    const text = readText(() => read(path));
    if (text === undefined) continue;
    if (isTsConfig) tsconfigs.set(path, tsConfig(record(parseJsonc(text, [], { allowTrailingComma: true }))));
    else if (name === 'package.json') packages.set(path, packageFile(record(parseJsonc(text, [], { allowTrailingComma: true }))));
    else python.set(path, pythonFile(name, text));
  }
  return { tsconfigs, packages, python };
}

function readText(read: () => Buffer): string | undefined {
  try {
    const text = read().toString('utf8');
    return text.length > MAX_BYTES ? undefined : text.replace(/^\uFEFF/, '');
  } catch {
    return undefined; // gone or unreadable: discovery has said so already
  }
}

function tsConfig(content: Json): TsConfigFile {
  const options = record(content['compilerOptions']);
  const { baseUrl, rootDir, outDir } = options;
  return {
    extends: strings(content['extends']),
    ...(typeof baseUrl === 'string' ? { baseUrl } : {}),
    ...(typeof options['paths'] === 'object' && options['paths'] ? { paths: mapOf(record(options['paths']), strings) } : {}),
    rootDirs: strings(options['rootDirs']),
    ...(typeof rootDir === 'string' ? { rootDir } : {}),
    ...(typeof outDir === 'string' ? { outDir } : {}),
    references: list(content['references']).flatMap((reference) => strings(record(reference)['path'])),
  };
}

function packageFile(content: Json): PackageFile {
  const { name } = content;
  const publish = record(content['publishConfig']);
  const entries = ['source', 'types', 'typings', 'module', 'main', 'browser'].flatMap((key) => [content[key], publish[key]]).filter((entry) => typeof entry === 'string');
  return {
    ...(typeof name === 'string' ? { name } : {}),
    entries,
    exports: targetsByKey(content['exports'] ?? publish['exports']),
    imports: targetsByKey(content['imports']),
    dependencies: ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((key) => Object.keys(record(content[key]))),
    aliases: new Map(Object.entries({ ...record(content['alias']), ...record(content['_moduleAliases']) }).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  };
}

/** https://nodejs.org/api/packages.html#exports: a string, conditions, or a map whose keys start with `.` (for `imports`: `#`). */
function targetsByKey(value: unknown): Map<string, readonly string[]> {
  if (value === undefined || value === null) return new Map();
  const keys = typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [];
  if (keys.some((key) => key.startsWith('.') || key.startsWith('#'))) return mapOf(record(value), (targets) => leaves(targets, 0));
  return new Map([['.', leaves(value, 0)]]);
}

function leaves(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  return [...new Set(Object.values(value).flatMap((part) => leaves(part, depth + 1)))];
}

function pythonFile(name: string, text: string): PythonProjectFile {
  if (name === 'pyproject.toml' || name === 'Pipfile') return tomlProject(text);
  if (name === 'setup.py') return setupScript(text);
  if (name.endsWith('.txt') || name.endsWith('.in')) return { sourceRoots: [], dependencies: distributions(text.split('\n')) };
  const roots = [...text.matchAll(/^\s*(?:pythonpath|where)\s*=\s*(.+)$/gm)].flatMap((match) => match[1]!.trim().split(/[\s,:]+/));
  const packageDir = /^package_dir\s*=\s*\n?\s*=\s*(\S+)/m.exec(text)?.[1];
  const required = /^install_requires\s*=\s*\n((?:[ \t]+.*\n?)*)/m.exec(text)?.[1] ?? '';
  return { sourceRoots: [...roots, ...(packageDir ? [packageDir] : [])], dependencies: distributions(required.split('\n')) };
}

function tomlProject(text: string): PythonProjectFile {
  let content: Json;
  try {
    content = record(getStaticTOMLValue(parseTOML(text)));
  } catch {
    return { sourceRoots: [], dependencies: [] }; // the TOML reader reports the syntax error
  }
  const tool = record(content['tool']);
  const setuptools = record(tool['setuptools']);
  const poetry = record(tool['poetry']);
  const project = record(content['project']);
  const wheel = record(record(record(record(record(tool['hatch'])['build'])['targets'])['wheel']));
  const sourceRoots = [
    ...strings(record(record(setuptools['packages'])['find'])['where']),
    ...strings(record(setuptools['package-dir'])['']),
    ...strings(record(record(tool['pytest'])['ini_options'])['pythonpath']).flatMap((roots) => roots.split(/\s+/)),
    ...list(poetry['packages']).flatMap((entry) => strings(record(entry)['from'])),
    ...strings(wheel['packages']).map((folder) => folder.split('/').slice(0, -1).join('/') || '.'),
    ...strings(wheel['sources']),
  ];
  const groups = Object.values(record(poetry['group'])).flatMap((group) => Object.keys(record(record(group)['dependencies'])));
  const requirements = [
    ...strings(project['dependencies']),
    ...Object.values(record(project['optional-dependencies'])).flatMap(strings),
    ...Object.values(record(content['dependency-groups'])).flatMap(strings),
    ...Object.keys(record(poetry['dependencies'])), ...Object.keys(record(poetry['dev-dependencies'])), ...groups,
    ...Object.keys(record(content['packages'])), ...Object.keys(record(content['dev-packages'])),
  ];
  return { sourceRoots, dependencies: distributions(requirements) };
}

/** setup.py is code and is not run: only its usual literal forms are read. */
function setupScript(text: string): PythonProjectFile {
  const roots = [
    ...text.matchAll(/package_dir\s*=\s*\{\s*['"]['"]\s*:\s*['"]([^'"]+)['"]/g),
    ...text.matchAll(/find_(?:namespace_)?packages\(\s*(?:where\s*=\s*)?['"]([^'"]+)['"]/g),
  ].map((match) => match[1]!);
  const required = /install_requires\s*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return { sourceRoots: roots, dependencies: distributions([...required.matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1]!)) };
}

function distributions(requirements: readonly string[]): string[] {
  return requirements.flatMap((line) => {
    const match = /^\s*([A-Za-z0-9][\w.-]*)/.exec(line);
    return match ? [match[1]!.toLowerCase().replace(/[-.]/g, '_')] : [];
  });
}

type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The strings in a string or list of strings. */
function strings(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string');
}

function mapOf(value: Json, read: (entry: unknown) => string[]): Map<string, readonly string[]> {
  return new Map(Object.entries(value).map(([key, entry]) => [key, read(entry)]));
}
