import { typeName, type Shape } from '../../src/index.js';

/**
 * Whether two types of the same members have a method that takes other things in each: `run(order: Order)` and `run(id: string)`. What a type says of a
 * function as a whole is one word to the comparison of shapes.
 */
export function haveOtherMethods(a: Shape, b: Shape): boolean {
  return [...a.fields.values()].some((field) => {
    const [first, second] = [takenBy(field.type), takenBy(b.fields.get(field.name)?.type)];
    return first !== undefined && second !== undefined && first !== second;
  });
}

/** The types of the parameters of a function type, without the names of the parameters; undefined where it is none. */
export function takenBy(type: string | undefined): string | undefined {
  const text = type?.trim();
  if (text === undefined || !text.startsWith('(')) return undefined;
  const end = closing(text);
  if (end === undefined || !text.slice(end + 1).trimStart().startsWith('=>')) return undefined;
  return split(text.slice(1, end), ',').map((parameter) => typeName(split(parameter, ':').slice(1).join(':').trim()).text).join(', ');
}

function closing(text: string): number | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    if ('([{'.includes(text[at]!)) open++;
    else if (')]}'.includes(text[at]!) && --open === 0) return at;
  }
  return undefined;
}

/** Parts of a text between separators that stand in no bracket. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let open = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if ('([{<'.includes(character)) open++;
    else if (')]}'.includes(character) || (character === '>' && text[at - 1] !== '=')) open--;
    else if (character === separator && open === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  const rest = text.slice(from);
  return rest.trim() === '' ? parts : [...parts, rest];
}
