import type { ConfigInput } from './schema.js';

/** Gives a configuration its type in an editor, and returns it: `export default defineConfig({ ... })`. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
