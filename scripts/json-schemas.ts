import { publishedSchemas } from '../src/schemas.js';
import type { GeneratedFile } from './generated-files.js';

/** The JSON schemas as files of the package. */
export function jsonSchemas(): GeneratedFile[] {
  return publishedSchemas.map((schema) => ({ path: `schema/${schema.name}.schema.json`, text: `${JSON.stringify(schema.toJson(), null, 2)}\n` }));
}
