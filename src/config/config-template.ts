import type { OwnerSuggestion } from '../model/canon.js';
import type { Service } from '../model/result.js';
import { printable } from '../util/printable.js';
import { wrapText } from '../util/terminal-text.js';
import { ownersLines } from './owners-text.js';
import { quote } from './quote.js';
import { configSchema, type FailOn } from './schema.js';

/** What a new configuration states; all else it offers in comments. */
export interface TemplateContent {
  services: readonly Service[];
  environments: readonly { name: string; sources: readonly string[] }[];
  deployments: readonly { service: string; environment?: string; sources: readonly string[] }[];
  owners: readonly OwnerSuggestion[];
  /** What the loop could probe and run; it stands in comments, for running is decided by people. */
  loop: {
    services: readonly { name: string; health: string; source: string }[];
    suites: readonly { name: string; command: string; cwd: string; reports: readonly string[]; environment?: Readonly<Record<string, string>>; files: readonly string[]; isEndToEnd: boolean; source: string }[];
  };
  /** Whether the owners are declared, or stand in comments for later. */
  declaresOwners: boolean;
  failOn: FailOn;
}

/** Keys that a new configuration offers, each commented out, with an example. The comment is the key's own description. */
const EXAMPLES = {
  rules: "{\n    'duplicate-type': 'info',\n  }",
  roles: "{\n    generated: ['src/clients/**'],\n    test: ['e2e/**'],\n  }",
  ignore: "['docs/samples/']",
} as const satisfies { [K in keyof typeof configSchema.shape]?: string };

const MOST_SOURCES = 6;

/** The text of a new ssot-audit.config.mjs. */
export function configTemplate({ services, environments, deployments, owners, loop, declaresOwners, failOn }: TemplateContent): string {
  return [
    '// What ssot-audit should know of this repository. Every key is optional; `ssot-audit init` wrote what it saw. Correct it.',
    '',
    "/** @type {import('ssot-audit').ConfigInput} */",
    'export default {',
    ...described('services'),
    ...servicesLines(services),
    '',
    ...described('environments'),
    ...deploymentComments(deployments),
    ...environmentsLines(environments),
    '',
    ...described('owners'),
    ...ownersBlock(owners, declaresOwners),
    '',
    ...described('failOn'),
    `  ${failOn === 'error' ? '// ' : ''}failOn: ${quote(failOn)},`,
    ...Object.entries(EXAMPLES).flatMap(([key, example]) => ['', ...described(key as keyof typeof EXAMPLES), ...`${key}: ${example},`.split('\n').map((line) => `  // ${line.replace(/^ {2}/, '')}`)]),
    '',
    ...described('loop'),
    ...loopLines(loop).map((line) => `  // ${line}`),
    '};',
    '',
  ].join('\n');
}

function described(key: keyof typeof configSchema.shape): string[] {
  return wrapText(configSchema.shape[key].description ?? '', 110).map((line) => `  // ${line}`);
}

function servicesLines(services: readonly Service[]): string[] {
  if (services.length === 0) return ['  // services: [', "  //   { name: 'web', roots: ['web'], kind: 'service' },", '  // ],'];
  return [
    '  services: [',
    ...services.map(({ name, roots, kind, evidence }) => `    { name: ${quote(name)}, roots: [${roots.map((root) => quote(root === '' ? '.' : root)).join(', ')}], kind: ${quote(kind)} }, // ${printable(evidence)}`),
    '  ],',
  ];
}

/** What deploys which service: not a key of its own, for it is read from the files; here to see whether a file of `environments` is missing. */
function deploymentComments(deployments: TemplateContent['deployments']): string[] {
  if (deployments.length === 0) return [];
  return ['  // Seen to deploy:', ...deployments.map(({ service, environment, sources }) => (
    `  //   ${printable(service)}${environment === undefined ? '' : ` to ${printable(environment)}`}: ${sources.slice(0, MOST_SOURCES).map(printable).join(', ')}${sources.length > MOST_SOURCES ? ` and ${sources.length - MOST_SOURCES} more` : ''}`
  ))];
}

function environmentsLines(environments: TemplateContent['environments']): string[] {
  if (environments.length === 0) return ['  // environments: [', "  //   { name: 'production', sources: ['deploy/production/**', '.env.production'] },", '  // ],'];
  return [
    '  environments: [',
    ...environments.flatMap(({ name, sources }) => (sources.length <= 3
      ? [`    { name: ${quote(name)}, sources: [${sources.map(quote).join(', ')}] },`]
      : [`    {`, `      name: ${quote(name)},`, '      sources: [', ...sources.map((source) => `        ${quote(source)},`), '      ],', '    },'])),
    '  ],',
  ];
}

function ownersBlock(owners: readonly OwnerSuggestion[], isDeclared: boolean): string[] {
  if (owners.length === 0) return ['  // owners: [', "  //   { concept: 'MAX_UPLOAD_MB', owner: 'shared/limits.ts', aliases: ['UPLOAD_LIMIT_MB'], forbid: [] },", '  // ],'];
  const more = '// Each has several declarations and one clear owner. More: ssot-audit canon --suggest';
  const lines = ['owners: [', ...ownersLines(owners).map((line) => `  ${line}`), '],'];
  return isDeclared ? [`  ${more}`, ...lines.map((line) => `  ${line}`)] : [`  ${more}`, ...lines.map((line) => `  // ${line}`)];
}

/** The section of the loop, as `ssot-audit loop` reads it once the comment marks are gone. */
function loopLines({ services, suites }: TemplateContent['loop']): string[] {
  const fields = (entries: readonly (readonly [string, string | undefined])[]): string => `{ ${entries.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`])).join(', ')} }`;
  const list = (texts: readonly string[]): string | undefined => (texts.length === 0 ? undefined : `[${texts.map(quote).join(', ')}]`);
  return [
    'loop: {',
    '  services: [',
    ...(services.length === 0 ? ["    { name: 'api', health: 'http://localhost:3000/health' },"] : services.map(({ name, health, source }) => `    { name: ${quote(name)}, health: ${quote(health)} }, // the port is that of ${printable(source)}, the path a guess`)),
    '  ],',
    '  suites: [',
    ...(suites.length === 0 ? ["    { name: 'units', command: 'npm test', reports: ['test-results/*.xml'], priority: 'P2' },"] : suites.map(({ name, command, cwd, reports, environment, files, isEndToEnd, source }) => `    ${fields([
      ['name', quote(name)], ['command', quote(command)], ['cwd', cwd === '.' ? undefined : quote(cwd)], ['reports', list(reports)], ['files', list(files)], ['priority', isEndToEnd ? "'P1'" : "'P2'"], ['tags', isEndToEnd ? "['e2e']" : undefined],
      ['environment', environment === undefined ? undefined : fields(Object.entries(environment).map(([key, value]) => [key, quote(value)]))],
    ])}, // ${printable(source)}`)),
    '  ],',
    '},',
  ];
}
