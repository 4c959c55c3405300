/** A reference to a variable inside a text: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, `$NAME`. */
export interface VariableReference {
  name: string;
  /** Text of the default; undefined when there is none or when it holds references itself. */
  default?: string;
  /** `${V:?}` or `${V?}`: fails when the variable is absent. */
  required: boolean;
  /** Offsets in the text that was read; end exclusive. */
  from: number;
  to: number;
}

export interface Interpolated {
  /** The text itself when it holds no reference, with `$$` undone. */
  literal?: string;
  /** All references in order, those inside defaults too. */
  references: readonly VariableReference[];
  /** The reference that is the whole text. */
  whole?: VariableReference;
}

const MAX_DEPTH = 8;

/**
 * Reads `$`-references as compose, dotenv, Dockerfiles and shells write them. `$(command)`, `$((arithmetic))` and the `${{ }}` of
 * workflows leave the text without a literal. A backslash or a second `$` escapes.
 */
export function interpolation(text: string): Interpolated {
  if (!text.includes('$')) return { literal: text, references: [] };
  const references: VariableReference[] = [];
  const { literal, opaque } = scan(text, 0, text.length, references, 0);
  const first = references[0];
  const result: Interpolated = { references };
  if (references.length === 0 && !opaque) result.literal = literal;
  else if (first && first.from === 0 && first.to === text.length) result.whole = first;
  return result;
}

function scan(text: string, from: number, to: number, references: VariableReference[], depth: number): { literal: string; opaque: boolean } {
  let literal = '';
  let opaque = false;
  let index = from;
  while (index < to) {
    const unit = text[index]!;
    const next = text[index + 1];
    if (unit === '\\' && next === '$') {
      literal += '$';
      index += 2;
    } else if (unit !== '$') {
      literal += unit;
      index++;
    } else if (next === '$') {
      literal += '$';
      index += 2;
    } else if (next === '{') {
      const end = closing(text, index + 2, to);
      const head = /^([A-Za-z_]\w*)(?:(:?[-=?+])([\s\S]*))?$/.exec(text.slice(index + 2, end));
      if (head) references.push(...reference(text, head, index, end + 1, depth));
      else opaque = true;
      index = end + 1;
    } else {
      const name = /^[A-Za-z_]\w*/.exec(text.slice(index + 1, index + 120))?.[0];
      if (name) references.push({ name, required: false, from: index, to: index + 1 + name.length });
      else if (next === '(') opaque = true;
      else literal += '$';
      index += 1 + (name?.length ?? 0);
    }
  }
  return { literal, opaque };
}

function reference(text: string, head: RegExpExecArray, from: number, to: number, depth: number): VariableReference[] {
  const [whole, name, operator, argument] = head;
  const found: VariableReference = { name: name!, required: operator?.endsWith('?') ?? false, from, to };
  if (operator === undefined || !/[-=]$/.test(operator)) return [found];
  const nested: VariableReference[] = [];
  const argumentFrom = from + 2 + whole.length - argument!.length;
  if (depth >= MAX_DEPTH) return [found];
  const { literal, opaque } = scan(text, argumentFrom, argumentFrom + argument!.length, nested, depth + 1);
  if (nested.length === 0 && !opaque) found.default = literal;
  return [found, ...nested];
}

/** Offset of the `}` that closes what was opened before `from`; the end of the text when none does. */
function closing(text: string, from: number, to: number): number {
  let depth = 1;
  for (let index = from; index < to; index++) {
    const unit = text[index];
    if (unit === '{') depth++;
    else if (unit === '}' && --depth === 0) return index;
  }
  return to;
}
