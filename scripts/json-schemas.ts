import { z } from 'zod';
import { configSchema } from '../src/config/schema.js';
import { scanResultSchema } from '../src/model/result.js';

/** JSON schema of ssot-audit.config.json and of package.json#ssotAudit. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  const { plugins } = schema.properties as { plugins: { items: unknown } };
  plugins.items = { type: 'string', minLength: 1 }; // a rule itself cannot stand in JSON, the path of its module can
  return toText({ ...schema, title: 'Configuration of ssot-audit' });
}

/** JSON schema of what `--format json` prints. */
export function scanResultJsonSchema(): string {
  return toText({ ...z.toJSONSchema(scanResultSchema), title: 'Result of a scan by ssot-audit' });
}

function toText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
