import type { Failure } from './cluster-failures.js';
import { addToQuery, dampened, type Corpus } from './corpus.js';
import type { Definitions } from './definitions.js';
import { failureWords, type FailureWords } from './failure-words.js';
import type { HistoryIndex } from './history-index.js';
import { reachFrom, type Reach } from './reach.js';
import type { RepositoryView } from './repository-view.js';
import { testBody, type LineSpan } from './test-body.js';
import type { Query } from './word-index.js';
import { searchTerms } from './words.js';

/** A failure with all that the features ask about it, before the corpus is known. */
export interface FailureText {
  failure: Failure;
  /** Where the test stands in its file. */
  body: (LineSpan & { /** Lines up to the one that failed: what comes after it did not run. */ ran: readonly string[] }) | undefined;
  /** Message, expected and received values, causes. */
  message: string;
  /** Suites and title. */
  title: string;
  queries: { message: ReadonlyMap<string, number>; title: ReadonlyMap<string, number>; body: ReadonlyMap<string, number>; all: ReadonlyMap<string, number>; /** Of title and body, each word weighed by how few passages of the test file have it. */ telling: ReadonlyMap<string, number> };
}

/** What is known of the repository, made once for all failures of a run. */
export interface Knowledge {
  view: RepositoryView;
  corpus: Corpus;
  definitions: Definitions;
  history: HistoryIndex;
}

export interface FailureContext extends FailureText, Knowledge {
  words: FailureWords;
  /** What the body of the test uses, step by step. */
  reach(): Reach | undefined;
}

/** A longer test is a story; what is near its failing line counts more. */
const NEAR = 25;
const MAX_MESSAGE = 6000;

export function readFailure(failure: Failure, view: RepositoryView): FailureText {
  const { error, test, testPath, testLine } = failure;
  const text = testPath === undefined ? undefined : view.text(testPath);
  const span = text === undefined ? undefined : testBody(view.facts, text, testPath!, test.title, testLine);
  const lines = span === undefined ? [] : text!.split('\n').slice(span.start - 1, span.end);
  const stop = span !== undefined && testLine !== undefined && testLine > span.start && testLine <= span.end ? testLine - span.start + 3 : lines.length;
  const ran = span === undefined ? (test.code ?? error.snippet ?? '').split('\n') : lines.slice(0, stop);
  const message = [error.type ?? '', error.message, error.expected ?? '', error.received ?? '', ...error.causes.map((cause) => cause.message)].join('\n').slice(0, MAX_MESSAGE);
  const title = [...test.suite, test.title].join(' ');

  const ofMessage = new Map<string, number>();
  addToQuery(ofMessage, message);
  const ofTitle = new Map<string, number>();
  addToQuery(ofTitle, title);
  const ofBody = new Map<string, number>();
  for (const [index, line] of ran.entries()) addToQuery(ofBody, line, ran.length - index <= NEAR ? 1 : 0.4);
  const all = new Map<string, number>();
  for (const [query, weight] of [[ofMessage, 1], [ofTitle, 2], [ofBody, 1]] as const) for (const [word, count] of query) all.set(word, (all.get(word) ?? 0) + weight * count);
  return {
    failure, message, title,
    body: span === undefined ? undefined : { ...span, ran },
    queries: { message: dampened(ofMessage), title: dampened(ofTitle), body: dampened(ofBody), all: dampened(all), telling: telling(text, ofTitle, ofBody) },
  };
}

/** Lines of a test file that are taken for one passage. */
const PASSAGE = 12;

function telling(text: string | undefined, title: Query, body: Query): Map<string, number> {
  const query = new Map<string, number>();
  for (const [source, weight] of [[title, 2], [body, 1]] as const) for (const [word, count] of source) query.set(word, (query.get(word) ?? 0) + weight * count);
  const lines = (text ?? '').split('\n');
  const counts = new Map<string, number>();
  const passages = Math.ceil(lines.length / PASSAGE);
  for (let start = 0; start < lines.length; start += PASSAGE) {
    for (const word of new Set(searchTerms(lines.slice(start, start + PASSAGE).join('\n')))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const rarity = (word: string): number => Math.log(1 + passages / (counts.get(word) ?? 1)) / Math.log(1 + passages);
  return new Map([...dampened(query)].map(([word, weight]) => [word, passages < 3 ? weight : weight * rarity(word)]));
}

export function contextOf(read: FailureText, knowledge: Knowledge): FailureContext {
  let reach: Reach | undefined;
  return {
    ...read, ...knowledge,
    words: failureWords([read.failure.error], read.failure.stated === undefined ? '' : read.title),
    reach() {
      if (read.body !== undefined) reach ??= reachFrom([read.body], knowledge.view);
      return reach;
    },
  };
}
