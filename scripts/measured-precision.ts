import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '../src/util/plural.js';

interface Reading {
  ruleId: string;
  readers: { verdict: string }[];
}

const FOLDER = 'bench/accuracy';
let readings: Reading[] | undefined;

/** What two readers said of a rule's findings in real repositories, when they read last, as a sentence for its page. */
export function measuredPrecision(ruleId: string): string {
  readings ??= lastReading();
  const own = readings.filter((reading) => reading.ruleId === ruleId);
  if (own.length === 0) return 'No finding of this rule was in the random samples that were read (docs/accuracy.md).';
  const right = [0, 1].map((reader) => own.filter(({ readers }) => readers[reader]!.verdict === 'right').length);
  return `Of ${plural(own.length, 'finding')} drawn at random from five real repositories, one reader found ${right[0]} right and a second, independent one ${right[1]}${own.length < 10 ? '; too few to say much' : ''}. Rules were mended after that reading; docs/accuracy.md says how it was done.`;
}

function lastReading(): Reading[] {
  const number = Math.max(...readdirSync(FOLDER).flatMap((name) => /^reading-(\d+)$/.exec(name)?.[1] ?? []).map(Number));
  const folder = join(FOLDER, `reading-${number}`);
  return readdirSync(folder).sort().flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Reading));
}
