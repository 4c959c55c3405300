import { parentPort } from 'node:worker_threads';
import { languages } from '../languages/registry.js';
import { extractToJson } from './extract-text.js';

/** A batch of texts to extract. */
export interface Batch {
  id: number;
  items: { languageId: string; path: string; text: string }[];
}

export interface BatchResult {
  id: number;
  /** JSON of each item's extraction, in the order of the batch. */
  extractions: string[];
}

const loaded = new Set<string>();

parentPort?.on('message', (batch: Batch) => {
  void run(batch).then((result) => parentPort!.postMessage(result));
});

async function run(batch: Batch): Promise<BatchResult> {
  const extractions: string[] = [];
  for (const { languageId, path, text } of batch.items) {
    const language = languages.find((candidate) => candidate.id === languageId)!;
    if (!loaded.has(languageId)) {
      await language.load();
      loaded.add(languageId);
    }
    extractions.push(extractToJson(language, path, text));
  }
  return { id: batch.id, extractions };
}
