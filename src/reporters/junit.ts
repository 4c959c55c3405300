import type { Finding, ScanResult } from '../model/result.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { escapeXml } from '../util/xml-text.js';
import { cutText } from '../util/cut-text.js';
import { sortByGate } from './gated.js';
import { placesOf, type Place } from './place.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { importersText } from './words.js';

/**
 * GitLab takes JUnit files below 30 MB (docs.gitlab.com, "Unit test reports") and at most 250,000 nodes and attributes of XML in one
 * (gitlab.com/gitlab-org/gitlab, issue 507482); a case has about ten. What is left out is of the least weight, and said.
 */
const MAX_BYTES = 28_000_000;
const MAX_CASES = 15_000;
const MAX_SITES = 50;
const MAX_TEXT = 2000;
const ROOM_FOR_FRAME = 200_000;

interface Case {
  ruleId: string;
  xml: string;
  outcome: 'failed' | 'skipped' | 'passed';
}

/**
 * JUnit XML: a suite per rule, a case per finding. Only what fails the run is a failure; what was accepted is skipped; other findings pass and
 * say so in their output. No clock: every time is zero.
 */
export const junitReporter: Reporter = (result, options) => {
  const { gated, remarks, unchanged, accepted } = sortByGate(result, options);
  let room = (options.maxBytes ?? MAX_BYTES) - ROOM_FOR_FRAME;
  const cases: Case[] = [];
  const names = new Set<string>();
  let left = 0;
  const groups: [readonly Finding[], Case['outcome']][] = [[gated, 'failed'], [remarks, 'passed'], [unchanged, 'passed'], [accepted, 'skipped']];
  for (const [findings, outcome] of groups) {
    for (const finding of findings) {
      const xml = caseOf(finding, outcome, names, options);
      if (left > 0 || cases.length >= MAX_CASES || (room -= Buffer.byteLength(xml) + 1) < 0) left++;
      else cases.push({ ruleId: finding.ruleId, xml, outcome });
    }
  }
  const suites = [...suitesOf(result, cases), ...(left === 0 ? [] : [leftOutSuite(left)])];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ssot-audit" ${countsOf(cases, left === 0 ? 0 : 1)} time="0">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
};

/** Rules that found nothing have an empty suite: it says that they ran. */
function suitesOf({ rules }: ScanResult, cases: readonly Case[]): string[] {
  const byRule = new Map<string, Case[]>(rules.map(({ id }) => [id, []]));
  for (const one of cases) {
    const suite = byRule.get(one.ruleId);
    if (suite) suite.push(one);
    else byRule.set(one.ruleId, [one]);
  }
  return [...byRule].map(([ruleId, suite]) => [`<testsuite name="${escapeXml(ruleId)}" ${countsOf(suite)} time="0">`, ...suite.map(({ xml }) => xml), '</testsuite>'].join('\n'));
}

function countsOf(cases: readonly Case[], extra = 0): string {
  const count = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length + extra}" failures="${count('failed')}" errors="0" skipped="${count('skipped') + extra}"`;
}

function leftOutSuite(left: number): string {
  const message = `${plural(left, 'finding')} ${left === 1 ? 'does' : 'do'} not fit into this report; the JSON report has all of them.`;
  return `<testsuite name="left out" tests="1" failures="0" errors="0" skipped="1" time="0">\n<testcase classname="ssot-audit" name="${escapeXml(message)}" time="0"><skipped message="${escapeXml(message)}"/></testcase>\n</testsuite>`;
}

function caseOf(finding: Finding, outcome: Case['outcome'], names: Set<string>, options: ReporterOptions): string {
  const { location: { path, range } } = placesOf(finding).remarked;
  const file = `${options.pathPrefix ?? ''}${path}`;
  const attributes = `classname="${escapeXml(finding.ruleId)}" name="${escapeXml(uniqueName(finding, names))}" file="${escapeXml(file)}" line="${range.start.line}" time="0"`;
  return `<testcase ${attributes}>${bodyOf(finding, outcome, options)}</testcase>`;
}

/** Of cases with one name GitLab reads the first only; the fingerprint keeps them apart and is the same in every run. */
function uniqueName({ concept, fingerprint }: Finding, names: Set<string>): string {
  const name = `${cutText(printable(concept), 200)} (${fingerprint.slice(0, 8)})`;
  let unique = name;
  for (let copy = 2; names.has(unique); copy++) unique = `${name} ${copy}`;
  names.add(unique);
  return unique;
}

function bodyOf(finding: Finding, outcome: Case['outcome'], options: ReporterOptions): string {
  const text = escapeXml(detailOf(finding, options));
  const message = escapeXml(cutText(printable(finding.change?.statement || finding.message), MAX_TEXT));
  if (outcome === 'failed') return `<failure type="${escapeXml(finding.ruleId)}" message="${message}">${text}</failure>`;
  if (outcome === 'passed') return `<system-out>${escapeXml(finding.severity)}: ${text}</system-out>`;
  const { kind = 'inSource', justification = '' } = finding.suppression ?? {};
  return `<skipped message="${escapeXml(`${kind === 'inSource' ? 'accepted in the source' : 'known from the baseline'}: ${cutText(printable(justification), MAX_TEXT)}`)}"/>`;
}

function detailOf(finding: Finding, { pathPrefix = '' }: ReporterOptions): string {
  const { remarked, others } = placesOf(finding);
  const line = ({ location, role, symbol, message, importers }: Place): string => [
    `${pathPrefix}${location.path}:${location.range.start.line}`, role ?? '', symbol ?? '', message, importersText(importers),
  ].filter((part) => part !== '').join(' · ');
  const left = others.length - MAX_SITES;
  return [
    finding.message,
    ...[remarked, ...others.slice(0, MAX_SITES)].map((place) => `at ${line(place)}`),
    ...(left > 0 ? [`and ${left} more`] : []),
    ...(finding.ownerReason === undefined ? [] : [`owner: ${finding.ownerReason}`]),
    ...finding.differences.slice(0, 10).map((difference) => `differs: ${difference}`),
    `what to do: ${finding.remedy}`,
    ...(finding.codeOwners?.length ? [`code owners: ${finding.codeOwners.join(' ')}`] : []),
    `fingerprint: ${finding.fingerprint}`,
  ].map((text) => cutText(printable(text), MAX_TEXT)).join('\n');
}
