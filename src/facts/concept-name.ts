import { wordsOf } from './canonical-name.js';

/** Words that tell versions of one thing apart and not things: a rewrite, its age, its place in a hierarchy, its state. */
const VERSION_WORDS: ReadonlySet<string> = new Set([
  'advanced', 'backup', 'base', 'basic', 'better', 'canonical', 'clean', 'compat', 'complete', 'consolidated', 'copy', 'core', 'default', 'deprecated',
  'enhanced', 'extended', 'final', 'fixed', 'full', 'generic', 'impl', 'implementation', 'improved', 'incomplete', 'isolated', 'legacy', 'main', 'migrated',
  'minimal', 'modern', 'modernized', 'modular', 'new', 'next', 'old', 'optimised', 'optimized', 'original', 'previous', 'proper', 'real', 'refactored',
  'resilient', 'rewritten', 'robust', 'simple', 'simplified', 'ssot', 'standard', 'temp', 'temporary', 'tmp', 'ultra', 'unified', 'updated',
]);
const VERSION_NUMBER = /^v?\d+$/;

/** The first word of a hook says what kind of thing is named; a version word may follow it: `useUnifiedChatStore`. */
const OPENING_WORDS: ReadonlySet<string> = new Set(['use']);

/**
 * The concept behind a name: without the words at its beginning and end that only tell versions apart, joined by `-`.
 * `UnifiedToolDispatcherFactory`, `tool_dispatcher_factory_v2` and `EnhancedToolDispatcherFactory` are all `tool-dispatcher-factory`. A
 * name of which fewer than two words would be left (`BaseManager`, `CoreService`) keeps all of them, for one word names no concept.
 */
export function conceptName(name: string): string {
  const words = wordsOf(name);
  let from = OPENING_WORDS.has(words[0] ?? '') && words.length > 3 ? 1 : 0;
  const opening = words.slice(0, from);
  let to = words.length;
  while (to - from > 0 && isVersionWord(words[to - 1]!)) to--;
  while (to - from > 0 && isVersionWord(words[from]!)) from++;
  return to - from >= 2 ? [...opening, ...words.slice(from, to)].join('-') : words.join('-');
}

function isVersionWord(word: string): boolean {
  return VERSION_WORDS.has(word) || VERSION_NUMBER.test(word);
}

/** Whether a name claims to be a version of its concept: `EnhancedCart`, `cart_v2`. */
export function isVersionName(name: string): boolean {
  return conceptName(name) !== wordsOf(name).join('-');
}
