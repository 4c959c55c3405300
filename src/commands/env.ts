import { basename, resolve } from 'node:path';
import picomatch from 'picomatch';
import { describeMatrix } from '../facts/describe-matrix.js';
import { canonicalEnvironment } from '../facts/environment-of.js';
import { ENV_MATRIX_VERSION, type EnvCell, type EnvMatrix, type EnvVariable } from '../model/env-matrix.js';
import { envJson, envMarkdown, envTable } from '../reporters/env-matrix.js';
import type { ReporterOptions } from '../reporters/index.js';
import { isInside } from '../util/paths.js';
import { nearest } from '../util/nearest.js';
import { toolVersion } from '../util/tool-version.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { findTarget, relativeInside, type Target, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';
import { withTree, type RunFlags } from './run-scan.js';
import { terminalOptions } from './terminal-options.js';

export interface EnvFlags extends RunFlags, TargetFlags {
  format?: 'table' | 'json' | 'markdown';
  output?: string;
  service?: string[];
  environment?: string[];
  variable?: string[];
  missing?: boolean;
  color?: boolean;
}

/**
 * `ssot-audit env [paths...]`: who reads which environment variable, and what each environment gives it. Paths choose the variables that files
 * below them read or set; the whole tree is read all the same, for what deploys a service stands elsewhere.
 */
export async function envCommand(paths: readonly string[], flags: EnvFlags): Promise<number> {
  const target = await findTarget(paths, flags);
  const matrix = await withTree({ ...target, paths: [] }, flags, flags.output === undefined ? [] : [resolve(flags.output)], ({ facts }): EnvMatrix => ({
    schemaVersion: ENV_MATRIX_VERSION, tool: { name: 'ssot-audit', version: toolVersion() }, root: basename(target.root), ...describeMatrix(facts),
  }));
  const chosen = filtered(matrix, target.paths, flags);
  const toFile = flags.output !== undefined && flags.output !== '-';
  const format = flags.format ?? (toFile && /\.json$/.test(flags.output!) ? 'json' : toFile && /\.md$/.test(flags.output!) ? 'markdown' : 'table');
  const text = format === 'json' ? envJson(chosen) : format === 'markdown' ? envMarkdown(chosen, { pathPrefix: prefixOf(target, target.repositoryRoot) }) : envTable(chosen, tableOptions(target, flags, toFile));
  if (toFile) writeFileWhole(resolve(flags.output!), text);
  else await writeStdout(text);
  return 0;
}

function tableOptions(target: Target, flags: EnvFlags, toFile: boolean): ReporterOptions {
  return toFile ? { width: 120 } : { ...terminalOptions(flags), pathPrefix: prefixOf(target, process.cwd()) };
}

function prefixOf({ root }: Target, from: string | undefined): string {
  const inside = from === undefined ? undefined : relativeInside(from, root);
  return inside === undefined || inside === '' ? '' : `${inside}/`;
}

function filtered(matrix: EnvMatrix, paths: readonly string[], { service, environment, variable, missing }: EnvFlags): EnvMatrix {
  const services = service?.map((name) => known('--service', name, matrix.services.map((other) => other.name), matrix.root));
  const environments = environment?.map((name) => known('--environment', canonicalEnvironment(name) ?? name, environmentsOf(matrix)));
  const isNamed = variable ? picomatch(variable, { nocase: true }) : undefined;
  const variables = matrix.variables.flatMap((row): EnvVariable[] => {
    if (services ? !services.includes(row.service) : isOnlyLibrarys(matrix, row)) return [];
    if (isNamed && !isNamed(row.name)) return [];
    if (paths.length > 0 && !placesOf(row).some((place) => paths.some((path) => isInside(place, path)))) return [];
    const cells = environments ? row.cells.filter((cell) => cell.environment === undefined || environments.includes(cell.environment)) : row.cells;
    if (environments && cells.length === 0) return [];
    if (missing && !cells.some((cell) => isGap(row, cell))) return [];
    return [{ ...row, cells }];
  });
  return { ...matrix, variables };
}

/** The variables of a library are shown with the services that import it. */
function isOnlyLibrarys({ services, variables }: EnvMatrix, { service, name }: EnvVariable): boolean {
  if (services.find((other) => other.name === service)?.kind !== 'library') return false;
  return variables.some((other) => other.name === name && other.reads.some(({ library }) => library === service));
}

function isGap({ required }: EnvVariable, { status }: EnvCell): boolean {
  return status === 'missing' || status === 'unseen' || status === 'library' || (status === 'shared' && required);
}

function placesOf({ reads, cells, declarations }: EnvVariable): string[] {
  return [...reads, ...cells.flatMap(({ values }) => values), ...declarations].map(({ path }) => path);
}

function environmentsOf({ services, variables }: EnvMatrix): string[] {
  return [...new Set([...services.flatMap(({ environments }) => environments.map(({ name }) => name)), ...variables.flatMap(({ cells }) => cells.flatMap(({ environment }) => environment ?? []))])];
}

/** What no service claims goes by the folder's name, as in the table, or by a dot. */
function known(flag: string, name: string, names: readonly string[], root?: string): string {
  if (names.includes(name)) return name;
  if (root !== undefined && (name === root || name === '.') && names.includes('')) return '';
  const suggestion = nearest(name, names);
  const all = names.filter((other) => other !== '');
  throw new UserError(`${flag}: there is no "${name}".`, {
    code: 'unknown-name', hint: suggestion ? `Did you mean "${suggestion}"?` : all.length > 0 ? `There are: ${all.join(', ')}` : 'Nothing in the tree names one.',
  });
}
