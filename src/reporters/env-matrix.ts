import type { EnvCell, EnvMatrix, EnvRead, EnvService, EnvValue, EnvVariable, ShownValue } from '../model/env-matrix.js';
import { codeSpan, escapeMarkdown, linkTarget } from '../util/markdown-text.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { displayWidth, padEnd, wrapText } from '../util/terminal-text.js';
import { painter, type Paint, type Style } from './paint.js';
import type { ReporterOptions } from './reporter.js';
import { serviceName } from './words.js';

const MOST_READS = 2;
const MOST_VALUES = 3;
const WIDEST_NAME = 36;
const WIDEST_VALUE = 44;

interface Row {
  label: string;
  what: string;
  /** Never cut: it is there to be copied. */
  place: string;
  style?: Style;
}

/** The matrix for a person at a terminal: per service and variable, who reads it and what each environment gives it, with file and line. */
export function envTable(matrix: EnvMatrix, { color = false, width = 100, pathPrefix = '' }: ReporterOptions): string {
  const paint = painter(color);
  const blocks = matrix.services.flatMap((service) => {
    const variables = matrix.variables.filter((variable) => variable.service === service.name);
    return variables.length === 0 ? [] : [serviceBlock(service, variables, matrix.root, paint, width, pathPrefix)];
  });
  return `${[...blocks, summaryText(matrix, paint)].join('\n\n')}\n`;
}

function serviceBlock(service: EnvService, variables: readonly EnvVariable[], root: string, paint: Paint, width: number, prefix: string): string {
  const rows = variables.map((variable) => ({ variable, rows: rowsOf(variable, prefix) }));
  const all = rows.flatMap((entry) => entry.rows);
  const nameWidth = Math.min(WIDEST_NAME, Math.max(...variables.map(({ name }) => displayWidth(printable(name)))));
  const labelWidth = Math.max(...all.map(({ label }) => displayWidth(label)));
  const whatWidth = Math.min(WIDEST_VALUE, Math.max(...all.map(({ what }) => displayWidth(what))));
  const lines = rows.flatMap(({ variable, rows: own }) => {
    const name = printable(variable.name);
    // A name that is wider than its column has a line of its own.
    const first = displayWidth(name) > nameWidth ? [paint('bold', name)] : [];
    return [...first, ...own.map(({ label, what, place, style }, index) => {
      const head = index === 0 && first.length === 0 ? paint('bold', padEnd(name, nameWidth)) : ' '.repeat(nameWidth);
      const shown = displayWidth(what) > whatWidth ? `${what.slice(0, whatWidth - 1)}…` : what;
      return `${head}  ${padEnd(label, labelWidth)}  ${style ? paint(style, padEnd(shown, whatWidth)) : padEnd(shown, whatWidth)}  ${paint('dim', place)}`.trimEnd();
    })];
  });
  return [...headingOf(service, variables, root, width).map((line, index) => (index === 0 ? paint('bold', line) : line)), '', ...lines].join('\n');
}

function headingOf({ name, kind, environments }: EnvService, variables: readonly EnvVariable[], root: string, width: number): string[] {
  const required = variables.filter((variable) => variable.required).length;
  const title = `${printable(serviceName(name, root))}${kind === 'library' ? ' (library)' : ''}: ${plural(variables.length, 'variable')}, ${required} required`;
  const runs = environments.map((environment) => {
    const files = [...new Set(environment.sources.map(({ path }) => printable(path)))];
    return `${environment.name} by ${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}${environment.opaque ? ' (may set more than is seen)' : ''}`;
  });
  const deployed = runs.length > 0 ? [`runs in ${runs.join('; ')}`] : kind === 'service' ? ['no source deploys it to a named environment'] : [];
  return [title, ...deployed.flatMap((line) => wrapText(line, Math.max(60, width), '  '))];
}

function rowsOf(variable: EnvVariable, prefix: string): Row[] {
  const rows = [...readRows(variable, prefix), ...cellRows(variable, prefix)];
  return rows.length > 0 ? rows : [{ label: 'read', what: `${variable.otherReads} in tests and scripts only`, place: '' }];
}

/** Reads that say the same are one row: the first place, and how many more. */
function readRows({ reads, otherReads }: EnvVariable, prefix: string): Row[] {
  const groups = new Map<string, { row: Row; count: number }>();
  for (const read of reads) {
    const label = read.required ? 'required' : read.default ? 'default' : 'optional';
    const what = `${read.default ? defaultText(read.default) : read.required ? `by ${printable(read.accessor)}` : ''}${holdsText(read)}`.trim();
    const group = groups.get(`${label} ${what}`);
    if (group) group.count++;
    else groups.set(`${label} ${what}`, { row: { label, what, place: `${prefix}${printable(read.path)}:${read.line}` }, count: 1 });
  }
  const order = ['required', 'default', 'optional'];
  const rows = [...groups.values()].sort((a, b) => order.indexOf(a.row.label) - order.indexOf(b.row.label) || b.count - a.count)
    .map(({ row, count }): Row => ({ ...row, place: count > 1 ? `${row.place} and ${count - 1} more` : row.place }));
  const shown = rows.slice(0, rows.length === MOST_READS + 1 ? rows.length : MOST_READS);
  const left = rows.length - shown.length;
  if (reads.length === 0) return [{ label: 'read', what: otherReads > 0 ? `by ${otherReads} tests and scripts only` : 'by no code that is seen', place: '' }];
  return left > 0 ? [...shown, { label: '', what: `and ${left} other ways of reading it`, place: '' }] : shown;
}

