import { basename } from 'node:path';
import { suggestOwners } from '../canon.js';
import { ownersLines } from '../config/owners-text.js';
import type { FactIndex } from '../facts/fact-index.js';
import { CANON_VERSION, type Canon, type DeclaredOwnerView } from '../model/canon.js';
import type { Finding } from '../model/result.js';
import { importersText } from '../reporters/words.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { toolVersion } from '../util/tool-version.js';
import { findTarget, relativeInside, type TargetFlags } from './find-target.js';
import { writeStdout } from './output.js';
import { checkedResult, withTree, type RunFlags } from './run-scan.js';

export interface CanonFlags extends RunFlags, TargetFlags {
  format?: 'table' | 'json';
  suggest?: boolean;
  color?: boolean;
}

const RULE = 'canonical-violation';

/** `ssot-audit canon [dir]`: the owners that the configuration declares and what goes against them; with `--suggest` which to declare. */
export async function canonCommand(dir: string | undefined, flags: CanonFlags): Promise<number> {
  const target = await findTarget(dir === undefined ? [] : [dir], flags);
  // Importers count over the whole tree, whatever folder one stands in.
  const rules = Object.fromEntries(Object.entries(target.config.rules).filter(([id]) => id !== RULE));
  const whole = { ...target, paths: [], config: { ...target.config, rules } }; // asked for by name, the rule runs even where it is turned off
  const selection = flags.suggest ? {} : { only: [RULE] };
  const canon = await withTree(whole, { ...flags, ...selection }, [], async (tree): Promise<Canon> => {
    const { findings } = await checkedResult(tree, whole);
    return {
      schemaVersion: CANON_VERSION, tool: { name: 'ssot-audit', version: toolVersion() }, root: basename(target.root),
      owners: declaredOwners(tree.facts, findings.filter(({ ruleId }) => ruleId === RULE)),
      ...(flags.suggest ? { suggestions: suggestOwners(tree.facts, findings) } : {}),
    };
  });
  const inside = relativeInside(process.cwd(), target.root);
  await writeStdout(flags.format === 'json' ? `${JSON.stringify(canon, null, 2)}\n` : canonText(canon, inside ? `${inside}/` : ''));
  return 0;
}

function declaredOwners(facts: FactIndex, findings: readonly Finding[]): DeclaredOwnerView[] {
  return facts.owners.map(({ concept, owner, aliases, forbid }) => {
    const finding = findings.find((other) => other.concept === concept);
    // The first place is the owner itself, but for an owner that defines nothing and has no module.
    const sites = finding ? [finding, ...finding.related].filter(({ location }) => location.path !== owner) : [];
    return {
      concept, owner, aliases: [...aliases], forbid: [...forbid], importers: facts.imports.importerCountOfModule(owner),
      status: finding === undefined ? 'kept' as const : finding.suppression ? 'accepted' as const : 'violated' as const,
      ...(finding ? { message: finding.message } : {}),
      violations: sites.map((site) => ({
        path: site.location.path, line: site.location.range.start.line, message: 'note' in site ? site.note ?? '' : 'message' in site ? site.message : '',
        ...(site.symbol === undefined ? {} : { symbol: site.symbol }), ...(site.importers ? { importers: site.importers } : {}),
      })),
    };
  });
}

function canonText({ owners, suggestions }: Canon, prefix: string): string {
  const lines = owners.flatMap(({ concept, owner, importers, status, message, violations }) => [
    `${status === 'kept' ? 'kept' : status}  ${printable(concept)}  ${prefix}${printable(owner)}  ${importersText(importers)}`,
    ...(message === undefined ? [] : [`  ${printable(message)}`]),
    ...violations.map((site) => `  ${prefix}${printable(site.path)}:${site.line}  ${[site.symbol === concept ? '' : printable(site.symbol ?? ''), printable(site.message), importersText(site.importers)].filter((part) => part !== '').join(' · ')}`),
  ]);
  const violated = owners.filter(({ status }) => status === 'violated').length;
  const summary = owners.length === 0 ? 'No owner is declared in the configuration.' : `${plural(owners.length, 'declared owner')}: ${owners.filter(({ status }) => status === 'kept').length} kept, ${violated} violated.`;
  if (suggestions === undefined) return `${[...lines, ...(lines.length > 0 ? [''] : []), summary, ...(owners.length === 0 ? ['Which could be: ssot-audit canon --suggest'] : [])].join('\n')}\n`;
  const proposal = suggestions.length === 0
    ? ['No other concept has several declarations and one clear owner.']
    : [
      `${plural(suggestions.length, 'concept')} with several declarations and one clear owner. What you agree with, paste into the configuration;`,
      'every other declaration of the concept is an error from then on.', '', 'owners: [', ...ownersLines(suggestions).map((line) => `  ${line}`), '],',
    ];
  return `${[...lines, ...(lines.length > 0 ? [''] : []), summary, '', ...proposal].join('\n')}\n`;
}
