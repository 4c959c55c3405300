import { codeClimateReporter } from './codeclimate.js';
import { githubReporter } from './github.js';
import { jsonReporter } from './json.js';
import { junitReporter } from './junit.js';
import { markdownReporter } from './markdown.js';
import type { Reporter } from './reporter.js';
import { sarifReporter } from './sarif.js';
import { terminalReporter } from './terminal.js';

export type { Reporter, ReporterOptions } from './reporter.js';

/** All reporters by the name that `--format` takes. */
export const reporters = {
  table: terminalReporter,
  json: jsonReporter,
  sarif: sarifReporter,
  markdown: markdownReporter,
  github: githubReporter,
  junit: junitReporter,
  codeclimate: codeClimateReporter,
} as const satisfies Record<string, Reporter>;

export type Format = keyof typeof reporters;
