import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '../src/util/plural.js';

interface Reading {
  ruleId: string;
  readers: { verdict: string }[];
}

const FOLDER = 'bench/accuracy';
let readings: Reading[] | undefined;

/** What two readers said of a rule's findings in real repositories, since its last large mends, as a sentence for its page. */
export function measuredPrecision(ruleId: string): string {
  readings ??= recentReadings();
  const own = readings.filter((reading) => reading.ruleId === ruleId);
  if (own.length === 0) return 'No finding of this rule was in the random samples that were read (docs/accuracy.md).';
  const right = [0, 1].map((reader) => own.filter(({ readers }) => readers[reader]!.verdict === 'right').length);
  return `Of ${plural(own.length, 'finding')} drawn at random from ten real repositories, one reader found ${right[0]} right and a second, independent one ${right[1]}${own.length < 10 ? '; too few to say much' : ''}. What they called wrong was mended by class afterwards; docs/accuracy.md says how it was done.`;
}

/** The first reading says nothing of the rules as they are: nearly all were mended after it. */
const RECENT = ['reading-2', 'reading-3'];

function recentReadings(): Reading[] {
  return RECENT.flatMap((reading) => readdirSync(join(FOLDER, reading)).sort()
    .flatMap((name) => readFileSync(join(FOLDER, reading, name), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Reading)));
}
