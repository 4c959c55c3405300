import type { LinkResult } from '../model/link-result.js';
import { linkMarkdown } from './link-markdown.js';
import { linkTable } from './link-table.js';
import { redactDeep } from './redact-result.js';
import type { ReporterOptions } from './reporter.js';

export interface LinkReporterOptions extends Pick<ReporterOptions, 'color' | 'width' | 'linkBase'> {
  /** The audited folder as the reader knows it, from where the command runs. Default: its name. All paths of the text are relative to it. */
  root?: string;
  /** Show all clusters, suspects and places. */
  all?: boolean;
}

/** Turns a result into text. Pure, as `Reporter`. */
export type LinkReporter = (result: LinkResult, options: LinkReporterOptions) => string;

/** All reporters of `link` by the name that `--format` takes. Secrets that a report or the source shows do not leave through any of them. */
export const linkReporters = {
  table: (result, options) => linkTable(redactDeep(result), options),
  json: (result) => `${JSON.stringify(redactDeep(result), null, 2)}\n`,
  markdown: (result, options) => linkMarkdown(redactDeep(result), options),
} as const satisfies Record<string, LinkReporter>;

export type LinkFormat = keyof typeof linkReporters;
