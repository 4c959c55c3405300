import { lstatSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Problem } from '../model/result.js';
import { cutText } from '../util/cut-text.js';
import { repositoryRootOf } from './repository-root.js';

/** Where GitHub looks, in its order (docs.github.com, "About code owners"); then where GitLab does. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];
/** A file that is larger GitHub does not load. */
const MAX_BYTES = 3 * 1024 * 1024;
const MAX_RULES = 20_000;
const MAX_PROBLEMS = 10;
const MAX_PATTERN = 1000;

export interface CodeOwners {
  /** Who owns a path (POSIX, relative to the audited root); empty: nobody does. */
  ownersOf(path: string): readonly string[];
  problems: Problem[];
}

interface OwnerRule {
  matches(path: readonly string[]): boolean;
  owners: readonly string[];
}

/** Rules of one section; GitHub knows none, so all of its rules are in the first. */
interface Section {
  rules: OwnerRule[];
  defaults: readonly string[];
}

/**
 * Reads the CODEOWNERS file of the repository that holds the audited root. The last pattern that matches a path has it; in the sections of GitLab,
 * the last of each section. A line that is not understood, or a file that cannot be read, is a problem and nothing more.
 */
export function readCodeOwners(root: string): CodeOwners {
  const repository = repositoryRootOf(root) ?? root;
  const prefix = relative(repository, root).split(sep).filter((part) => part !== '');
  const file = PLACES.find((place) => lstatSync(join(repository, place), { throwIfNoEntry: false }) !== undefined);
  const none = (...problems: Problem[]): CodeOwners => ({ ownersOf: () => [], problems });
  if (file === undefined) return none();
  const problem = (message: string, line = 1): Problem => (prefix.length > 0
    ? { kind: 'configuration', message: `${file}:${line} ${message}` }
    : { kind: 'configuration', message, location: { path: file, range: { start: { line, column: 1 }, end: { line, column: 1 } } } });
  let text: string;
  try {
    const stat = lstatSync(join(repository, file));
    if (!stat.isFile()) return none(problem('It is not a file; nobody owns anything by it.'));
    if (stat.size > MAX_BYTES) return none(problem('It is larger than 3 MB and not read; GitHub does not read it either.'));
    text = readFileSync(join(repository, file), 'utf8');
  } catch (error) {
    return none(problem(`It cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}.`));
  }
  const { sections, faults } = parseCodeOwners(text);
  const cache = new Map<string, readonly string[]>();
  return {
    ownersOf(path) {
      let owners = cache.get(path);
      if (!owners) cache.set(path, (owners = ownersIn(sections, [...prefix, ...path.split('/')])));
      return owners;
    },
    problems: faults.slice(0, MAX_PROBLEMS).map(({ line, message }) => problem(message, line)),
  };
}

function ownersIn(sections: readonly Section[], path: readonly string[]): readonly string[] {
  return [...new Set(sections.flatMap(({ rules }) => rules.findLast(({ matches }) => matches(path))?.owners ?? []))];
}

function parseCodeOwners(text: string): { sections: Section[]; faults: { line: number; message: string }[] } {
  const sections = new Map<string, Section>([['', { rules: [], defaults: [] }]]);
  const faults: { line: number; message: string }[] = [];
  let section = sections.get('')!;
  let count = 0;
  for (const [index, raw] of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/).entries()) {
    const fault = (message: string): void => { faults.push({ line: index + 1, message }); };
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const header = /^\^?\[([^\]\r\n]{1,200})\](?:\[\d{1,9}\])?(?:\s+([^\r\n]*))?$/.exec(content);
    if (header) {
      const name = header[1]!.toLowerCase();
      section = sections.get(name) ?? { rules: [], defaults: [] };
      section.defaults = ownersOf(header[2] ?? '', fault);
      sections.set(name, section);
      continue;
    }
    const [, pattern = '', rest = ''] = /^((?:\\.|[^\s\\])+)(.*)$/s.exec(content) ?? [];
    if (pattern === '' || pattern.length > MAX_PATTERN) fault(`"${cutText(content, 60)}" is no pattern.`);
    else if (pattern.replace(/\\./g, '').includes('[')) fault(`"${cutText(pattern, 60)}": ranges in brackets mean nothing here.`);
    else if (++count > MAX_RULES) {
      fault(`there are more than ${MAX_RULES} patterns; the rest is not read.`);
      break;
    } else {
      const owners = ownersOf(rest, fault);
      const excludes = pattern.startsWith('!'); // GitLab: whoever else matches, this section has no owner for it
      section.rules.push({ matches: matcherOf(excludes ? pattern.slice(1) : pattern), owners: excludes ? [] : owners.length > 0 ? owners : section.defaults });
    }
  }
  return { sections: [...sections.values()], faults };
}

function ownersOf(text: string, fault: (message: string) => void): string[] {
  const words = text.replace(/(^|\s)#.*$/s, '').trim().split(/\s+/).filter((word) => word !== '');
  return words.filter((word) => {
    const isOwner = word.length <= 300 && (/^@{1,2}[\w-][\w./-]*$/.test(word) || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(word));
    if (!isOwner) fault(`"${cutText(word, 60)}" is no owner: @user, @group/team or an e-mail address.`);
    return isOwner;
  });
}

/**
 * A pattern as .gitignore has them, but for what GitHub leaves out. Without a slash before its end it matches at any depth; a folder has all
 * that is in it; `docs/*` has the files of the folder and not what is deeper.
 */
function matcherOf(pattern: string): (path: readonly string[]) => boolean {
  const plain = pattern.replace(/\\(.)/g, '$1');
  const isAnchored = plain.slice(0, -1).includes('/');
  const parts = plain.split('/').filter((part) => part !== '');
  const segments = isAnchored || parts[0] === '**' ? parts : ['**', ...parts];
  if (parts.length === 0) return () => true; // the root
  const isFolder = plain.endsWith('/');
  const isFlat = !isFolder && isAnchored && parts.at(-1) === '*';
  return (path) => {
    if (isFlat) return matchesSegments(segments, path);
    // As a folder it has everything below: one of the path's own folders, or the path itself, must match.
    for (let length = path.length - (isFolder ? 1 : 0); length > 0; length--) if (matchesSegments(segments, path.slice(0, length))) return true;
    return false;
  };
}

/** `**` stands for any number of segments. Goes back to the last of them only, so the cost is the product of both lengths. */
function matchesSegments(pattern: readonly string[], path: readonly string[]): boolean {
  return matchesWild(pattern.length, path.length, (index) => pattern[index] === '**', (index, at) => matchesSegment(pattern[index]!, path[at]!));
}

function matchesSegment(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  return matchesWild(pattern.length, name.length, (index) => pattern[index] === '*', (index, at) => pattern[index] === '?' || pattern[index] === name[at]);
}

function matchesWild(patternLength: number, length: number, isWild: (index: number) => boolean, matchesOne: (index: number, at: number) => boolean): boolean {
  let index = 0;
  let wild = -1;
  let from = 0;
  for (let at = 0; at < length;) {
    if (index < patternLength && isWild(index)) {
      wild = index++;
      from = at;
    } else if (index < patternLength && matchesOne(index, at)) {
      index++;
      at++;
    } else if (wild >= 0) {
      index = wild + 1;
      at = ++from;
    } else return false;
  }
  while (index < patternLength && isWild(index)) index++;
  return index === patternLength;
}
