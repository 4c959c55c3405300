/** Door 2: for programs that embed the audit. */
export { scan } from './scan.js';
export type { ScanConfig, ScanOptions, ScanProgress } from './scan.js';
export { openTypeScriptProject } from './open-typescript-project.js';
export { scanResultSchema } from './model/result.js';
export type { Finding, Problem, ScanResult } from './model/result.js';
export { readTestResults } from './test-results/read-test-results.js';
export type { ReadOptions } from './test-results/read-test-results.js';
export { toCtrf } from './test-results/ctrf.js';
export { link } from './link.js';
export { openRepositoryView } from './linker/repository-view.js';
export type { RepositoryView, ViewOptions } from './linker/repository-view.js';
export { linkResultSchema } from './model/link-result.js';
export type { Cluster, Evidence, Link, LinkResult, Reference, Suspect, Why } from './model/link-result.js';
export { testRunSchema } from './model/test-run.js';
export type { FailureError, ReportSource, RunSign, StackFrame, StatedFailure, SuiteVerdict, TestResult, TestRun } from './model/test-run.js';
export { UserError } from './util/user-error.js';
