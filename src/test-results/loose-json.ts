export interface LooseJson {
  value: unknown;
  /** The document broke off; what was open is closed and the last, half-written value kept as far as it goes. */
  truncated: boolean;
  warnings: string[];
}

/**
 * A JSON document as tools and crashes leave it: after log lines and before others, with raw control characters in its texts, or cut off.
 * Undefined when there is no document in the text.
 */
export function parseLooseJson(text: string): LooseJson | undefined {
  const whole = tryParse(text.replace(/^\ufeff/, ''));
  if (whole) return { value: whole.value, truncated: false, warnings: [] };
  const clean = text.replace(/^\ufeff/, '').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
  const odd = clean === text ? [] : ['Raw control characters were left out.'];
  const starts = startsOf(clean);
  for (const start of starts) {
    const document = readDocument(clean, start);
    if (!document) continue;
    const { end, repaired } = document;
    const parsed = tryParse(repaired ?? clean.slice(start, end));
    if (parsed && typeof parsed.value === 'object' && parsed.value !== null && Object.keys(parsed.value).length > 0) {
      return { value: parsed.value, truncated: repaired !== undefined, warnings: [...odd, ...(repaired === undefined ? [] : ['The JSON breaks off or is damaged; what it holds up to there was read.'])] };
    }
  }
  return undefined;
}

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // the caller goes on to what may be inside
  }
}

/** Where a document may begin: at the first brace of the text, or at a line that begins with one. Few, for each is read to its end. */
function startsOf(text: string): number[] {
  const starts: number[] = [];
  const first = /^\s*[{[]/.exec(text);
  if (first) starts.push(first[0].length - 1);
  for (const match of text.matchAll(/^\{\s*(?:$|"\w+"\s*:)/gm)) {
    if (starts.length >= 8) break;
    if (match.index !== starts[0]) starts.push(match.index);
  }
  return starts;
}

/** The end of the document that begins at `start`, or its text with everything closed when it does not end. */
function readDocument(text: string, start: number): { end: number; repaired?: string } | undefined {
  const closers: string[] = [];
  /** After the last complete value, with what was open there: to fall back on when the last one is half a word. */
  let safe: { end: number; closers: string } | undefined;
  let inString = false;
  let stringStart = 0;
  for (let index = start; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === 92) index++;
      else if (char === 34) inString = false;
      // A raw line feed in a text is damage that JSON.parse refuses.
      else if (char === 10) return damaged(text, start, safe);
      continue;
    }
    if (char === 34) {
      inString = true;
      stringStart = index;
    } else if (char === 123) closers.push('}');
    else if (char === 91) closers.push(']');
    else if (char === 125 || char === 93) {
      if (closers.pop() !== text[index]) return damaged(text, start, safe);
      if (closers.length === 0) {
        const document = text.slice(start, index + 1);
        return tryParse(document) ? { end: index + 1 } : damaged(text, start, safe);
      }
      safe = { end: index + 1, closers: [...closers].reverse().join('') };
    } else if (char === 44) safe = { end: index, closers: [...closers].reverse().join('') };
  }
  if (inString) {
    // Half an escape is dropped, the text kept: it is the error that was being written.
    const open = text.slice(start).replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '');
    const before = text.slice(start, stringStart).trimEnd();
    const repaired = `${open}"${[...closers].reverse().join('')}`;
    if (before.endsWith(':') || before.endsWith('[')) if (tryParse(repaired)) return { end: text.length, repaired };
    if (before.endsWith(',') && closers.at(-1) === ']' && tryParse(repaired)) return { end: text.length, repaired };
  } else {
    const repaired = `${text.slice(start).trimEnd()}${[...closers].reverse().join('')}`;
    if (tryParse(repaired)) return { end: text.length, repaired };
  }
  return damaged(text, start, safe);
}

function damaged(text: string, start: number, safe: { end: number; closers: string } | undefined): { end: number; repaired?: string } | undefined {
  return safe ? { end: text.length, repaired: `${text.slice(start, safe.end)}${safe.closers}` } : undefined;
}
