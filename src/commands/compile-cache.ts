import module from 'node:module';

// Node 22.1 and later keep compiled code between runs, so that start-up does not parse the same sources again. Imported before all else, for its
// effect: what is loaded after it profits.
(module as unknown as { enableCompileCache?: () => unknown }).enableCompileCache?.();
