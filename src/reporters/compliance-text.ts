import type { Compliance, Ownership } from '../model/compliance.js';
import { plural, thousands } from '../util/plural.js';

/**
 * The compliance figure in a line, numerator and denominator with it: `one owner: 812 of 950 concepts (85.4 %); 120 violated, 15 baselined, 3
 * suppressed`. Where there is no figure, why.
 */
export function complianceText({ figure, notComputed, rules }: Compliance): string {
  if (!figure) return `one owner: not computed: ${notComputed ?? 'the audit did not see all'}`;
  const set = [rules.off.length > 0 ? `${plural(rules.off.length, 'rule')} off` : '', rules.lowered.length > 0 ? `${rules.lowered.length} lowered` : ''].filter((part) => part !== '');
  return `one owner: ${ownershipText(figure.total)}${set.length > 0 ? ` (${set.join(', ')} by the configuration)` : ''}`;
}

/** `812 of 950 concepts (85.4 %); 120 violated, 18 baselined`. */
export function ownershipText({ concepts, oneOwner, violated, baselined, suppressed }: Ownership): string {
  const others = [`${thousands(violated)} violated`, ...(baselined > 0 ? [`${thousands(baselined)} baselined`] : []), ...(suppressed > 0 ? [`${thousands(suppressed)} suppressed`] : [])];
  return `${thousands(oneOwner)} of ${plural(concepts, 'concept')}${concepts === 0 ? '' : ` (${percentText(oneOwner, concepts)})`}; ${others.join(', ')}`;
}

/** Cut to one digit and not rounded: 100 % is said of all and of nothing less. */
export function percentText(part: number, whole: number): string {
  return `${(Math.floor((part * 1000) / whole) / 10).toFixed(1)} %`;
}
