import { Worker } from 'node:worker_threads';
import type { Batch, BatchResult } from './worker.js';

export interface WorkerPool {
  run(items: Batch['items']): Promise<string[]>;
  close(): Promise<void>;
}

/** A pool of extraction workers. A batch is handed to the first idle one; a worker that dies fails its batch and no other. */
export function createWorkerPool(size: number): WorkerPool {
  const idle: Worker[] = [];
  const all: Worker[] = [];
  const queue: { batch: Batch; resolve(extractions: string[]): void; reject(error: Error): void }[] = [];
  const running = new Map<Worker, (typeof queue)[number]>();
  let nextId = 0;

  const start = (): void => {
    const worker = new Worker(new URL('./worker.js', import.meta.url));
    worker.on('message', (result: BatchResult) => {
      running.get(worker)?.resolve(result.extractions);
      running.delete(worker);
      idle.push(worker);
      dispatch();
    });
    worker.on('error', (error: Error) => {
      running.get(worker)?.reject(error);
      running.delete(worker);
      all.splice(all.indexOf(worker), 1);
      if (queue.length > 0) {
        start();
        dispatch();
      }
    });
    all.push(worker);
    idle.push(worker);
  };
  const dispatch = (): void => {
    while (queue.length > 0) {
      if (idle.length === 0 && all.length < size) start();
      const worker = idle.pop();
      if (!worker) return;
      const job = queue.shift()!;
      running.set(worker, job);
      worker.postMessage(job.batch);
    }
  };

  return {
    run: (items) => new Promise((resolve, reject) => {
      queue.push({ batch: { id: nextId++, items }, resolve, reject });
      dispatch();
    }),
    close: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
