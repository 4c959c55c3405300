import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Gunzip, unzipSync } from 'fflate';
import { TEST_RUN_SCHEMA_VERSION, type TestRun } from '../model/test-run.js';
import { compareText } from '../util/compare.js';
import { UserError } from '../util/user-error.js';
import { detectFormat, type Format } from './detect-format.js';
import { logSteps } from './github-log.js';
import { mergeReports } from './merge-attempts.js';
import { parsers } from './parsers.js';
import type { ParsedReport } from './report.js';

const MAX_BYTES = 512 * 1024 * 1024;
const MAX_ENTRIES = 10_000;
/** Unpacked bytes of an archive: a bomb stops here. */
const MAX_UNPACKED = 1024 * 1024 * 1024;
/** Archives inside archives. */
const MAX_NESTING = 3;

export interface ReadOptions {
  /** The repository that was tested: says whether files that a worklog names are there. */
  root?: string;
  /** What the result calls a report, for its path as given. Default: that path. */
  nameOf?(path: string): string;
}

export interface ReadReport {
  path: string;
  format: Format;
  report: ParsedReport;
}

/**
 * Reads test reports: files, folders (searched for what is a report by its content), gzip and zip archives. Throws a UserError when a named path
 * does not exist, is larger than 512 MB, or no report is found at all. A damaged report is read as far as it goes and says so in its source.
 */
export function readTestResults(paths: readonly string[], { root, nameOf = (path) => path }: ReadOptions = {}): TestRun {
  const reports: ReadReport[] = [];
  const unread: string[] = [];
  for (const path of paths) {
    for (const file of filesAt(path)) {
      const found = readReports(nameOf(file.path), readBytes(file.path));
      if (found.length > 0) reports.push(...found);
      else if (file.named) unread.push(nameOf(file.path));
    }
  }
  if (reports.length === 0) {
    throw new UserError(`No test report was found in ${paths.join(', ')}.`, {
      code: 'no-report', hint: 'Known are JUnit XML, the JSON of Playwright, Jest, Vitest, Mocha and pytest, TAP, CTRF, Allure, go test -json, CI logs and Markdown worklogs.',
    });
  }
  const run = mergeReports(reports, root === undefined ? undefined : (path) => existsSync(resolve(root, path)));
  const warnings = unread.map((path) => `${path} is no report of a known format.`);
  return { schemaVersion: TEST_RUN_SCHEMA_VERSION, ...run, sources: run.sources.map((source, index) => (index === 0 && warnings.length > 0 ? { ...source, warnings: [...source.warnings, ...warnings] } : source)) };
}

/** Reports in the bytes of one file, those inside an archive included. */
export function readReports(path: string, bytes: Uint8Array, depth = 0): ReadReport[] {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
  if (isGzip || isZip) {
    if (depth >= MAX_NESTING) return [];
    return unpack(path, () => (isGzip ? { [path.replace(/\.t?gz$/, '')]: gunzipBounded(bytes) } : unzipBounded(bytes)), depth);
  }
  if (isBinary(bytes)) return [];
  return readText(path, decode(bytes).replaceAll('\0', ''));
}

/** A text with a stray zero byte is a damaged report; one in a hundred is no text. */
function isBinary(bytes: Uint8Array): boolean {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return false;
  const head = bytes.subarray(0, 64 * 1024);
  let zeros = 0;
  for (const byte of head) if (byte === 0) zeros++;
  return zeros * 100 > head.length;
}

function readText(path: string, text: string): ReadReport[] {
  const detected = detectFormat(text);
  if (!detected) return [];
  const { format, json } = detected;
  if (format === 'github-log') {
    const steps = logSteps(text).map(({ name, text: inner }) => ({ name, inner })).filter(({ inner }) => inner.trim() !== '');
    const inside = steps.flatMap(({ name, inner }) => readText(`${path}!${name}`, inner).filter(({ format: kind }) => kind !== 'markdown-worklog' && kind !== 'github-log'));
    if (inside.length > 0) return inside;
  }
  let report: ParsedReport;
  try {
    report = parsers[format](text, json?.value);
  } catch (error) {
    report = unreadable(format, error as Error);
  }
  if (json) {
    report.source.truncated ||= json.truncated;
    report.source.warnings = [...report.source.warnings, ...json.warnings];
  }
  return [{ path, format, report }];
}

