/** Door 2: for programs that embed the audit. */
export { scan } from './scan.js';
export type { ScanConfig, ScanOptions, ScanProgress } from './scan.js';
export { openTypeScriptProject } from './open-typescript-project.js';
export { scanResultSchema } from './model/result.js';
export type { Finding, Problem, ScanResult } from './model/result.js';
export { UserError } from './util/user-error.js';
