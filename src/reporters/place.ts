import type { Location } from '../model/location.js';
import type { Finding, Related } from '../model/result.js';

/** One place of a finding, the primary one among them: that has no role, for its finding says whether it is the owner. */
export type Place = Omit<Related, 'role'> & { role?: Related['role'] | undefined };

/**
 * The places of a finding, the one that a remark belongs to first. That is where the author of a change looks: a site that the change added;
 * of a concept with a declared owner the site that goes around it. Only else is it the primary location, the likely owner.
 */
export function placesOf(finding: Finding): { remarked: Place; others: Place[] } {
  const { location, symbol, note, importers, related, ownerReason } = finding;
  const primary: Place = {
    location, message: note ?? '', ...(ownerReason === undefined ? {} : { role: 'owner' }), ...(symbol === undefined ? {} : { symbol }), ...(importers ? { importers } : {}),
  };
  const places: Place[] = [primary, ...related];
  const added = finding.change?.addedSites ?? [];
  const addedKeys = new Set(added.map(keyOf));
  const isAdded = (place: Place): boolean => addedKeys.has(keyOf(place.location));
  const chosen = added.length > 0
    ? places.find((place) => isAdded(place) && place.role !== 'owner') ?? places.find(isAdded)
    : finding.category === 'canonical-violation' ? places.find(({ role }) => role !== 'owner' && role !== 'target') : undefined;
  // A finding lists a limited number of its sites; the added one may be none of them.
  if (added.length > 0 && !chosen) return { remarked: { location: added[0]!, message: 'added by this change' }, others: places };
  const remarked = chosen ?? primary;
  return { remarked, others: places.filter((place) => place !== remarked) };
}

function keyOf({ path, range }: Location): string {
  return `${path}:${range.start.line}:${range.start.column}`;
}
