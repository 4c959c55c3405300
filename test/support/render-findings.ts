import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../src/model/result.js';

/** Findings as a person would read them in a snapshot: message, what differs, and each site with its line of code. */
export function renderFindings(root: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return 'no findings\n';
  return `${findings.map((finding) => renderFinding(root, finding)).join('\n\n')}\n`;
}

function renderFinding(root: string, finding: Finding): string {
  const { severity, ruleId, key, message, location, symbol, importers, ownerReason, differences, remedy, related } = finding;
  const lines = [`${severity} ${ruleId} [${key}]`, `  ${message}`];
  lines.push(...site(root, 'at', location, symbol, importers));
  if (ownerReason !== undefined) lines.push(`     owner: ${ownerReason}`);
  for (const other of related) lines.push(...site(root, other.role, other.location, other.symbol, other.importers, other.message));
  for (const difference of differences) lines.push(`  differs: ${difference}`);
  lines.push(`  remedy: ${remedy}`);
  return lines.join('\n');
}

function site(root: string, label: string, location: Finding['location'], symbol?: string, importers?: Finding['importers'], message?: string): string[] {
  const { path, range } = location;
  const code = readFileSync(join(root, path), 'utf8').split('\n')[range.start.line - 1]?.trim() ?? '';
  const reach = importers ? ` (importers: ${importers.production} production, ${importers.test} test)` : '';
  return [`  ${label} ${path}:${range.start.line} ${symbol ?? ''}${reach}${message ? `: ${message}` : ''}`.trimEnd(), `     | ${code}`];
}
