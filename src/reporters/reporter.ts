import type { ScanResult } from '../model/result.js';

export interface ReporterOptions {
  /** ANSI colours. Default: none. */
  color?: boolean;
  /** Columns of the terminal. Default: 100. */
  width?: number;
  /** How many findings are shown in full. Default: each reporter's own. */
  max?: number;
  /** Lowest severity that fails the run; absent: the report does not speak of it. */
  failOn?: 'error' | 'warning' | 'info' | 'none';
  /** Path from where the reader stands to the audited root, with a slash at the end; put in front of every path. */
  pathPrefix?: string;
  /** Beginning of links to files: a web address or a relative path, with a slash at the end. Default: `pathPrefix`. */
  linkBase?: string;
  /** What was audited, as it was given on the command line: commands that the report proposes end in it. */
  audited?: readonly string[];
  /** Whether a summary of the step in a pipeline is written beside this report, so that it can point there. */
  hasStepSummary?: boolean;
  /** Largest size of the report in bytes of UTF-8; what does not fit is left out by whole findings, and said to be. Default: each reporter's own. */
  maxBytes?: number;
  /** Whether findings that are gone since the base are listed. Default: yes; a platform that shows every result as open wants none. */
  absent?: boolean;
  /** The commit that was audited, for results that are uploaded. */
  revision?: { repositoryUri: string; revisionId?: string; branch?: string };
}

/** Turns a result into text. Pure: no files, no clock, no look at the terminal. Relies on the result's order (worst finding first). */
export type Reporter = (result: ScanResult, options: ReporterOptions) => string;
