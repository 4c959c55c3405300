export type Style = 'error' | 'warning' | 'info' | 'bold' | 'dim' | 'good';
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, string>> = { error: '31;1', warning: '33;1', info: '36', bold: '1', dim: '2', good: '32;1' };

/** Puts text in colour, or leaves it as it is where there are no colours. */
export function painter(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}
