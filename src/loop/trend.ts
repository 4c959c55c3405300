import { compareText } from '../util/compare.js';
import { plural } from '../util/plural.js';
import { escapeXml } from '../util/xml-text.js';
import type { HistoryLine } from './history.js';

export interface Series {
  name: string;
  /** One value per run; undefined where the run does not know it. */
  values: (number | undefined)[];
}

export interface Trend {
  runs: { run: string; at: string; verdict: string }[];
  violations: Series[];
  failures: Series[];
  /** Per suite: 2 strong, 1 partial, 0 none. */
  evidence: Series[];
  /** Runs in which the rule set was another than before: violations on both sides do not compare. */
  rulesetChanges: string[];
}

const WORTH = { strong: 2, partial: 1, none: 0 } as const;

/** Violations per rule, failures per cluster and evidence per suite over the last runs, oldest first. */
export function trendOf(history: readonly HistoryLine[], last = 30): Trend {
  const lines = history.slice(-last);
  const names = (pick: (line: HistoryLine) => readonly string[]): string[] => [...new Set(lines.flatMap(pick))].sort(compareText);
  return {
    runs: lines.map(({ run, at, verdict }) => ({ run, at, verdict })),
    violations: names(({ violations }) => Object.keys(violations)).map((name) => ({ name, values: lines.map(({ violations, rulesetHash }) => (rulesetHash === undefined ? undefined : violations[name] ?? 0)) })),
    failures: names(({ failures }) => failures.map(({ fingerprint }) => fingerprint)).map((fingerprint) => ({
      name: lines.flatMap(({ failures }) => failures).find((failure) => failure.fingerprint === fingerprint)!.title,
      values: lines.map(({ failures }) => failures.filter((failure) => failure.fingerprint === fingerprint).length),
    })),
    evidence: names(({ suites }) => suites.map(({ name }) => name)).map((name) => ({
      name,
      values: lines.map(({ suites }) => {
        const suite = suites.find((entry) => entry.name === name);
        return suite === undefined ? undefined : WORTH[suite.evidence];
      }),
    })),
    rulesetChanges: lines.filter(({ rulesetHash }, index) => index > 0 && rulesetHash !== undefined && lines[index - 1]!.rulesetHash !== undefined && rulesetHash !== lines[index - 1]!.rulesetHash).map(({ run }) => run),
  };
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One line per series: a bar per run, first and last value. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  return values.map((value) => (value === undefined ? ' ' : value === 0 ? BARS[0] : BARS[Math.min(BARS.length - 1, Math.max(1, Math.round((value / top) * (BARS.length - 1))))]!)).join('');
}

const WIDTH = 720;
const ROW = 30;
const LABEL = 300;
/** Room for the values at the end of a row. */
const END = 96;
const PLOT = WIDTH - LABEL - END;
const MOST_CHARACTERS = 42;
/** Rows of a group: more nobody reads, and what is left out is said. */
const MOST_ROWS = 12;

interface Group {
  title: string;
  series: readonly Series[];
  draw(values: Series['values'], y: number): string;
  end(values: Series['values']): string;
  /** What the rows that are left out are called. */
  others: string;
}

