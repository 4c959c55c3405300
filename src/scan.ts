import { basename } from 'node:path';
import picomatch from 'picomatch';
import { readCodeOwners } from './discover/code-owners.js';
import { discoverFiles, type Discovery } from './discover/discover-files.js';
import { roleOf } from './discover/file-role.js';
import type { FileSource } from './discover/git-source.js';
import { openHistory, type OpenedHistory } from './discover/git-history.js';
import { inferServices, serviceOf } from './discover/infer-services.js';
import { readProjectFiles } from './discover/read-project-files.js';
import { defaultCacheFile } from './extract/cache-location.js';
import { extractFiles, type ExtractedFile, type ExtractResult } from './extract/extract-files.js';
import { activeRules } from './engine/active-rules.js';
import type { Rule } from './engine/define-rule.js';
import { checkRules } from './engine/check-rules.js';
import type { ActiveRule } from './engine/run-rules.js';
import { createFactIndex } from './facts/create-fact-index.js';
import { environmentOf } from './facts/environment-of.js';
import type { AuditedFile, DeclaredOwner, FactIndex } from './facts/fact-index.js';
import type { TreeBefore } from './facts/tree-before.js';
import { complianceOf } from './findings/compliance.js';
import { coverageOf } from './findings/coverage.js';
import { sortFindings } from './findings/sort-findings.js';
import { withCodeOwners } from './findings/with-code-owners.js';
import { languageFor } from './languages/registry.js';
import type { ModuleFact } from './model/facts.js';
import type { ProjectFiles } from './model/project-files.js';
import { SCHEMA_VERSION, severities, type FileRole, type Problem, type ScanResult, type Service, type Severity } from './model/result.js';
import { definedOnly } from './util/defined-only.js';
import { isInside } from './util/paths.js';
import { toolVersion } from './util/tool-version.js';
import { builtInRules } from '../rules/index.js';

/** What the configuration says to a scan; `config/schema.ts` has the whole of it. */
export interface ScanConfig {
  services?: readonly { name: string; roots: readonly string[]; kind?: Service['kind'] | undefined }[] | undefined;
  owners?: readonly DeclaredOwner[] | undefined;
  /** Globs per role; they take precedence over the built-in ones. */
  roles?: { readonly [R in FileRole]?: readonly string[] | undefined } | undefined;
  environments?: readonly { name: string; sources: readonly string[] }[] | undefined;
  rules?: { readonly [id: string]: 'off' | Severity | readonly ['off' | Severity, unknown] } | undefined;
  plugins?: readonly Rule[] | undefined;
  include?: readonly string[] | undefined;
  ignore?: readonly string[] | undefined;
  maxFileSize?: number | undefined;
}

export interface ScanOptions {
  /** Absolute path of the tree to audit. */
  root: string;
  /** Files or folders below the root (POSIX, relative) to restrict the audit to. */
  paths?: readonly string[];
  /** Files or folders, as in `paths`, that an earlier run wrote: they are not part of the tree. */
  without?: readonly string[];
  config?: ScanConfig;
  /** Rule ids or globs. */
  only?: readonly string[];
  skip?: readonly string[];
  /** 1: no worker threads. Default: one per core. */
  threads?: number;
  /** Folder of the fact cache; `false`: none; absent: the default place for the root. */
  cacheDir?: string | false;
  /** `YYYY-MM-DD`, for suppressions that end. */
  today?: string;
  /** The tree of a commit, or what is staged, in place of the one on disk. */
  source?: FileSource;
  onProgress?(progress: ScanProgress): void;
}

export interface ScanProgress {
  stage: 'list' | 'read' | 'index' | 'check';
  done: number;
  total: number;
}

/** Hash of the rule set that a configuration asks for, whatever a run leaves out of it. */
export function rulesetHashOf({ rules, plugins }: Pick<ScanConfig, 'rules' | 'plugins'>): string {
  return activeRules(builtInRules, definedOnly({ rules, plugins })).rulesetHash;
}

/** Ids of all rules that a configuration can speak of, those of its plugins included. */
export function ruleIdsOf({ plugins = [] }: Pick<ScanConfig, 'plugins'>): string[] {
  return [...builtInRules, ...plugins].map(({ meta }) => meta.id);
}

/** Ids of the rules that compare with a base. */
export function ruleIdsNeedingBase({ plugins = [] }: Pick<ScanConfig, 'plugins'>): Set<string> {
  return new Set([...builtInRules, ...plugins].filter(({ needsBase }) => needsBase).map(({ meta }) => meta.id));
}