/** A report of a known format in a shape that its parser does not know: it is told of, never dropped. */
function unreadable(format: Format, error: Error): ParsedReport {
  const reason = error.message.replace(/\s+/g, ' ').slice(0, 300);
  return {
    source: { format, declared: {}, losses: [], truncated: true, warnings: [`The report has the marks of ${format} and could not be read: ${reason}`] },
    results: [], signs: [{ sign: 'unreadable', message: 'The report could not be read.', weight: 'strong' }],
  };
}

function unpack(path: string, open: () => Record<string, Uint8Array>, depth: number): ReadReport[] {
  let entries: Record<string, Uint8Array>;
  try {
    entries = open();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} is a damaged archive (${(error as Error).message}).`, { code: 'damaged-archive', hint: 'Unpack it by hand and give the files.' });
  }
  return Object.entries(entries).sort(([a], [b]) => compareText(a, b)).flatMap(([name, bytes]) => readReports(path.startsWith(name) ? name : `${path}!${name}`, bytes, depth + 1));
}

function tooLarge(): UserError {
  return new UserError('The archive unpacks to more than 1 GB or 10,000 files.', { code: 'archive-too-large', hint: 'Give the report itself.' });
}

/** Unpacks piece by piece, so that a bomb is noticed before it has gone off. */
function gunzipBounded(bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Gunzip((chunk) => {
    total += chunk.length;
    if (total > MAX_UNPACKED) throw tooLarge();
    chunks.push(chunk);
  });
  const step = 1 << 16;
  for (let offset = 0; offset < bytes.length; offset += step) stream.push(bytes.subarray(offset, offset + step), offset + step >= bytes.length);
  return Buffer.concat(chunks);
}

function unzipBounded(bytes: Uint8Array): Record<string, Uint8Array> {
  let count = 0;
  let total = 0;
  return unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      count++;
      total += originalSize;
      if (count > MAX_ENTRIES || total > MAX_UNPACKED) throw tooLarge();
      return !name.endsWith('/') && /\.(?:xml|json|jsonl|ndjson|tap|txt|log|md|gz|ctrf)$|^[^.]+$/i.test(name);
    },
  });
}

function* filesAt(path: string): Iterable<{ path: string; named: boolean }> {
  let stat;
  try {
    stat = statSync(path);
  } catch {
    throw new UserError(`There is no file or folder ${path}.`, { code: 'report-not-found', hint: 'Give the path of a test report, or of a folder that holds some.' });
  }
  if (!stat.isDirectory()) {
    yield { path, named: true };
    return;
  }
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')).sort(compareText);
  for (const name of names) {
    if (/(?:^|\/)(?:node_modules|\.git)\//.test(name) || !/\.(?:xml|json|jsonl|ndjson|tap|txt|log|md|gz|zip)$/i.test(name)) continue;
    const full = join(path, name);
    if (statSync(full, { throwIfNoEntry: false })?.isFile()) yield { path: full, named: false };
  }
}

function readBytes(path: string): Uint8Array {
  const { size } = statSync(path);
  if (size > MAX_BYTES) throw new UserError(`${path} is larger than 512 MB.`, { code: 'report-too-large', hint: 'Give the report of each shard by itself.' });
  if (size > 0) return readFileSync(path);
  // A pipe has no size.
  const fd = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(1 << 16);
      const length = readSync(fd, chunk);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}

/** UTF-8, UTF-16 with a mark, or Latin-1 where an XML declaration says so. */
function decode(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return buffer.toString('utf16le').slice(1);
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return Buffer.from(buffer.subarray(0, buffer.length & ~1)).swap16().toString('utf16le').slice(1);
  const declared = /^<\?xml[^>]*encoding=["'](?:iso-8859-1|latin1|windows-1252)["']/i.test(buffer.subarray(0, 200).toString('latin1'));
  return buffer.toString(declared ? 'latin1' : 'utf8').replace(/^\ufeff/, '');
}
