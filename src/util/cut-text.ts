/** At most `length` UTF-16 units of a text, with an ellipsis where it was cut; never half of a character. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${wellFormed(text.slice(0, length - 1)).replace(/\ufffd$/, '')}…`;
}

/** Halves of characters (lone surrogates) replaced: UTF-8 and XML have no place for them. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