/** A tree that was read: its facts, and what is needed to check them. */
export interface IndexedTree {
  facts: FactIndex;
  projectFiles: ProjectFiles;
  /**
   * Runs the rules over the facts.
   * @param before the tree that this one is compared with; absent: rules that need one do not run
   */
  check(before?: TreeBefore): Promise<ScanResult>;
}

/** The first pipeline: discover, extract, index, check, suppress. Never executes the audited code; writes nothing but its cache. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  return (await indexTree(options)).check();
}

/** The pipeline up to the facts, for who needs them beside the findings, or without. */
export async function indexTree(options: ScanOptions): Promise<IndexedTree> {
  const config = options.config ?? {};
  const progress = (stage: ScanProgress['stage'], done: number, total: number): void => options.onProgress?.({ stage, done, total });

  // First, so that a mistyped rule id does not cost a scan.
  const ruleset = activeRules(builtInRules, definedOnly({ rules: config.rules, plugins: config.plugins, only: options.only, skip: options.skip }));
  progress('list', 0, 1);
  const discovery = discoverFiles({ root: options.root, ...definedOnly({ include: config.include, ignore: config.ignore, paths: options.paths, without: options.without, maxFileSize: config.maxFileSize, source: options.source }) });
  const cacheFile = defaultCacheFile(options.root, options.cacheDir);
  const extracted = await extractFiles(discovery.files, {
    root: options.root,
    onProgress: (done, total) => progress('read', done, total),
    ...definedOnly({ threads: options.threads, cacheFile, read: options.source?.read }),
  });

  progress('index', 0, 1);
  const paths = extracted.files.map(({ path }) => path);
  const project = readProjectFiles(options.root, paths, options.source?.read);
  const services = inferServices({
    files: extracted.files.map(({ path, extraction }) => ({ path, facts: extraction.facts })),
    ...definedOnly({ configured: config.services?.map(configuredService) }),
  });
  const files = auditedFiles(extracted.files, services, config);
  const skippedPaths = new Set([...discovery.skipped, ...extracted.skipped].map(({ path }) => path));
  const unread = [...discovery.skipped, ...extracted.skipped].filter(({ reason }) => reason.startsWith('unreadable'));
  const isAudited = (path: string): boolean => !options.paths?.length || options.paths.some((folder) => isInside(path, folder));
  const history = openHistory(options.root, { read: options.source?.read, cacheFile: cacheFile?.replace(/facts-(\w+)\.bin$/, 'deletions-$1.json') });
  const facts = createFactIndex({
    files: files.map((file, position) => ({ file, extraction: extracted.files[position]!.extraction })),
    services,
    projectFiles: project,
    // What lies outside the paths that the audit is restricted to was not looked for.
    mayExist: (path) => skippedPaths.has(path) || unread.some((folder) => isInside(path, folder.path)) || !isAudited(path) || history.isIgnored(path),
    history,
    ...definedOnly({ owners: config.owners }),
  });

  return { facts, projectFiles: project, check: (before) => checkTree({ options, facts, files, ruleset, discovery, extracted, history, before }) };
}

interface CheckInput {
  options: ScanOptions;
  facts: FactIndex;
  files: readonly AuditedFile[];
  ruleset: ReturnType<typeof activeRules>;
  discovery: Discovery;
  extracted: ExtractResult;
  history: OpenedHistory;
  before: TreeBefore | undefined;
}

