import type { ConfigEntryFact } from '../model/facts.js';
import type { Span } from '../model/location.js';
import { configEntry } from './config-facts.js';
import { interpolation } from './interpolation.js';

export interface Assignment {
  keyPath: readonly string[];
  /** The value's text without its quotes. */
  text: string;
  format: ConfigEntryFact['format'];
  span: Span;
  /** Span of a part of `text`, by offsets in it. Absent where the text is not the source's (escapes undone): the whole assignment is meant. */
  spanIn?: (from: number, to: number) => Span;
  /** Single quotes: `$` means nothing. */
  verbatim?: boolean;
  service?: string | undefined;
  environment?: string | undefined;
  image?: string | undefined;
  commented?: boolean;
  phase?: 'build' | undefined;
}

/**
 * Entries of one variable that is set to a text in which references are replaced. `X: ${X:-d}` passes X on; else it sets, and each
 * reference in the text is an entry that reads.
 */
export function assignmentEntries(given: Assignment): ConfigEntryFact[] {
  const { text, verbatim, spanIn, ...common } = given;
  const name = given.keyPath.at(-1) ?? '';
  const read = verbatim || !text.includes('$') ? { literal: text, references: [] } : interpolation(text);
  if (read.literal !== undefined) return [configEntry({ ...common, effect: 'sets', value: read.literal })];
  const passes = read.whole?.name === name;
  const set = configEntry({
    ...common,
    effect: passes ? 'passes' : 'sets',
    reference: read.whole?.name,
    default: read.whole?.default,
    required: read.whole?.required ? true : undefined,
  });
  return [set, ...readEntries({ ...given, keyPath: given.keyPath }, passes ? read.whole?.name : undefined)];
}

/** One entry per reference in a text: the variables that a file reads while it is read itself. */
export function readEntries(given: Assignment, except?: string): ConfigEntryFact[] {
  if (given.verbatim || !given.text.includes('$')) return [];
  return interpolation(given.text).references.filter((reference) => reference.name !== except).map((reference) => configEntry({
    keyPath: [...given.keyPath, reference.name],
    span: given.spanIn?.(reference.from, reference.to) ?? given.span,
    format: given.format,
    effect: 'reads',
    default: reference.default,
    required: reference.required ? true : undefined,
    service: given.service,
    environment: given.environment,
    image: given.image,
    commented: given.commented ?? false,
    phase: given.phase,
  }));
}
