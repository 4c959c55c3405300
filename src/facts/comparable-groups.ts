import type { Service } from '../model/result.js';
import type { FactIndex, IndexedFact } from './fact-index.js';
import { serviceRelations } from './service-relations.js';

/** Declarations of one concept that one service is made of. */
export interface ComparableGroup<F extends IndexedFact> {
  service: Service;
  /** In the order given. At least one is in the service itself; the others are there or in libraries that it imports. */
  members: readonly F[];
}

/**
 * Splits declarations of one concept by the service whose business they are: what two services each have is no concern of either, though
 * both may repeat the same library. A group of which another holds every member is left out. Groups of fewer than two files too.
 */
export function comparableGroups<F extends IndexedFact>(facts: FactIndex, declarations: readonly F[]): ComparableGroup<F>[] {
  const relations = serviceRelations(facts);
  const services = new Map(declarations.map(({ file }) => [file.service.name, file.service]));
  const groups: ComparableGroup<F>[] = [];
  for (const [name, service] of services) {
    const members = declarations.filter(({ file }) => file.service.name === name
      || (file.service.kind === 'library' && relations.related(name, file.service.name)));
    if (new Set(members.map(({ file }) => file.path)).size >= 2) groups.push({ service, members });
  }
  return groups.filter((group, position) => !groups.some((other, at) => at !== position
    && group.members.every((member) => other.members.includes(member))
    && (other.members.length > group.members.length || at < position)));
}
