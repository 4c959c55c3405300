import type { ScanResult } from '../model/result.js';
import type { Reporter } from './reporter.js';

/**
 * The result as it is: the JSON contract (schema/scan-result.schema.json). A finding, file or import edge a line, so that it can be searched and
 * compared line by line and is a third of the size of indented JSON.
 */
export const jsonReporter: Reporter = (result) => {
  const keys = (Object.keys(result) as (keyof ScanResult)[]).map((key) => `${JSON.stringify(key)}:${valueText(result[key])}`);
  return `{\n${keys.join(',\n')}\n}\n`;
};

function valueText(value: ScanResult[keyof ScanResult]): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  const entries = Object.entries(value);
  return entries.length === 0 ? '{}' : `{\n${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`).join(',\n')}\n}`;
}
