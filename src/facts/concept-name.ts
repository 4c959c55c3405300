import { wordsOf } from './canonical-name.js';

/** Words that tell versions of one thing apart and not things: a rewrite, its age, its place in a hierarchy, its state. */
const VERSION_WORDS: ReadonlySet<string> = new Set([
  'advanced', 'backup', 'base', 'basic', 'better', 'canonical', 'clean', 'compat', 'complete', 'consolidated', 'copy', 'core', 'default', 'deprecated',
  'enhanced', 'extended', 'final', 'fixed', 'full', 'generic', 'impl', 'implementation', 'improved', 'incomplete', 'isolated', 'legacy', 'main', 'migrated',
  'minimal', 'modern', 'modernized', 'modular', 'new', 'next', 'old', 'optimised', 'optimized', 'original', 'previous', 'proper', 'real', 'refactored',
  'resilient', 'rewritten', 'robust', 'simple', 'simplified', 'ssot', 'standard', 'temp', 'temporary', 'tmp', 'ultra', 'unified', 'updated',
]);
const VERSION_NUMBER = /^v?\d+$/;

/**
 * The concept behind a name: its words without those that only tell versions apart, joined by `-`. `UnifiedToolDispatcherFactory`,
 * `tool_dispatcher_factory_v2` and `EnhancedToolDispatcherFactory` are all `tool-dispatcher-factory`. A name of which fewer than two
 * words would be left (`BaseManager`, `CoreService`) keeps all of them, for one word names no concept.
 */
export function conceptName(name: string): string {
  const words = wordsOf(name);
  const kept = words.filter((word) => !VERSION_WORDS.has(word) && !VERSION_NUMBER.test(word));
  return (kept.length >= 2 ? kept : words).join('-');
}

/** Whether a name claims to be a version of its concept: `EnhancedCart`, `cart_v2`. */
export function isVersionName(name: string): boolean {
  return conceptName(name) !== wordsOf(name).join('-');
}
