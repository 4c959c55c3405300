import { compareText } from './compare.js';

/** The candidate that a mistyped word most likely meant: by edit distance, or because one holds the other. Undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of [...candidates].sort(compareText)) {
    const offered = candidate.toLowerCase();
    const holds = Math.min(wanted.length, offered.length) >= 4 && (offered.includes(wanted) || wanted.includes(offered));
    const distance = Math.min(editDistance(wanted, offered), holds ? 1.5 : Infinity);
    if (distance < bestDistance && distance <= Math.max(1, Math.min(wanted.length, offered.length) * 0.4)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance; long words are cut, for nobody mistypes a word of a hundred letters. */
function editDistance(a: string, b: string): number {
  const left = a.slice(0, 100);
  const right = b.slice(0, 100);
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replace = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}
