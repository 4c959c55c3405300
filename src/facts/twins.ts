import { wordsOf } from './canonical-name.js';

/** Parts of a file name that say for which platform a file is written. */
const PLATFORMS = /\.(?:native|web|ios|android|macos|windows|browser|node|client|server|edge|worker|desktop|mobile)(?=\.|$)/;

/** Folders of the two ends of a connection. */
const CLIENT: ReadonlySet<string> = new Set(['app', 'client', 'frontend', 'web', 'ui', 'browser', 'mobile', 'desktop', 'admin', 'dashboard', 'studio']);
const SERVER: ReadonlySet<string> = new Set(['server', 'backend', 'api', 'worker', 'workers', 'node']);

/**
 * Whether two files hold the same thing for different ends on purpose: platform variants (`Cart.native.tsx`, `Cart.tsx`), and the client
 * and the server of one package (`app/models/Order.ts`, `server/models/Order.ts`), judged by the first folder in which they differ.
 */
export function areEnds(a: string, b: string): boolean {
  if (a !== b && withoutPlatform(a) === withoutPlatform(b)) return true;
  const first = a.split('/');
  const second = b.split('/');
  const at = first.findIndex((part, index) => part !== second[index]);
  if (at < 0 || at >= second.length || at === first.length - 1 || at === second.length - 1) return false;
  const [one, other] = [first[at]!, second[at]!];
  return (CLIENT.has(one) && SERVER.has(other)) || (SERVER.has(one) && CLIENT.has(other));
}

const CALLING = new Set(['async', 'sync', 'aio', 'blocking']);

/** Whether one name is the other with `async` or `sync` added: two callings of one thing, kept apart on purpose. */
export function areCallings(a: string, b: string): boolean {
  const [one, other] = [wordsOf(a), wordsOf(b)];
  const plain = (words: readonly string[]): string => words.filter((word) => !CALLING.has(word)).join('-');
  return one.join('-') !== other.join('-') && plain(one) === plain(other);
}

function withoutPlatform(path: string): string {
  const from = path.lastIndexOf('/') + 1;
  return path.slice(0, from) + path.slice(from).replace(PLATFORMS, '');
}
