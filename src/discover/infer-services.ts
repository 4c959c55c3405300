import type { Fact } from '../model/facts.js';
import type { Service } from '../model/result.js';

export interface ServiceInput {
  /** Every file of the tree with its facts; files without facts count too, for their folders. Any order. */
  files: readonly { path: string; facts: readonly Fact[] }[];
  /** Services that the configuration states. They win over what is inferred for the same folders. */
  configured?: readonly Service[];
}

/**
 * Services and libraries of a tree, with what showed each of them. Always ends with the root service (`roots: ['']`, name `''`),
 * which has every file that no other claims. Sorted by name, the root last.
 */
export function inferServices(_input: ServiceInput): Service[] {
  return [{ name: '', roots: [''], kind: 'service', evidence: 'everything that no other service claims' }];
}

/** The service with the longest root that holds the path. `services` must hold the root service. */
export function serviceOf(path: string, services: readonly Service[]): Service {
  let best: Service | undefined;
  let bestLength = -1;
  for (const service of services) {
    for (const root of service.roots) {
      if (root.length > bestLength && (root === '' || path === root || path.startsWith(`${root}/`))) {
        best = service;
        bestLength = root.length;
      }
    }
  }
  if (!best) throw new Error('no root service');
  return best;
}
