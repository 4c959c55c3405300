import { CONFIG_NAMES, PACKAGE_KEY } from '../src/config/load-config.js';
import { configSchema } from '../src/config/schema.js';
import { allowedBy, schemaNode, type SchemaNode } from '../src/util/schema-text.js';

/** docs/configuration.md: every key with what it means, what it takes and its default, from the schema that validates it. */
export function configPage(): string {
  const keys = Object.entries(schemaNode(configSchema).properties ?? {}).filter(([key]) => key !== '$schema');
  return [
    '# Configuration',
    '<!-- Generated from src/config/schema.ts by `npm run generate`. -->',
    [
      'ssot-audit needs no configuration. What it cannot know for certain (which folders are services, which file owns a concept) it infers and',
      'says; a configuration states it instead. `ssot-audit init` writes one from what was inferred.',
    ].join('\n'),
    [
      `The nearest of ${[...CONFIG_NAMES].map((name) => `\`${name}\``).join(', ')} and \`package.json#${PACKAGE_KEY}\` counts, from the audited folder up to the root`,
      'of its git repository. Its folder is the audited root, and all paths and globs are relative to it. An unknown key or a wrong value ends the',
      'run with exit code 2 and a message that names the key. `--no-code-config` refuses a configuration that is code.',
    ].join('\n'),
    [
      '```js', '// ssot-audit.config.mjs', "import { defineConfig } from 'ssot-audit';", '', 'export default defineConfig({',
      '  services: [', "    { name: 'api', roots: ['services/api'] },", "    { name: 'shared', roots: ['packages/shared'], kind: 'library' },", '  ],',
      "  owners: [{ concept: 'MAX_UPLOAD_MB', owner: 'packages/shared/limits.ts' }],", "  rules: { 'duplicate-type': 'warning', 'duplicate-constant': 'off' },", '});', '```',
    ].join('\n'),
    'In JSON, `"$schema": "./node_modules/ssot-audit/schema/config.schema.json"` gives completion in editors.',
    '## Keys',
    ...keys.map(([key, node]) => keySection(key, node)),
  ].join('\n\n') + '\n';
}

function keySection(key: string, node: SchemaNode): string {
  const fields = node.properties ?? (typeof node.items === 'object' ? node.items.properties : undefined);
  const lines = [`### \`${key}\``, node.description ?? ''];
  if (!fields) return [...lines, `Takes ${allowedBy(node)}.${defaultText(node)}`].join('\n\n');
  const required = new Set((node.properties ? node : (node.items as SchemaNode)).required);
  const rows = Object.entries(fields).map(([name, field]) => `| \`${name}\` | ${cell(allowedBy(field))} | ${required.has(name) ? 'required' : field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``} | ${cell(field.description ?? '')} |`);
  return [...lines, `Takes ${node.properties ? 'an object' : 'a list of objects'} with these keys.${node.properties ? '' : defaultText(node)}`,
    ['| key | takes | default | |', '|---|---|---|---|', ...rows].join('\n')].join('\n\n');
}

function defaultText({ default: value }: SchemaNode): string {
  return value === undefined ? '' : ` Default: \`${JSON.stringify(value)}\`.`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
