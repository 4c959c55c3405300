import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Language } from '../languages/language.js';
import { languageFor } from '../languages/registry.js';
import type { Extraction } from '../model/facts.js';
import type { Problem } from '../model/result.js';
import { readSource } from '../discover/read-file.js';
import type { DiscoveredFile } from '../discover/discover-files.js';
import { extractorVersion } from './extractor-version.js';
import { extractToJson } from './extract-text.js';
import { openFactCache, type FactCache } from './fact-cache.js';
import { createWorkerPool, type WorkerPool } from './worker-pool.js';

export interface ExtractOptions {
  root: string;
  /** Reads a file of the tree; absent: from the disk. */
  read?: (path: string) => Buffer;
  /** 1: in this thread. Default: one per core, at most 8. */
  threads?: number;
  /** Path of the cache file; absent: no cache. */
  cacheFile?: string;
  onProgress?(done: number, total: number): void;
}

/** One file of the tree with all it yields. */
export interface ExtractedFile {
  path: string;
  /** Language id; `` for a file that no language reads. */
  language: string;
  /** Content hash; `` for a file that was not read. */
  hash: string;
  extraction: Extraction;
}

export interface ExtractResult {
  /** In the order of the files given. */
  files: ExtractedFile[];
  skipped: { path: string; reason: string }[];
  problems: Problem[];
  /** Number of files taken from the cache. */
  cached: number;
}

/** Below this many bytes of text to parse a worker costs more to start than it saves. */
const WORTH_WORKERS = 1_500_000;
const BATCH_BYTES = 400_000;

/** Reads, parses and extracts files: from the cache where the content is known, else in worker threads. */
export async function extractFiles(files: readonly DiscoveredFile[], options: ExtractOptions): Promise<ExtractResult> {
  const version = extractorVersion();
  const cache = options.cacheFile === undefined ? undefined : openFactCache(options.cacheFile);
  const threads = Math.max(1, options.threads ?? Math.min(8, availableParallelism()));
  const results: (ExtractedFile | undefined)[] = new Array<undefined>(files.length).fill(undefined);
  const skipped: ExtractResult['skipped'] = [];
  const problems: Problem[] = [];
  let cached = 0;
  let done = 0;
  let batch: Job[] = [];
  let batchBytes = 0;
  const pending: Promise<void>[] = [];
  const pool = lazyPool(threads, files);
  const loaded = new Set<string>();

  const finish = (job: Job, json: string, isNew: boolean): void => {
    if (isNew) cache?.put(job.key, json);
    const extraction = JSON.parse(json) as Extraction;
    if (job.invalidAt !== undefined) {
      extraction.parseErrors.push({ message: `Not valid UTF-8 (first at byte ${job.invalidAt}); read with replacement characters.`, span: [1, 1, 1, 1] });
    }
    results[job.index] = { path: job.path, language: job.language.id, hash: job.hash, extraction };
    options.onProgress?.(++done, files.length);
  };
  const flush = async (): Promise<void> => {
    const jobs = batch;
    batch = [];
    batchBytes = 0;
    if (jobs.length === 0) return;
    if (!pool) {
      for (const job of jobs) {
        if (!loaded.has(job.language.id)) {
          await job.language.load();
          loaded.add(job.language.id);
        }
        finish(job, extractToJson(job.language, job.path, job.text), true);
      }
      await new Promise(setImmediate); // signals are served between batches, or Ctrl-C would wait for the whole tree
      return;
    }
    pending.push(runBatch(pool, jobs, finish));
    // Texts wait in the queue of the pool: bound how many, or a large tree stands in memory twice.
    if (pending.length >= threads * 3) await pending.shift();
  };

  for (const [index, { path }] of files.entries()) {
    const language = languageFor(path);
    if (!language) {
      results[index] = { path, language: '', hash: '', extraction: { facts: [], parseErrors: [], suppressionComments: [], lineCount: 0 } };
      options.onProgress?.(++done, files.length);
      continue;
    }
    const source = readSource(join(options.root, path), path, options.read);
    if (source.status === 'skipped') {
      skipped.push({ path, reason: source.reason });
      options.onProgress?.(++done, files.length);
      continue;
    }
    const key = `${version}:${language.id}:${language.dialect(path)}:${source.hash}`;
    const job: Job = { index, path, language, key, hash: source.hash, text: source.text, ...(source.invalidAt === undefined ? {} : { invalidAt: source.invalidAt }) };
    const known = cache?.get(key);
    if (known !== undefined) {
      cached++;
      finish({ ...job, text: '' }, known, false);
      continue;
    }
    batch.push(job);
    batchBytes += source.text.length;
    if (batchBytes >= BATCH_BYTES) await flush();
  }
  await flush();
  await Promise.all(pending);
  await pool?.close();
  saveCache(cache, problems);
  return { files: results.filter((file) => file !== undefined), skipped, problems, cached };
}

interface Job {
  index: number;
  path: string;
  language: Language;
  key: string;
  hash: string;
  text: string;
  invalidAt?: number;
}

function lazyPool(threads: number, files: readonly DiscoveredFile[]): WorkerPool | undefined {
  if (threads === 1) return undefined;
  let bytes = 0;
  for (const { path, size } of files) if (languageFor(path)) bytes += size;
  return bytes < WORTH_WORKERS ? undefined : createWorkerPool(threads);
}

async function runBatch(pool: WorkerPool, jobs: readonly Job[], finish: (job: Job, json: string, isNew: boolean) => void): Promise<void> {
  let extractions: string[];
  try {
    extractions = await pool.run(jobs.map(({ language, path, text }) => ({ languageId: language.id, path, text })));
  } catch {
    // A worker died (out of memory, say): extract its files one at a time, so that only the culprit is lost.
    for (const job of jobs) {
      const [json, isNew] = await runAlone(pool, job);
      finish(job, json, isNew);
    }
    return;
  }
  for (const [position, job] of jobs.entries()) finish(job, extractions[position]!, true);
}

async function runAlone(pool: WorkerPool, job: Job): Promise<[json: string, isNew: boolean]> {
  try {
    const [json] = await pool.run([{ languageId: job.language.id, path: job.path, text: job.text }]);
    return [json!, true];
  } catch (error) {
    return [extractToJson({ ...job.language, extract: () => { throw error; } }, job.path, job.text), false];
  }
}

function saveCache(cache: FactCache | undefined, problems: Problem[]): void {
  const failure = cache?.save();
  if (failure !== undefined) problems.push({ kind: 'configuration', message: `${failure}. The result is complete; the next run will be slower. Choose another place with --cache-dir, or --no-cache.` });
}
