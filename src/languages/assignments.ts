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
  const { keyPath, span, text, verbatim } = given;
  const entry = { ...ownerOf(given), keyPath, span };
  const read = verbatim || !text.includes('$') ? { literal: text, references: [] } : interpolation(text);
  if (read.literal !== undefined) return [configEntry({ ...entry, effect: 'sets', value: read.literal })];
  const passes = read.whole?.name === keyPath.at(-1);
  const set = configEntry({
    ...entry,
    effect: passes ? 'passes' : 'sets',
    reference: read.whole?.name,
    default: read.whole?.default,
    required: read.whole?.required ? true : undefined,
  });
  return [set, ...readEntries(given, passes ? read.whole?.name : undefined)];
}

/** One entry per reference in a text: the variables that a file reads while it is read itself. */
export function readEntries(given: Assignment, except?: string): ConfigEntryFact[] {
  if (given.verbatim || !given.text.includes('$')) return [];
  return interpolation(given.text).references.filter((reference) => reference.name !== except).map((reference) => configEntry({
    ...ownerOf(given),
    keyPath: [...given.keyPath, reference.name],
    span: given.spanIn?.(reference.from, reference.to) ?? given.span,
    effect: 'reads',
    default: reference.default,
    required: reference.required ? true : undefined,
  }));
}

/** What all entries of an assignment have in common. */
function ownerOf({ format, service, environment, image, commented, phase }: Assignment): Pick<Assignment, 'format' | 'service' | 'environment' | 'image' | 'phase'> & { commented: boolean } {
  return { format, service, environment, image, phase, commented: commented ?? false };
}
