/**
 * The configuration. Each key carries its description here and nowhere else: the JSON schema, the page docs/configuration.md and the
 * messages about wrong values are made from these schemas.
 */
import { z } from 'zod';
import type { Rule } from '../engine/define-rule.js';
import { DEFAULT_BLOCK, DEFAULT_WARN } from '../model/gate-lists.js';
import { fileRoles, fileRoleSchema, severities, severitySchema } from '../model/result.js';
import { issuesConfigSchema } from './issues-schema.js';
import { loopSchema } from './loop-schema.js';

const glob = z.string().min(1).meta({ title: 'a glob' });
const name = z.string().min(1).meta({ title: 'a name' });
/** Read as POSIX and relative to the configuration file; the whole tree is ''. */
const repositoryPath = z.string().overwrite((path) => path.replaceAll('\\', '/').replace(/^(\.\/)+/, '').replace(/\/+$/, '').replace(/^\.$/, '')).meta({ title: 'a path' });

export const serviceConfigSchema = z.strictObject({
  name: name.describe('Name of the service, as findings and the coverage table show it.'),
  roots: z.array(repositoryPath).min(1).describe('Folders that hold its code, relative to the configuration file; `.` is the whole tree. The longest root that contains a file claims it.'),
  kind: z.enum(['service', 'library']).default('service').describe('`service`: deployed on its own. `library`: code that services share. A concept twice in one service is a violation, two services that each have one are not; a service that repeats what a library owns is.'),
});

export const ownerConfigSchema = z.strictObject({
  concept: name.describe('Name of the concept, or of the symbol that embodies it: `DatabaseManager`, `MAX_UPLOAD_MB`.'),
  owner: repositoryPath.describe('File that owns it, relative to the configuration file. A file that is not there is an error.'),
  aliases: z.array(name).default([]).describe('Other names that mean the same concept.'),
  forbid: z.array(name).default([]).describe('Names or import paths that must not be used for it.'),
});

export const environmentConfigSchema = z.strictObject({
  name: name.describe('Name of the environment: `production`, `staging`.'),
  sources: z.array(glob).min(1).describe('Globs of the files that deploy to it: env files, compose files, manifests, Terraform, workflows, deploy scripts.'),
});

const ruleLevels = ['off', ...severities] as const;
export const ruleLevelSchema = z.enum(ruleLevels);
export type RuleLevel = z.infer<typeof ruleLevelSchema>;

export const ruleSettingSchema = z.union([
  ruleLevelSchema,
  z.tuple([ruleLevelSchema, z.record(z.string(), z.unknown())]).meta({ title: '[severity, options]' }),
]);

export const failOnLevels = [...severities, 'none'] as const;
export const failOnSchema = z.enum(failOnLevels);
export type FailOn = z.infer<typeof failOnSchema>;

const ruleGlobs = z.array(z.string().min(1).meta({ title: 'a rule or glob of rules' }));

export const gateConfigSchema = z.strictObject({
  block: ruleGlobs.default([...DEFAULT_BLOCK]).describe('Rules (ids or globs) whose new or worse findings fail a run that compares. Findings of severity info never do.'),
  warn: ruleGlobs.default([...DEFAULT_WARN]).describe('Rules whose new or worse findings are said aloud and fail nothing; `block` goes before it.'),
  overrides: z.array(z.strictObject({
    files: z.array(glob).min(1).describe('Globs of the files that this holds for.'),
    block: ruleGlobs.default([]).describe('Rules that block there.'),
    warn: ruleGlobs.default([]).describe('Rules that only warn there.'),
  })).default([]).describe('Other lists for some files: they decide for findings whose new places are there. The last entry that names a rule wins.'),
  stale: z.enum(['warn', 'error']).default('warn').describe('What an entry of the baseline means that is not found any more, or lost places: `error` fails the run until `ssot-audit baseline prune`.'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Address of the JSON schema, for editors.'),
  services: z.array(serviceConfigSchema).optional().describe('The deployable units and shared libraries of the repository. Absent: inferred from package.json workspaces, pyproject.toml, Dockerfiles and compose files, and said aloud.'),
  owners: z.array(ownerConfigSchema).default([]).describe('Single sources of truth that you declare. Every other declaration of the concept is then an error.'),
  rules: z.record(z.string(), ruleSettingSchema).default({}).describe('Severity of a rule, or `[severity, options]`. `ssot-audit rules` lists the ids, `ssot-audit rules <id>` the options.'),
  plugins: z.array(z.union([z.string().min(1).meta({ title: 'the path of a module' }), z.custom<Rule>(isRule).meta({ title: 'a rule made with defineRule' })])).default([]).describe('Rules of your own, made with `defineRule`; or the path (relative to the configuration file) or package name of a module whose default export is a rule or a list of rules.'),
  roles: z.partialRecord(fileRoleSchema, z.array(glob)).default({}).describe(`Globs of the files that play a role other than the one their name and folder suggest. Only \`production\` files can own a concept. Roles: ${fileRoles.map((role) => `\`${role}\``).join(', ')}.`),
  environments: z.array(environmentConfigSchema).default([]).describe('Environments and their deployment sources. Absent: judged by file and folder names such as `.env.staging` or `terraform-production/`.'),
  include: z.array(glob).default([]).describe('Globs of the files to audit. Empty: every file that git knows or .gitignore does not exclude.'),
  ignore: z.array(glob).default([]).describe('Patterns, in the syntax of .gitignore, of files to leave out besides those.'),
  maxFileSize: z.int().positive().default(2_000_000).describe('Size in bytes above which a file is skipped, and said to be.'),
  failOn: failOnSchema.default('error').describe('Lowest severity of a new finding that makes the exit code 1; `none`: never.'),
  coverage: z.strictObject({
    maxSkipped: z.number().min(0).max(1).default(0.1).describe('Largest share of source files, 0 to 1, that may be unreadable or parse only in part; above it the exit code is 3.'),
  }).prefault({}).describe('When an audit counts as incomplete.'),
  baseline: repositoryPath.default('.ssot-baseline.json').describe('File of known findings, relative to the configuration file.'),
  gate: gateConfigSchema.prefault({}).describe('What fails a run that compares with a baseline or a base commit. Without a comparison `failOn` decides.'),
  loop: loopSchema.optional().describe('The loop of deployment, tests, analysis and issues that `ssot-audit loop` runs.'),
  issues: issuesConfigSchema.prefault({}).describe('What `ssot-audit issues` files, and how.'),
});

/** The configuration as written: what `defineConfig` takes. */
export type ConfigInput = z.input<typeof configSchema>;
/** The configuration with all defaults filled in. */
export type ParsedConfig = z.output<typeof configSchema>;
/** The configuration as the pipeline takes it: plugins are loaded. */
export type Config = Omit<ParsedConfig, 'plugins'> & { plugins: readonly Rule[] };

/** What holds when there is no configuration file. */
export function defaultConfig(): Config {
  return { ...configSchema.parse({}), plugins: [] };
}

/** Whether a value looks as `defineRule` returns it. */
export function isRule(value: unknown): value is Rule {
  if (typeof value !== 'object' || value === null) return false;
  const { meta, options, check } = value as Partial<Rule>;
  return typeof check === 'function' && typeof meta === 'object' && typeof meta.id === 'string' && severitySchema.safeParse(meta.severity).success
    && typeof options?.safeParse === 'function';
}