async function checkTree({ options, facts, files, ruleset: { active: chosen, all, rulesetHash }, discovery, extracted, history, before }: CheckInput): Promise<ScanResult> {
  const active = before === undefined ? chosen.filter(({ rule }) => !rule.needsBase) : chosen;
  await new Promise(setImmediate); // serves an interrupt before the next long stage
  options.onProgress?.({ stage: 'check', done: 0, total: active.length });
  const comments = extracted.files.map(({ path, extraction }) => ({ path, comments: extraction.suppressionComments }));
  // What compares two trees has no part in the figures of one.
  const standing = active.filter(({ rule }) => !rule.needsBase);
  const known = all.filter(({ needsBase }) => !needsBase);
  const checked = checkRules(active, facts, comments, { all, today: options.today, judgesUnused: !options.paths?.length, before });
  options.onProgress?.({ stage: 'check', done: active.length, total: active.length });
  const ran = new Set(standing.map(({ rule }) => rule.meta.id));
  const codeOwners = readCodeOwners(options.root);
  const findings = withCodeOwners(sortFindings(checked.findings), codeOwners.ownersOf);
  const skipped = [...discovery.skipped, ...extracted.skipped];
  const problems: Problem[] = [
    ...discovery.problems, ...extracted.problems, ...parseProblems(extracted.files), ...skippedProblems(skipped), ...history.problems(),
    ...codeOwners.problems, ...checked.problems, ...(options.only === undefined ? [] : idleProblems(chosen.filter((rule) => !active.includes(rule)))),
  ];
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'ssot-audit', version: toolVersion() },
    rulesetHash,
    root: basename(options.root),
    rules: active.map(({ rule }) => rule.meta),
    services: [...facts.services],
    coverage: coverageOf(extracted.files, files, skipped, facts.services),
    files: files.filter(({ language }) => language !== '').map(({ path, language, role, service, lineCount }) => ({ path, language, role, service: service.name, lines: lineCount })),
    findings,
    problems,
    compliance: complianceOf({
      facts, findings: findings.filter(({ ruleId }) => standing.some(({ rule }) => rule.meta.id === ruleId)), sites: checked.sites, ran: [...ran],
      incomplete: incompleteness(options, standing.length, known.length, checked.problems),
      rules: {
        ran: standing.length,
        known: known.length,
        off: known.flatMap(({ meta: { id } }) => ([options.config?.rules?.[id]].flat()[0] === 'off' ? [id] : [])),
        lowered: standing.flatMap(({ rule: { meta }, severity }) => (severity !== undefined && severities.indexOf(severity) > severities.indexOf(meta.severity) ? [meta.id] : [])),
      },
    }),
    imports: Object.fromEntries([...facts.imports.edges()].map(([from, to]) => [from, [...to]])),
  };
}

/** Rules that were asked for by name and had nothing to compare with. */
function idleProblems(rules: readonly ActiveRule[]): Problem[] {
  return rules.map(({ rule: { meta } }): Problem => ({ kind: 'configuration', message: `${meta.id} did not run: it compares with a base commit, and there is none. Give one: --base <ref>.` }));
}

/** Why the audit did not see all that the compliance figure is about. */
function incompleteness({ only, skip, paths }: ScanOptions, ran: number, known: number, problems: readonly Problem[]): string | undefined {
  if (only || skip) return `${ran} of ${known} rules ran`;
  if (paths?.length) return `only ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''} was audited`;
  const crashed = problems.filter(({ kind }) => kind === 'rule-crash').length;
  return crashed > 0 ? `${crashed} of ${known} rules failed` : undefined;
}

function configuredService({ name, roots, kind }: NonNullable<ScanConfig['services']>[number]): Service {
  return { name, roots: [...roots], kind: kind ?? 'service', evidence: 'declared in the configuration' };
}

function auditedFiles(extracted: readonly ExtractedFile[], services: readonly Service[], config: ScanConfig): AuditedFile[] {
  const paths = new Set(extracted.map(({ path }) => path));
  const exists = (path: string): boolean => paths.has(path);
  const overrides = Object.entries(config.roles ?? {}).map(([role, globs]) => {
    const matches = picomatch([...(globs ?? [])], { dot: true });
    return { role: role as FileRole, matches: (path: string) => matches(path) };
  });
  const declaredEnvironments = (config.environments ?? []).map(({ name, sources }) => ({ name, matches: picomatch([...sources], { dot: true }) }));
  return extracted.map(({ path, language, hash, extraction }) => {
    const module = extraction.facts.find((fact): fact is ModuleFact => fact.kind === 'module');
    const environment = declaredEnvironments.find(({ matches }) => matches(path))?.name ?? environmentOf(path);
    return {
      path,
      language,
      hash,
      role: roleOf(path, { generated: module?.generated ?? false, script: module?.script ?? false, exists, overrides }),
      service: serviceOf(path, services),
      lineCount: extraction.lineCount,
      ...(environment === undefined ? {} : { environment }),
    };
  });
}

function parseProblems(files: readonly ExtractedFile[]): Problem[] {
  return files.flatMap(({ path, extraction }) => extraction.parseErrors.map(({ message, span }): Problem => ({
    kind: 'parse-error',
    message,
    location: { path, range: { start: { line: span[0], column: span[1] }, end: { line: span[2], column: span[3] } } },
  })));
}

/** Skipped files that a person would expect to be read; images and the like are only counted. */
function skippedProblems(skipped: readonly { path: string; reason: string }[]): Problem[] {
  return skipped.filter(({ path, reason }) => reason.startsWith('unreadable') || (reason.startsWith('larger') && languageFor(path))).map(({ path, reason }): Problem => ({
    kind: 'skipped-file',
    message: `Not analysed: ${reason}.`,
    location: { path, range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } } },
  }));
}
