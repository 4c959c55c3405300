import type { FailureContext } from '../failure-context.js';
import { searchTerms } from '../words.js';
import { at, combined, type Feature } from './feature.js';

/** A text that stands in more files than this leads nowhere. */
const MAX_FILES = 6;
const MAX_LITERALS = 80;
/** Words that are taken together as a phrase of a message. */
const PHRASE = 3;

/**
 * Texts that stand word for word in the failure and in a file: message ids, error codes, keys, phrases of messages. The fewer files hold a text, and
 * the longer it is, the more it says.
 */
export const literal: Feature = {
  id: 'literal',
  values(context) {
    const values = new Map<string, number>();
    for (const found of literalsOf(context)) for (const { path } of found.sites) values.set(path, combined(values.get(path), found.weight));
    return values;
  },
  explain(context, path) {
    const best = literalsOf(context).flatMap(({ text, weight, from, sites }) => sites.filter((site) => site.path === path).map((site) => ({ text, weight, from, line: site.line })))
      .sort((a, b) => b.weight - a.weight || b.text.length - a.text.length || (a.text < b.text ? -1 : 1))[0];
    if (!best) return undefined;
    return { statement: `holds "${best.text}" at ${path}:${best.line}, word for word as ${best.from} has it`, references: [at(path, best.line)] };
  },
};

interface Found {
  text: string;
  from: string;
  weight: number;
  sites: readonly { path: string; line: number }[];
}

const cache = new WeakMap<FailureContext, Found[]>();

function literalsOf(context: FailureContext): Found[] {
  let found = cache.get(context);
  if (!found) cache.set(context, (found = find(context)));
  return found;
}

function find(context: FailureContext): Found[] {
  const { message, title, body } = context;
  const texts = new Map<string, { from: string; trust: number }>();
  const add = (text: string, from: string, trust: number): void => {
    const plain = text.trim();
    if (plain.length >= 4 && plain.length <= 200 && !texts.has(plain) && texts.size < MAX_LITERALS) texts.set(plain, { from, trust });
  };
  for (const text of quotedIn(message)) add(text, 'the failure', 1);
  for (const text of phrasesOf(message)) add(text, 'the failure', 1);
  for (const text of quotedIn(title)) add(text, 'the name of the test', 1);
  for (const line of body?.ran ?? []) for (const text of quotedIn(line)) add(text, 'the body of the test', 0.7);
  return [...texts].flatMap(([text, { from, trust }]): Found[] => {
    const sites = sitesOf(context, text);
    if (sites.length === 0 || sites.length > MAX_FILES) return [];
    // A single plain word may stand there by chance; a key, a code, a phrase does not.
    const shape = /\s\S+\s/.test(text) ? 0.8 : /[\s_\d:./-]|[a-z][A-Z]/.test(text) ? 0.6 : 0.3;
    return [{ text, from, weight: (trust * shape) / sites.length, sites }];
  });
}

function quotedIn(text: string): string[] {
  return [...text.matchAll(/'((?:[^'\\\n]|\\.){3,160})'|"((?:[^"\\\n]|\\.){3,160})"|`([^`\n]{3,160})`/g)].map((match) => match[1] ?? match[2] ?? match[3]!).filter((inner) => /[\p{L}]{3}/u.test(inner));
}

/** Runs of words without numbers and quoted parts: what a message's template holds, whatever was put into it. */
function phrasesOf(message: string): string[] {
  const phrases: string[] = [];
  for (const part of message.split(/\n|'[^']*'|"[^"]*"|`[^`]*`|<[^>]*>|\b\d[\w.]*\b|[:;,()[\]{}=]/)) {
    const words = part.trim().split(/\s+/).filter((word) => /^[\p{L}][\p{L}\p{N}_.'-]*$/u.test(word));
    if (words.length < PHRASE) continue;
    if (words.length <= 8) phrases.push(words.join(' '));
    for (let start = 0; words.length > PHRASE && start + PHRASE <= words.length; start++) phrases.push(words.slice(start, start + PHRASE).join(' '));
  }
  return phrases;
}

/** First place of a text in each file that holds it. Only files are read that hold all of its words. */
function sitesOf({ corpus, view }: FailureContext, text: string): { path: string; line: number }[] {
  const words = [...new Set(searchTerms(text))];
  if (words.length === 0) return [];
  const rarest = words.map((word) => corpus.holders(word)).sort((a, b) => a.size - b.size)[0]!;
  if (rarest.size > 200) return [];
  const sites: { path: string; line: number }[] = [];
  for (const path of [...rarest.keys()].sort()) {
    const content = view.text(path) ?? '';
    const offset = placeOf(content, text);
    if (offset >= 0) sites.push({ path, line: content.slice(0, offset).split('\n').length });
  }
  return sites;
}

/** As a text of its own, or within a larger one when it is more than a word. */
function placeOf(content: string, text: string): number {
  if (/\s/.test(text)) return content.indexOf(text);
  for (let offset = content.indexOf(text); offset >= 0; offset = content.indexOf(text, offset + 1)) {
    if (!/[\w$]/.test(content[offset - 1] ?? ' ') && !/[\w$]/.test(content[offset + text.length] ?? ' ')) return offset;
  }
  return -1;
}
