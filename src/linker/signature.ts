import type { FailureError, StackFrame } from '../model/test-run.js';
import { hashOf } from '../util/hash.js';

/**
 * Version of the fingerprint recipe. A change of what is masked or hashed is a new version, and both are written for one release, so that
 * issues filed under the old one are still found.
 */
export const FINGERPRINT_VERSION = 'fp1';

/** The masks, in the order in which they are laid over a message. Host names stay: they are evidence. */
const MASKS: readonly { name: string; pattern: RegExp; by: string }[] = [
  { name: 'time', pattern: /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?/g, by: '<time>' },
  { name: 'duration', pattern: /\b\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|secs?|seconds?|min|minutes?)\b/g, by: '<duration>' },
  { name: 'uuid', pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, by: '<uuid>' },
  { name: 'address', pattern: /\b0x[0-9a-f]+\b/gi, by: '<address>' },
  { name: 'hash', pattern: /\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, by: '<hash>' },
  { name: 'ip', pattern: /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, by: '<ip>' },
  { name: 'temporary path', pattern: /(?:\/private)?\/(?:tmp|var\/folders|var\/tmp)\/[^\s'")]+/g, by: '<tmp>' },
  { name: 'path', pattern: /(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){2,}[\\/]?/g, by: '<path>' },
  { name: 'long literal', pattern: /(['"`])(?:(?!\1)[^\n]){41,}\1/g, by: '<literal>' },
  { name: 'number', pattern: /(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?\b/gi, by: '<n>' },
];

/** The message with all that changes from run to run blanked. */
export function maskMessage(message: string): string {
  let masked = message;
  for (const { pattern, by } of MASKS) masked = masked.replace(pattern, by);
  return masked.replace(/\s+/g, ' ').trim();
}

export interface SignatureInput {
  kind: string;
  error: FailureError;
  /** Frames in the repository's own source files, innermost first, with mapped paths. */
  sourceFrames: readonly (StackFrame & { path: string })[];
  /** Path of the test, mapped where it can be. */
  testFile: string | undefined;
  /** Suites and title. */
  titlePath: readonly string[];
}

export interface Signature {
  /** `fp1:` and 16 hex digits. */
  fingerprint: string;
  masked: string;
  /** The parts that were hashed, in words: why failures are grouped. */
  recipe: string[];
}

/**
 * Identity of a failure over runs, machines and moved lines: kind, type, code, masked message and the first three frames in our own source (path and
 * function). Where no frame is in our source, the test stands for the place.
 */
export function signatureOf({ kind, error, sourceFrames, testFile, titlePath }: SignatureInput): Signature {
  const masked = maskMessage(error.message);
  const frames = sourceFrames.slice(0, 3).map((frame) => `${frame.path} ${frame.function ?? ''}`.trim());
  const place = frames.length > 0 ? frames : [`${testFile ?? ''} ${titlePath.join(' > ')}`.trim()];
  const recipe = [
    `kind ${kind}`, ...(error.type === undefined ? [] : [`type ${error.type}`]), ...(error.code === undefined ? [] : [`code ${error.code}`]), `message "${masked}"`,
    ...place.map((part) => (frames.length > 0 ? `frame ${part}` : `test ${part}`)),
  ];
  return { fingerprint: `${FINGERPRINT_VERSION}:${hashOf(recipe.join('\n'), 16)}`, masked, recipe };
}
