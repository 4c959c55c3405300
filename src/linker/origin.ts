import type { Reference } from '../model/link-result.js';
import { runGit } from '../util/run-git.js';
import type { RepositoryView } from './repository-view.js';
import type { Place } from './site-statements.js';
import type { LineSpan } from './test-body.js';
import type { Candidate } from './violation-evidence.js';

/** When a line was last changed. */
export interface LineOrigin {
  place: Place;
  line: number;
  sha: string;
  subject: string;
  /** Seconds since 1970. */
  time: number;
  /** The line is not committed. */
  isUncommitted: boolean;
}

export interface Origin {
  answer: string;
  references: Reference[];
  /** How sure it is that this commit brought the difference in; 0 when history does not show one. */
  strength: number;
}

const MAX_PLACES = 4;
const TIMEOUT = 15_000;

export interface OriginFinder {
  /** Where the difference between the copies came from; undefined where there is no history to ask. */
  of(candidate: Candidate): Origin | undefined;
  /** When the line by which a place differs was last changed, in seconds since 1970; Infinity: not committed yet; undefined: git does not know. */
  changedAt(candidate: Candidate, index: number): number | undefined;
  /** The same for the newest of some lines. */
  newestOf(span: LineSpan): number | undefined;
}

/** Asks git where the lines on which copies disagree were last changed, and when a missing module went. Each line is asked about once. */
export function createOriginFinder(view: RepositoryView): OriginFinder {
  const blamed = new Map<string, LineOrigin | undefined>();
  let known: boolean | undefined;
  const hasHistory = (): boolean => (known ??= runGit(view.root, ['rev-parse', '--verify', '--quiet', 'HEAD']) !== undefined);
  const blame = (place: Place, line: number): LineOrigin | undefined => {
    const key = `${place.location.path}:${line}`;
    if (!blamed.has(key)) blamed.set(key, parseBlame(runGit(view.root, ['blame', '--porcelain', '-L', `${line},${line}`, '--', place.location.path], { timeout: TIMEOUT }), place, line));
    return blamed.get(key);
  };
  const timeOf = ({ isUncommitted, time }: Pick<LineOrigin, 'isUncommitted' | 'time'>): number => (isUncommitted ? Infinity : time);
  const newest = new Map<string, number | undefined>();
  return {
    changedAt(candidate, index) {
      if (!hasHistory()) return undefined;
      const origin = blame(candidate.statements.places[index]!, divergentLine(candidate, index, view));
      return origin && timeOf(origin);
    },
    newestOf({ path, start, end }) {
      if (!hasHistory()) return undefined;
      const key = `${path}:${start}:${end}`;
      if (!newest.has(key)) newest.set(key, newestTime(runGit(view.root, ['blame', '--porcelain', '-L', `${start},${end}`, '--', path], { timeout: TIMEOUT })));
      return newest.get(key);
    },
    of(candidate) {
      if (!hasHistory()) return undefined;
      const deleted = candidate.finding.category === 'unresolved-import' ? deletionOf(candidate, view) ?? removalOf(candidate, view) : undefined;
      if (deleted) return deleted;
      const lines = candidate.statements.places.slice(0, MAX_PLACES).flatMap((place, index) => blame(place, divergentLine(candidate, index, view)) ?? []);
      return describe(lines, candidate);
    },
  };
}

function describe(lines: readonly LineOrigin[], { finding }: Candidate): Origin | undefined {
  if (lines.length === 0) return { answer: 'Not in history: git knows none of these lines.', references: [], strength: 0 };
  const fresh = lines.filter(({ isUncommitted }) => isUncommitted);
  if (fresh.length > 0) return { answer: `Not in history: ${fresh.map(spot).join(' and ')} ${fresh.length === 1 ? 'is' : 'are'} not committed yet.`, references: fresh.map(({ place }) => ({ code: place.location })), strength: 0.9 };
  const newest = lines.reduce((a, b) => (b.time > a.time ? b : a));
  const shas = new Set(lines.map(({ sha }) => sha));
  const references = [newest, ...lines.filter(({ sha }) => sha !== newest.sha)].slice(0, 3).map(({ sha, subject }): Reference => ({ commit: { sha, subject } }));
  if (lines.length === 1) return { answer: `${short(newest)} last changed ${spot(newest)}.`, references, strength: 0.6 };
  if (shas.size === 1) return { answer: `${short(newest)} brought ${finding.differences.length > 0 ? 'all of these places in as they differ' : 'all of these places in'}: ${lines.map(spot).join(', ')}.`, references, strength: 0.7 };
  const others = lines.filter(({ sha }) => sha !== newest.sha);
  return {
    answer: `${short(newest)} changed ${lines.filter(({ sha }) => sha === newest.sha).map(spot).join(' and ')}; ${others.map((other) => `${spot(other)} is as ${short(other)} left it`).join('; ')}.`,
    references, strength: 0.7,
  };
}

