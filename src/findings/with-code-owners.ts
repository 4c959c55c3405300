import type { Finding } from '../model/result.js';

/** Findings with the owners of all their places, those of the first place first. */
export function withCodeOwners(findings: readonly Finding[], ownersOf: (path: string) => readonly string[]): Finding[] {
  return findings.map((finding) => {
    const codeOwners = [...new Set([finding.location, ...finding.related.map(({ location }) => location)].flatMap(({ path }) => ownersOf(path)))];
    return codeOwners.length === 0 ? finding : { ...finding, codeOwners };
  });
}
