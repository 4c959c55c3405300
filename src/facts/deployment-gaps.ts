import type { EnvReadFact } from '../model/facts.js';
import type { DeploymentTarget, MatrixVariable } from './environment-matrix.js';
import { appliesIn } from './env-reads.js';
import type { Indexed } from './fact-index.js';

/** Reads that cannot do without the variable: of the service, and of the libraries that it imports. */
export function demandsOf({ reads, libraryReads }: Pick<MatrixVariable, 'reads' | 'libraryReads'>): Indexed<EnvReadFact>[] {
  return [...reads, ...libraryReads].filter(({ required, defaultForm }) => required && defaultForm !== 'literal');
}

/** Those of them that a target leaves without a value; empty when it gives one, or none of them holds there. */
export function unmetDemands(variable: MatrixVariable, target: DeploymentTarget): Indexed<EnvReadFact>[] {
  if (target.variables.has(variable.name)) return [];
  return demandsOf(variable).filter((read) => holdsIn(read, target.environment));
}

/** Whether what a read says of its variable is so in an environment, by the branches around it. */
export function holdsIn(read: Indexed<EnvReadFact>, environment: string): boolean {
  const { environments, except } = appliesIn(read);
  return environments.includes(environment) !== except;
}

/** Variables that a source must give before it is believed to be the place where they are given. */
const FEWEST_GIVEN = 3;

/**
 * Whether a target may give variables that are not seen: some source says so, or it gives none to speak of, or only workflows start it.
 */
export function mayGiveMore(target: DeploymentTarget): boolean {
  return target.opaque || target.variables.size < FEWEST_GIVEN || target.deployments.every(({ format }) => format === 'actions');
}
