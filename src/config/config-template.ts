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
export function configTemplate({ services, environments, deployments, owners, declaresOwners, failOn }: TemplateContent): string {
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