function short({ sha, subject }: Pick<LineOrigin, 'sha' | 'subject'>): string {
  return `${sha.slice(0, 10)} ("${subject.length > 80 ? `${subject.slice(0, 79)}…` : subject}")`;
}

function spot({ place, line }: Pick<LineOrigin, 'place' | 'line'>): string {
  return `${place.location.path}:${line}`;
}

/** The line of a place that says what the others do not say; its first line when none does. */
function divergentLine({ statements }: Candidate, index: number, view: RepositoryView): number {
  const { location: { path, range } } = statements.places[index]!;
  const own = statements.divergent.filter(({ sites }) => sites.includes(index)).sort((a, b) => a.sites.length - b.sites.length);
  const lines = view.text(path)?.split('\n').slice(range.start.line - 1, Math.min(range.end.line, range.start.line + 400)) ?? [];
  for (const { text, aspect } of own.slice(0, 20)) {
    if (aspect === 'call') continue;
    const at = lines.findIndex((line) => line.includes(text));
    if (at >= 0) return range.start.line + at;
  }
  return range.start.line;
}

function deletionOf({ statements }: Candidate, { facts }: RepositoryView): Origin | undefined {
  for (const place of statements.places) {
    for (const fact of facts.inFile(place.location.path, 'import')) {
      if (fact.span[0] !== place.location.range.start.line) continue;
      const seen = facts.imports.resolve(fact);
      for (const path of seen.status === 'missing' ? seen.expected : []) {
        const gone = facts.history?.deletionOf(path);
        if (gone) return { answer: `${gone.commit} ("${gone.subject}") deleted ${path} on ${gone.date}; ${place.location.path}:${place.location.range.start.line} still imports it.`, references: [{ commit: { sha: gone.commit, subject: gone.subject } }], strength: 0.9 };
      }
    }
  }
  return undefined;
}

/** The last commit that changed how often a module speaks of a name that it no longer has: the one that took it out or renamed it. */
function removalOf({ statements }: Candidate, { facts, root }: RepositoryView): Origin | undefined {
  for (const { location } of statements.places) {
    for (const fact of facts.inFile(location.path, 'import')) {
      if (fact.span[0] > location.range.start.line || fact.span[2] < location.range.start.line) continue;
      for (const imported of fact.names) {
        const seen = facts.imports.resolveName(fact, imported);
        if (seen.status !== 'missing' || imported.imported === '*' || imported.imported === '') continue;
        const [sha, subject] = runGit(root, ['log', '-1', '--format=%H%x00%s', `-S${imported.imported}`, '--', seen.module], { timeout: TIMEOUT })?.trim().split('\0') ?? [];
        if (!sha || subject === undefined) continue;
        const at = `${location.path}:${location.range.start.line}`;
        return { answer: `${short({ sha, subject })} took ${imported.imported} out of ${seen.module}; ${at} still imports it.`, references: [{ commit: { sha, subject } }], strength: 0.85 };
      }
    }
  }
  return undefined;
}

function parseBlame(text: string | undefined, place: Place, line: number): LineOrigin | undefined {
  const sha = text === undefined ? undefined : /^[0-9a-f]{40}/.exec(text)?.[0];
  if (text === undefined || sha === undefined) return undefined;
  return { place, line, sha, subject: /^summary (.*)$/m.exec(text)?.[1] ?? '', time: Number(/^committer-time (\d+)$/m.exec(text)?.[1] ?? 0), isUncommitted: /^0+$/.test(sha) };
}

function newestTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^0{40} /m.test(text)) return Infinity;
  const times = [...text.matchAll(/^committer-time (\d+)$/gm)].map(([, time]) => Number(time));
  return times.length === 0 ? undefined : Math.max(...times);
}