/** The trend as one SVG: a row per series, with the values of the last run at its end. No script, no font of its own, no address. */
export function trendSvg(trend: Trend): string {
  const groups: Group[] = [
    { title: 'Violations per rule', series: byWeight(trend.violations), draw: svgLine, end: firstToLast, others: 'rules' },
    { title: 'Failures per cluster', series: byWeight(trend.failures), draw: (values, y) => svgCells(values.map((value) => (value === undefined ? undefined : value > 0 ? 'bad' : 'calm')), y), end: (values) => ((values.at(-1) ?? 0) > 0 ? 'failing' : 'gone'), others: 'clusters' },
    { title: 'Evidence per suite', series: trend.evidence, draw: (values, y) => svgCells(values.map((value) => (value === undefined ? undefined : (['bad', 'fair', 'good'] as const)[value])), y), end: (values) => (values.at(-1) === undefined ? 'did not run' : ['none', 'partial', 'strong'][values.at(-1)!]!), others: 'suites' },
  ];
  const parts: string[] = [];
  let y = 56;
  const top = y;
  for (const { title, series, draw, end, others } of groups) {
    if (series.length === 0) continue;
    parts.push(`<text x="16" y="${y}" class="head">${escapeXml(title)}</text>`);
    y += 10;
    for (const { name, values } of series.slice(0, MOST_ROWS)) {
      parts.push(`<g><title>${escapeXml(`${name}: ${end(values)}`)}</title><text x="16" y="${y + 19}">${escapeXml(shortened(name))}</text>${draw(values, y)}<text x="${WIDTH - END + 14}" y="${y + 19}">${escapeXml(end(values))}</text></g>`);
      y += ROW;
    }
    if (series.length > MOST_ROWS) {
      parts.push(`<text x="16" y="${y + 19}" class="muted">and ${series.length - MOST_ROWS} more ${others}, which are in: ssot-audit trend</text>`);
      y += ROW;
    }
    y += 26;
  }
  const first = trend.runs[0]?.at.slice(0, 10) ?? '';
  const last = trend.runs.at(-1)?.at.slice(0, 10) ?? '';
  const changes = trend.rulesetChanges.flatMap((run) => {
    const x = at(trend.runs.findIndex((entry) => entry.run === run), trend.runs.length);
    return [`<g><title>${escapeXml(`The rule set changed with ${run}: violations before and after do not compare.`)}</title><line x1="${x}" x2="${x}" y1="${top}" y2="${y - 40}" class="change"/></g>`];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Trend over ${plural(trend.runs.length, 'run')}">`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${y}" class="paper"/>`,
    `<text x="16" y="26" class="muted">${escapeXml(`${plural(trend.runs.length, 'run')}, ${first} to ${last}${changes.length > 0 ? '; dashed: the rule set changed' : ''}`)}</text>`,
    ...changes, ...parts,
    '</svg>',
  ].join('\n').concat('\n');
}

/** Colours differ in lightness and cells in height, so that it can be read without seeing colours. */
const STYLE = 'text{font:13px system-ui,sans-serif;fill:#24292f}.head{font-weight:600}.muted{fill:#6e7781}.paper{fill:#fff}path{fill:none;stroke:#0969da;stroke-width:1.5}circle{fill:#0969da}.base{stroke:#d0d7de}'
  + '.change{stroke:#8c959f;stroke-dasharray:3 3}.good{fill:#1a7f37}.fair{fill:#d4a72c}.bad{fill:#cf222e}.calm{fill:#d0d7de}'
  + '@media(prefers-color-scheme:dark){text{fill:#e6edf3}.muted{fill:#8d96a0}.paper{fill:#0d1117}path{stroke:#58a6ff}circle{fill:#58a6ff}.base{stroke:#30363d}.good{fill:#3fb950}.fair{fill:#d29922}.bad{fill:#f85149}.calm{fill:#30363d}}';

const HEIGHTS = { good: 16, fair: 10, bad: 5, calm: 2 } as const;

/** A line over all runs, broken where a run does not know the value. */
function svgLine(values: Series['values'], y: number): string {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const floor = y + ROW - 7;
  const points = values.map((value, index) => (value === undefined ? undefined : [at(index, values.length), (floor - (value / top) * (ROW - 14)).toFixed(1)] as const));
  const line = points.map((point, index) => (point === undefined ? '' : `${points[index - 1] === undefined ? 'M' : 'L'}${point[0]} ${point[1]}`)).join('');
  const end = points.at(-1);
  return `<line x1="${LABEL}" x2="${LABEL + PLOT}" y1="${floor + 0.5}" y2="${floor + 0.5}" class="base"/><path d="${line}"/>${end === undefined ? '' : `<circle cx="${end[0]}" cy="${end[1]}" r="2.5"/>`}`;
}

/** A cell per run; none where it does not know. */
function svgCells(values: readonly (keyof typeof HEIGHTS | undefined)[], y: number): string {
  const width = Math.min(14, Math.max(1, (PLOT / Math.max(1, values.length)) * 0.8));
  return values.map((value, index) => {
    if (value === undefined) return '';
    const height = value === 'bad' && !values.includes('good') && !values.includes('fair') ? 16 : HEIGHTS[value];
    return `<rect x="${(Number(at(index, values.length)) - width / 2).toFixed(1)}" y="${y + ROW - 6 - height}" width="${width.toFixed(1)}" height="${height}" class="${value}"/>`;
  }).join('');
}

/** Place of a run on the axis. */
function at(index: number, runs: number): string {
  const inset = 8;
  return (LABEL + inset + (runs > 1 ? (index * (PLOT - 2 * inset)) / (runs - 1) : PLOT - 2 * inset)).toFixed(1);
}

function firstToLast(values: Series['values']): string {
  const [first, last] = [values.find((value) => value !== undefined), values.at(-1)];
  if (last === undefined) return 'unknown';
  return first === last || first === undefined ? String(last) : `${first} → ${last}`;
}

/** Most of them in the last run first, then most of them ever. */
function byWeight(series: readonly Series[]): Series[] {
  const weight = ({ values }: Series): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return [...series].sort((a, b) => (b.values.at(-1) ?? 0) - (a.values.at(-1) ?? 0) || weight(b) - weight(a) || compareText(a.name, b.name));
}

/** Beginning and end of a long name: both tell. */
function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= MOST_CHARACTERS) return name;
  return `${characters.slice(0, 16).join('')}…${characters.slice(-(MOST_CHARACTERS - 17)).join('')}`;
}
