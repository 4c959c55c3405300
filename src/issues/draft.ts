import type { Priority } from '../model/priority.js';
import { hashOf } from '../util/hash.js';

/** An issue as it would be filed, without anything that only the tracker knows. */
export interface IssueDraft {
  /** Identity over runs, as hex: of cluster and violation, of a finding, or of the list of what is not filed one by one. */
  fingerprint: string;
  kind: 'failure' | 'finding' | 'roll-up';
  /** Hash of the cluster's fingerprint, and of that of the linked violation. */
  cluster?: string;
  violation?: string;
  title: string;
  /** What tells it from another of the same title. */
  detail: string;
  priority: Priority;
  /** The rule by which it has its priority. */
  priorityReason: string;
  labels: readonly string[];
  /** Keys of the tests that fail by it; see `testKey`. */
  tests: readonly string[];
  /** How many tests fail, for the table of occurrences. */
  failed: number;
  /** Rule set of the scan, for an issue about a finding. */
  ruleset?: string;
  /** Logins, from CODEOWNERS. */
  assignees: readonly string[];
  /** What it has in common with other drafts: the same key belongs together. */
  groups: readonly { key: string; words: string }[];
  /** What people read, in at most so many characters. */
  body(room: number): string;
}

/** Something that is not filed, and why. */
export interface Withheld {
  title: string;
  reason: string;
}

/** Identity of a test that does not depend on the folder the tests ran in: its id from the mapped file on. */
export function testKey({ id, file }: { id: string; file?: string | undefined }): string {
  const at = file === undefined ? -1 : id.indexOf(file);
  return hashOf(at > 0 ? id.slice(at) : id, 12);
}