function holdsText({ holds }: EnvRead): string {
  return holds ? ` ${holds.except ? 'outside' : 'in'} ${holds.environments.join(', ')}` : '';
}

/** What names no environment is said once, and not again under each. */
function cellRows({ cells }: EnvVariable, prefix: string): Row[] {
  const everywhere = cells[0]?.values.filter((value) => value.everywhere) ?? [];
  const rows = valueRows('everywhere', everywhere, prefix);
  for (const { environment, values } of cells) {
    const own = values.filter((value) => !value.everywhere);
    if (environment !== undefined && own.length > 0) rows.push(...valueRows(environment, own, prefix));
  }
  // Environments that give nothing are a row per reason.
  for (const [status, said] of Object.entries(STATUS)) {
    const without = cells.filter((cell) => cell.status === status && cell.values.length === 0).flatMap(({ environment }) => environment ?? []);
    if (said && without.length > 0) rows.push({ label: without.join(', '), ...said, place: '' });
  }
  return rows;
}

const STATUS: Readonly<Record<EnvCell['status'], { what: string; style: Style } | undefined>> = {
  set: undefined,
  shared: undefined,
  missing: { what: 'MISSING', style: 'error' },
  unseen: { what: 'not seen, may be set elsewhere', style: 'warning' },
  library: { what: 'not set; only a library demands it', style: 'warning' },
  default: { what: 'not set: the default holds', style: 'dim' },
  unset: { what: 'not set', style: 'dim' },
};

function valueRows(label: string, values: readonly EnvValue[], prefix: string): Row[] {
  const shown = values.slice(0, values.length === MOST_VALUES + 1 ? values.length : MOST_VALUES);
  const rows = shown.map((value, index): Row => ({ label: index === 0 ? label : '', what: `${valueText(value)}${value.shared ? ' ?' : ''}`, place: `${prefix}${printable(value.path)}:${value.line}` }));
  const left = values.length - shown.length;
  return left > 0 ? [...rows, { label: '', what: `and ${left} more`, place: '' }] : rows;
}

/** `"8080"`, `secret jwt-secret`, `from VAULT_URL, else "http://vault"`, `set` for what is hidden. */
function valueText({ form, value, reference }: EnvValue): string {
  const text = value === undefined ? undefined : shownText(value);
  switch (form) {
    case 'secret': return reference === undefined ? 'a secret' : `secret ${printable(reference)}`;
    case 'reference': return `${reference === undefined ? 'from outside' : `from ${printable(reference)}`}${text === undefined ? '' : `, else ${text}`}`;
    case 'value': return text ?? 'set';
    case 'unknown': return 'set, computed';
  }
}

function shownText({ text, hidden }: ShownValue): string {
  return text === undefined ? (hidden ? 'set (hidden)' : 'set') : text === '' ? 'empty' : `"${printable(text)}"`;
}

function defaultText(value: ShownValue): string {
  return value.text === undefined ? (value.hidden ? 'hidden' : 'computed') : value.text === '' ? 'empty' : `"${printable(value.text)}"`;
}

function summaryText({ services, variables }: EnvMatrix, paint: Paint): string {
  const shown = services.filter(({ name }) => variables.some(({ service }) => service === name));
  const gaps = gapsIn(variables);
  const lines = hasShared(variables) ? [paint('dim', SHARED_LEGEND)] : [];
  lines.push(`${plural(shown.length, 'service')}, ${plural(variables.length, 'variable')}; ${paint(gaps.missing.length === 0 ? 'good' : 'error', gapsText(gaps))}`);
  for (const [environment, names] of byEnvironment(gaps.missing)) lines.push(`  missing in ${environment}: ${names.join(', ')}`);
  return lines.join('\n');
}

const SHARED_LEGEND = '? stands in a file of which no deployment says that it loads it';

function hasShared(variables: readonly EnvVariable[]): boolean {
  return variables.some(({ cells }) => cells.some(({ values }) => values.some(({ shared }) => shared)));
}

/** `3 missing, 2 not seen, 5 demanded by libraries only`; each counts a variable of a service in an environment. */
function gapsText({ missing, unseen, library }: Gaps): string {
  return [missing.length === 0 ? 'none missing' : `${missing.length} missing`, ...(unseen.length > 0 ? [`${unseen.length} not seen`] : []), ...(library.length > 0 ? [`${library.length} demanded by libraries only`] : [])].join(', ');
}

interface Gap {
  variable: EnvVariable;
  environment: string;
}

type Gaps = Readonly<Record<'missing' | 'unseen' | 'library', readonly Gap[]>>;

