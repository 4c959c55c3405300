import { z } from 'zod';
import { configSchema } from './config/schema.js';
import { baselineSchema } from './gate/baseline.js';
import { historyLineSchema } from './loop/history.js';
import { canonSchema } from './model/canon.js';
import { complianceRecordSchema } from './model/compliance.js';
import { envMatrixSchema } from './model/env-matrix.js';
import { linkResultSchema } from './model/link-result.js';
import { phaseRecordSchema, runRecordSchema, worklogSchema } from './model/loop-records.js';
import { proofSchema } from './model/proof.js';
import { scanResultSchema } from './model/result.js';
import { testRunSchema } from './model/test-run.js';

/** A JSON schema that the package publishes as `schema/<name>.schema.json`. */
export interface PublishedSchema {
  name: string;
  /** What it describes, and which command writes or reads that. */
  title: string;
  /** The schema itself, made from the zod schema that validates: nothing is declared twice. */
  toJson(): object;
}

/** All published schemas, by name. */
export const publishedSchemas: readonly PublishedSchema[] = [
  output('baseline', 'Known findings: .ssot-baseline.json, written by ssot-audit baseline', baselineSchema),
  output('canon', 'Declared and proposed owners: ssot-audit canon --format json', canonSchema),
  output('compliance-history', 'A line of the file that ssot-audit --history appends to', complianceRecordSchema),
  { name: 'config', title: 'Configuration of ssot-audit: ssot-audit.config.json, package.json#ssotAudit', toJson: configJson },
  output('env-matrix', 'Environment variables by service, environment and source: ssot-audit env --format json', envMatrixSchema),
  output('link-result', 'Failures with suspects, violations and whys: ssot-audit link --format json', linkResultSchema),
  output('loop-history', 'A line of .ssot-audit/history.jsonl, one per run of ssot-audit loop', historyLineSchema),
  output('loop-phase', 'Record of a phase in the folder of a run of ssot-audit loop', phaseRecordSchema),
  output('loop-run', 'Record of a run of ssot-audit loop: run.json in its folder', runRecordSchema),
  output('loop-worklog', 'Worklog of a run of the loop: ssot-audit worklog --format json', worklogSchema),
  output('proof', 'What speaks for a change: ssot-audit proof --format json', proofSchema),
  output('scan-result', 'Result of a scan: ssot-audit --format json', scanResultSchema),
  output('test-run', 'Test reports of any format in their normal form: readTestResults of ssot-audit/api', testRunSchema),
];

function output(name: string, title: string, schema: z.ZodType): PublishedSchema {
  return { name, title, toJson: () => ({ ...z.toJSONSchema(schema), title }) };
}

function configJson(): object {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  const { plugins } = schema.properties as { plugins: { items: unknown } };
  plugins.items = { type: 'string', minLength: 1 }; // a rule itself cannot stand in JSON, the path of its module can
  return { ...schema, title: 'Configuration of ssot-audit' };
}
