import type { ConflictMarkerFact, ParseError } from '../model/facts.js';

const BEGIN = /^<<<<<<< (\S.*)$/;
const END = /^>>>>>>> (\S.*)$/;

/**
 * Conflicts of a merge that were committed: the three lines that git writes, each at the start of its line and in order. The same in every
 * language, so it reads the text and no tree. `broken` tells them from a text about merging that stands inside a string.
 */
export function conflictMarkersIn(text: string, parseErrors: readonly ParseError[]): ConflictMarkerFact[] {
  if (!text.startsWith('<<<<<<< ') && !text.includes('\n<<<<<<< ')) return [];
  const facts: ConflictMarkerFact[] = [];
  let open: { line: number; ours: string; divided: boolean } | undefined;
  for (const [index, written] of text.split('\n').entries()) {
    const line = index + 1;
    const content = written.replace(/\r$/, '');
    const ours = BEGIN.exec(content)?.[1];
    const theirs = END.exec(content)?.[1];
    if (ours !== undefined) open = { line, ours, divided: false };
    else if (open && content === '=======') open.divided = true;
    else if (open?.divided && theirs !== undefined) {
      const first = open.line;
      facts.push({
        kind: 'conflict-marker', name: theirs.slice(0, 100), scope: [], exported: false, span: [first, 1, line, content.length + 1], ours: open.ours.slice(0, 100),
        broken: parseErrors.some(({ span }) => span[0] <= line && span[2] >= first),
      });
      open = undefined;
    }
  }
  return facts;
}