function gapsIn(variables: readonly EnvVariable[]): Gaps {
  const of = (status: keyof Gaps): Gap[] => variables.flatMap((variable) => variable.cells.flatMap((cell) => (cell.status === status && cell.environment !== undefined ? [{ variable, environment: cell.environment }] : [])));
  return { missing: of('missing'), unseen: of('unseen'), library: of('library') };
}

function byEnvironment(gaps: readonly Gap[]): [environment: string, names: string[]][] {
  const groups = new Map<string, string[]>();
  for (const { variable, environment } of gaps) {
    const label = `${environment}${variable.service === '' ? '' : ` of ${printable(variable.service)}`}`;
    groups.set(label, [...(groups.get(label) ?? []), printable(variable.name)]);
  }
  return [...groups];
}

/** The matrix as Markdown: a table per service, environments as columns, every place with a link. */
export function envMarkdown(matrix: EnvMatrix, options: ReporterOptions): string {
  const gaps = gapsIn(matrix.variables);
  const blocks = [
    `# Environment variables of ${escapeMarkdown(matrix.root)}`,
    `**${plural(matrix.variables.length, 'variable')}; ${gapsText(gaps)}**`,
    ...(hasShared(matrix.variables) ? [SHARED_LEGEND] : []),
    ...byEnvironment(gaps.missing).map(([label, names]) => `- missing in ${escapeMarkdown(label)}: ${names.map(codeSpan).join(', ')}`),
  ];
  for (const service of matrix.services) {
    const variables = matrix.variables.filter((variable) => variable.service === service.name);
    if (variables.length === 0) continue;
    const environments = columnsOf(service, variables);
    const hasEverywhere = variables.some(({ cells }) => cells.some(({ values }) => values.some(({ everywhere }) => everywhere)));
    const columns = [...(hasEverywhere ? ['everywhere'] : []), ...environments];
    blocks.push(`## ${escapeMarkdown(serviceName(service.name, matrix.root))}`, [
      `| variable | read | ${columns.map(escapeMarkdown).join(' | ')} |`,
      `|---|---|${columns.map(() => '---|').join('')}`,
      ...variables.map((variable) => `| ${codeSpan(variable.name)} | ${readCell(variable, options)} | ${columns.map((column, index) => (index === 0 && hasEverywhere ? everywhereCell(variable, options) : markdownCell(variable, column, options))).join(' | ')} |`),
    ].join('\n'));
  }
  return `${blocks.join('\n\n')}\n`;
}

/** Environments in the order of the service's own, then those that only variables name. */
function columnsOf({ environments }: EnvService, variables: readonly EnvVariable[]): string[] {
  return [...new Set([...environments.map(({ name }) => name), ...variables.flatMap(({ cells }) => cells.flatMap(({ environment }) => environment ?? []))])]
    .filter((name) => variables.some(({ cells }) => cells.some(({ environment }) => environment === name)));
}

function readCell(variable: EnvVariable, options: ReporterOptions): string {
  const rows = readRows(variable, '');
  return rows.map(({ label, what, place }) => [label, what === '' ? '' : cellText(what), place === '' ? '' : link(place, options)].filter((part) => part !== '').join(' ')).join('<br>');
}

function everywhereCell({ cells }: EnvVariable, options: ReporterOptions): string {
  return (cells[0]?.values ?? []).filter(({ everywhere }) => everywhere).map((value) => markdownValue(value, options)).join('<br>');
}

function markdownCell({ cells }: EnvVariable, environment: string, options: ReporterOptions): string {
  const cell = cells.find((candidate) => candidate.environment === environment);
  if (!cell) return '';
  const own = cell.values.filter(({ everywhere }) => !everywhere);
  if (own.length > 0) return own.map((value) => markdownValue(value, options)).join('<br>');
  const said = STATUS[cell.status]?.what ?? '';
  return cell.values.length > 0 && said === '' ? '' : cell.status === 'missing' ? `**${said}**` : said;
}

function markdownValue(value: EnvValue, options: ReporterOptions): string {
  return `${cellText(valueText(value))}${value.shared ? ' ?' : ''} ${link(`${value.path}:${value.line}`, options)}`;
}

function cellText(text: string): string {
  return escapeMarkdown(text).replaceAll('\n', ' ');
}

function link(place: string, { pathPrefix = '', linkBase = pathPrefix }: ReporterOptions): string {
  const [, path = place, line = '1'] = /^(.*):(\d+)/.exec(place) ?? [];
  return `[${codeSpan(`${pathPrefix}${path}:${line}`).replaceAll('|', '\\|')}](${linkTarget(`${linkBase}${path}`)}#L${line})${escapeMarkdown(place.slice(path.length + line.length + 1))}`;
}

/** The matrix as JSON (schema/env-matrix.schema.json), a variable a line. */
export function envJson(matrix: EnvMatrix): string {
  const { variables, ...head } = matrix;
  const keys = Object.entries(head).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{\n${keys.join(',\n')},\n"variables":[${variables.length === 0 ? '' : `\n${variables.map((variable) => JSON.stringify(variable)).join(',\n')}\n`}]\n}\n`;
}
