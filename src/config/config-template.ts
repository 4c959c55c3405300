import type { Service } from '../model/result.js';
import { printable } from '../util/printable.js';
import { wrapText } from '../util/terminal-text.js';
import { configSchema } from './schema.js';

/** Keys that a new configuration offers, each commented out, with an example. The comment is the key's own description. */
const EXAMPLES = {
  owners: "[\n    { concept: 'MAX_UPLOAD_MB', owner: 'shared/limits.ts', aliases: ['UPLOAD_LIMIT_MB'], forbid: [] },\n  ]",
  rules: "{\n    'duplicate-type': 'info',\n  }",
  roles: "{\n    generated: ['src/clients/**'],\n    test: ['e2e/**'],\n  }",
  environments: "[\n    { name: 'production', sources: ['deploy/production/**', '.env.production'] },\n  ]",
  ignore: "['docs/samples/']",
  failOn: "'error'",
} as const satisfies { [K in keyof typeof configSchema.shape]?: string };

/** The text of a new ssot-audit.config.mjs with these services. */
export function configTemplate(services: readonly Service[]): string {
  return [
    '// What ssot-audit should know of this repository. Every key is optional.',
    '',
    "/** @type {import('ssot-audit').ConfigInput} */",
    'export default {',
    ...comment(configSchema.shape.services.description),
    ...servicesLines(services.filter(({ name }) => name !== '')),
    ...Object.entries(EXAMPLES).flatMap(([key, example]) => [
      '',
      ...comment(configSchema.shape[key as keyof typeof EXAMPLES].description),
      ...`${key}: ${example},`.split('\n').map((line) => `  // ${line.replace(/^ {2}/, '')}`),
    ]),
    '};',
    '',
  ].join('\n');
}

function servicesLines(services: readonly Service[]): string[] {
  if (services.length === 0) return ["  // services: [", "  //   { name: 'web', roots: ['web'], kind: 'service' },", '  // ],'];
  return [
    '  services: [',
    ...services.map(({ name, roots, kind, evidence }) => `    { name: ${quote(name)}, roots: [${roots.map((root) => quote(root === '' ? '.' : root)).join(', ')}], kind: ${quote(kind)} }, // ${printable(evidence)}`),
    '  ],',
  ];
}

function comment(text = ''): string[] {
  return wrapText(text, 110).map((line) => `  // ${line}`);
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
