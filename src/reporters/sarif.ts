import type { Location } from '../model/location.js';
import { severities, type Finding, type Problem, type ResolvedFinding, type RuleMeta, type ScanResult, type Severity } from '../model/result.js';
import { wellFormed } from '../util/cut-text.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { sortByGate } from './gated.js';
import { placesOf, type Place } from './place.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { importersText } from './words.js';

/**
 * Limits of GitHub code scanning (docs.github.com, "SARIF results exceed one or more limits"): results beyond the first 5,000 are dropped, an
 * upload with more than 1,000 locations in a result or 20 tags on a rule is refused. We cut ourselves, least severe first, and say so.
 */
const MAX_RESULTS = 5000;
const MAX_RELATED = 999;
/** Of the whole run, for an upload may have 10 MB when it is compressed; a result keeps `FEW_RELATED` in any case. */
const MAX_LOCATIONS = 150_000;
const FEW_RELATED = 10;
const MAX_TAGS = 10;
const MAX_NOTIFICATIONS = 500;

/** Name under which a finding keeps its identity between uploads. */
const FINGERPRINT_KEY = 'ssotIdentity/v1';
const SRCROOT = '%SRCROOT%';
const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 for code scanning: every site of a finding, stable identity, suppressions, and what went wrong in the run. */
export const sarifReporter: Reporter = (result, options) => {
  const { gated, remarks, unchanged, accepted } = sortByGate(result, options);
  const findings = [...gated, ...[...remarks, ...unchanged].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)), ...accepted];
  const kept = findings.slice(0, Math.min(MAX_RESULTS, options.max ?? MAX_RESULTS));
  const isCompared = result.comparison !== undefined || findings.some(({ suppression, change }) => suppression?.kind === 'external' || change !== undefined);
  const fixed = options.absent === false ? [] : (result.comparison?.resolved ?? []).filter(({ kind }) => kind === 'fixed').slice(0, MAX_RESULTS - kept.length);
  const ruleIndex = new Map(result.rules.map(({ id }, index) => [id, index]));
  let room = MAX_LOCATIONS;
  const mostRelated = kept.map(({ related }) => {
    const most = Math.min(MAX_RELATED, Math.max(FEW_RELATED, room));
    room -= Math.min(most, related.length + 1);
    return most;
  });
  const run = {
    tool: {
      driver: {
        name: result.tool.name,
        semanticVersion: result.tool.version,
        rules: result.rules.map(descriptorOf),
        notifications: [...new Set(result.problems.map(({ kind }) => kind))].sort().map((id) => ({ id })),
      },
    },
    automationDetails: { id: `ssot-audit/${options.pathPrefix ?? ''}` },
    originalUriBaseIds: { [SRCROOT]: { description: { text: 'Root of the repository.' } } },
    ...(options.revision ? { versionControlProvenance: [{ ...options.revision, mappedTo: { uriBaseId: SRCROOT } }] } : {}),
    columnKind: 'utf16CodeUnits',
    invocations: [invocationOf(result, kept.length, options)],
    results: [
      ...kept.map((finding, position) => resultOf(finding, ruleIndex.get(finding.ruleId), mostRelated[position]!, isCompared, options)),
      ...fixed.map((resolved) => absentResult(resolved, ruleIndex.get(resolved.ruleId), options)),
    ],
    properties: { rulesetHash: result.rulesetHash, coverage: result.coverage.total },
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 1)}\n`;
};

function descriptorOf(meta: RuleMeta): object {
  return {
    id: meta.id,
    name: pascalCase(meta.id),
    shortDescription: { text: meta.title },
    fullDescription: { text: meta.description },
    help: {
      text: `${meta.description}\n\nWhy it matters: ${meta.rationale}\n\nWhat to do: ${meta.remedy}`,
      markdown: `${meta.description}\n\n**Why it matters.** ${meta.rationale}\n\n**What to do.** ${meta.remedy}`,
    },
    defaultConfiguration: { level: LEVELS[meta.severity] },
    properties: {
      category: meta.category,
      tags: [...new Set([meta.category, ...meta.tags])].slice(0, MAX_TAGS),
      precision: meta.status === 'stable' ? 'high' : 'medium',
      'problem.severity': meta.severity === 'info' ? 'recommendation' : meta.severity,
    },
  };
}

function resultOf(finding: Finding, ruleIndex: number | undefined, mostRelated: number, isCompared: boolean, options: ReporterOptions): object {
  const { remarked, others } = placesOf(finding);
  const related = others.slice(0, mostRelated);
  const { suppression } = finding;
  return {
    ruleId: finding.ruleId,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: messageText(finding, others) },
    locations: [{
      ...locationOf(remarked.location, options),
      ...logicalOf(remarked.symbol),
      ...(remarked.message === '' ? {} : { message: { text: withoutLinks(remarked.message) } }),
    }],
    relatedLocations: related.map((site, index) => ({
      id: index + 1,
      ...locationOf(site.location, options),
      ...logicalOf(site.symbol),
      message: { text: withoutLinks([site.role ?? '', site.symbol ?? '', site.message, importersText(site.importers)].filter((part) => part !== '').join(' · ')) },
    })),
    partialFingerprints: { [FINGERPRINT_KEY]: finding.fingerprint },
    ...(isCompared ? { baselineState: baselineStateOf(finding) } : {}),
    // An empty list says that suppressions were looked for (section 3.27.23).
    suppressions: suppression ? [{
      kind: suppression.kind,
      justification: suppression.justification,
      ...(suppression.location ? { location: locationOf(suppression.location, options) } : {}),
    }] : [],
    rank: Math.round(finding.rank * 1000) / 10,
    properties: {
      category: finding.category,
      concept: finding.concept,
      key: finding.key,
      ...(finding.service === undefined ? {} : { service: finding.service }),
      ...(finding.ownerReason === undefined ? {} : { ownerReason: finding.ownerReason }),
      ...(finding.codeOwners?.length ? { owners: finding.codeOwners } : {}),
      ...(finding.change ? { change: { kind: finding.change.kind, blocks: finding.change.blocks, statement: finding.change.statement } } : {}),
      ...(finding.importers ? { importers: finding.importers } : {}),
      differences: finding.differences,
      ...(related.length < others.length ? { relatedLocationsLeftOut: others.length - related.length } : {}),
    },
  };
}

/** A finding that is known and marked so was there before, whatever a comparison says of it (section 3.27.24). */
function baselineStateOf({ suppression, change }: Finding): 'new' | 'unchanged' | 'updated' {
  if (!change) return suppression?.kind === 'external' ? 'unchanged' : 'new';
  return change.kind === 'new' || change.kind === 'unchanged' ? change.kind : 'updated';
}

/** A finding of the base that is gone. Its places are those that it had. */
function absentResult({ ruleId, severity, concept, fingerprint, sites }: ResolvedFinding, ruleIndex: number | undefined, { pathPrefix = '' }: ReporterOptions): object {
  const paths = [...new Set(sites.map((site) => site.replace(/#.*$/s, '')))].slice(0, MAX_RELATED);
  return {
    ruleId,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: `${withoutLinks(concept)}: put right.` },
    locations: paths.slice(0, 1).map((path) => ({ physicalLocation: { artifactLocation: { uri: uriOf(`${pathPrefix}${path}`), uriBaseId: SRCROOT } } })),
    partialFingerprints: { [FINGERPRINT_KEY]: fingerprint },
    baselineState: 'absent',
    suppressions: [],
    properties: { concept },
  };
}

/** What became worse, what is so, what differs, what to do, and links to the first of the other places. */
function messageText(finding: Finding, others: readonly Place[]): string {
  const links = others.slice(0, 10).map(({ location }, index) => `[${linkText(`${location.path}:${location.range.start.line}`)}](${index + 1})`);
  const left = others.length - links.length;
  const { change } = finding;
  return [
    ...(change && change.kind !== 'unchanged' && change.statement !== '' && change.statement !== finding.message ? [withoutLinks(change.statement)] : []),
    withoutLinks(finding.message),
    ...finding.differences.slice(0, 10).map((difference) => `Differs: ${withoutLinks(difference)}`),
    ...(links.length > 0 ? [`See ${links.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`] : []),
    `What to do: ${withoutLinks(finding.remedy)}`,
  ].join('\n');
}

/** In a link text square brackets and backslashes are escaped (section 3.11.6). */
function linkText(text: string): string {
  return printable(text).replace(/[\\[\]]/g, '\\$&');
}

/** Text that does not read as an embedded link. */
function withoutLinks(text: string): string {
  return printable(text).replaceAll('](', '] (');
}

function locationOf({ path, range }: Location, { pathPrefix = '' }: ReporterOptions): object {
  const { start, end } = range;
  const isPoint = start.line === end.line && start.column === end.column;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(`${pathPrefix}${path}`), uriBaseId: SRCROOT },
      region: isPoint ? { startLine: start.line } : { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
  };
}

function logicalOf(symbol: string | undefined): object {
  return symbol === undefined || symbol === '' ? {} : { logicalLocations: [{ fullyQualifiedName: symbol }] };
}

/** A relative reference (RFC 3986): each segment encoded, and a colon in the first one too, lest it read as a scheme. */
function uriOf(path: string): string {
  return wellFormed(path).split('/').map((segment) => encodeURIComponent(segment)).join('/');
}

function invocationOf(result: ScanResult, kept: number, options: ReporterOptions): object {
  const { max } = options;
  const left = result.findings.length - kept;
  const truncation = left <= 0 ? [] : [{
    level: 'warning',
    message: { text: `${plural(left, 'finding')} of the lowest severity ${left === 1 ? 'is' : 'are'} left out: ${max === undefined ? 'code scanning keeps 5,000' : `at most ${max} were asked for`}.` },
  }];
  const isConfiguration = ({ kind }: Problem): boolean => kind === 'configuration';
  const execution = result.problems.filter((problem) => !isConfiguration(problem));
  const configuration = result.problems.filter(isConfiguration);
  const cut = execution.length > MAX_NOTIFICATIONS ? [{ level: 'note', message: { text: `${execution.length - MAX_NOTIFICATIONS} more problems are in the JSON report.` } }] : [];
  return {
    executionSuccessful: !result.problems.some(({ kind }) => kind === 'rule-crash'),
    toolExecutionNotifications: [...truncation, ...execution.slice(0, MAX_NOTIFICATIONS).map((problem) => notificationOf(problem, options)), ...cut],
    toolConfigurationNotifications: configuration.slice(0, MAX_NOTIFICATIONS).map((problem) => notificationOf(problem, options)),
  };
}

function notificationOf({ kind, message, location }: Problem, options: ReporterOptions): object {
  return {
    descriptor: { id: kind },
    level: kind === 'rule-crash' ? 'error' : kind === 'skipped-file' ? 'note' : 'warning',
    message: { text: message },
    ...(location ? { locations: [locationOf(location, options)] } : {}),
  };
}

function pascalCase(id: string): string {
  return id.split(/[^a-zA-Z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
