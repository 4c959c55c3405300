import { compareText } from '../util/compare.js';
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
const ROW = 34;
const LABEL = 300;

/** The trend as one SVG: a row per series, a dot per run, the last value at the end. No script, no font of its own, no address. */
export function trendSvg(trend: Trend): string {
  const groups: [string, Series[]][] = [['Violations per rule', trend.violations], ['Failures per cluster', trend.failures], ['Evidence per suite (2 strong, 1 partial, 0 none)', trend.evidence]];
  const parts: string[] = [];
  let y = 44;
  for (const [title, series] of groups) {
    if (series.length === 0) continue;
    parts.push(`<text x="16" y="${y}" class="head">${escapeXml(title)}</text>`);
    y += 14;
    for (const row of series) {
      parts.push(svgRow(row, y));
      y += ROW;
    }
    y += 24;
  }
  const first = trend.runs[0]?.at.slice(0, 10) ?? '';
  const last = trend.runs.at(-1)?.at.slice(0, 10) ?? '';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Trend over ${trend.runs.length} runs">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#24292f}.head{font-weight:600}.muted{fill:#6e7781}path{fill:none;stroke:#0969da;stroke-width:2}circle{fill:#0969da}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.muted{fill:#8d96a0}path{stroke:#58a6ff}circle{fill:#58a6ff}}</style>',
    `<text x="16" y="20" class="muted">${escapeXml(`${trend.runs.length} runs, ${first} to ${last}`)}</text>`,
    ...parts,
    '</svg>',
  ].join('\n').concat('\n');
}

function svgRow({ name, values }: Series, y: number): string {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? (WIDTH - LABEL - 80) / (values.length - 1) : 0;
  const points = values.flatMap((value, index) => (value === undefined ? [] : [[LABEL + index * step, y + ROW - 8 - (value / top) * (ROW - 14)] as const]));
  const label = name.length > 40 ? `${name.slice(0, 39)}…` : name;
  const line = points.map(([x, at], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${at.toFixed(1)}`).join(' ');
  const end = points.at(-1);
  return [
    `<text x="16" y="${y + 20}">${escapeXml(label)}</text>`,
    points.length > 1 ? `<path d="${line}"/>` : '',
    end === undefined ? '' : `<circle cx="${end[0].toFixed(1)}" cy="${end[1].toFixed(1)}" r="3"/><text x="${WIDTH - 60}" y="${y + 20}">${values.at(-1) ?? 'unknown'}</text>`,
  ].join('');
}
