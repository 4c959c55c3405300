import { appliesIn, enumerate, isSecretName, maskedValue, type EnvReadFact, type FactIndex, type Indexed, type Service } from '../../src/index.js';

/** How a default is shown: as written; of a credential only its first letters and length. `defaultText` is the JSON of an env-read fact. */
export function showDefault(name: string, defaultText: string): string {
  const value = JSON.parse(defaultText) as unknown;
  if (value === null || value === '') return 'nothing';
  if (typeof value !== 'string') return String(JSON.stringify(value));
  return showValue(name, value);
}

/** A value in quotes; of a credential only its first letters and length, so that no report carries it on. */
export function showValue(name: string, value: string): string {
  if (value !== '' && isSecretName(name)) return maskedValue(value);
  return `"${value.length > 80 ? `${value.slice(0, 77)}…` : value}"`;
}

/** `DATABASE_URL@web`, or the name alone in a tree that is one service: identity of what one service knows under a name. */
export function keyIn(service: Service, name: string): string {
  return service.name === '' ? name : `${name}@${service.name}`;
}

/** Whether a service is only what no real service claims, so that its files need not run together. */
export function isRest(facts: FactIndex, service: Service): boolean {
  return service.name === '' && facts.services.some((other) => other !== service && other.kind === 'service');
}

/** ` in web and shared`, or nothing for a tree that is one service. */
export function inServices(services: readonly Service[]): string {
  const names = services.map(({ name }) => name).filter((name) => name !== '');
  return names.length === 0 ? '' : ` in ${enumerate(names)}`;
}

/** ` in staging`, ` outside production`: where a read holds. */
export function branchText(read: Indexed<EnvReadFact>): string {
  const { environments, except } = appliesIn(read);
  return environments.length === 0 ? '' : ` ${except ? 'outside' : 'in'} ${enumerate(environments)}`;
}

/** Members of a list, at most `most`, spread over as many files as possible, in the order given. */
export function sample<T extends { file: { path: string } }>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const chosen = new Set<T>();
  const files = new Set<string>();
  for (const item of items) {
    if (chosen.size === most) break;
    if (!files.has(item.file.path)) {
      files.add(item.file.path);
      chosen.add(item);
    }
  }
  for (const item of items) if (chosen.size < most) chosen.add(item);
  return items.filter((item) => chosen.has(item));
}

/** `a.py:3, b.py:7 and 4 more`. */
export function locations(facts: readonly { file: { path: string }; span: readonly number[] }[], most = 4): string {
  const shown = sample(facts, most).map(({ file, span }) => `${file.path}:${span[0]}`);
  return facts.length > shown.length ? `${shown.join(', ')} and ${facts.length - shown.length} more` : enumerate(shown);
}

/** `1 place`, `3 places`. */
export function places(count: number): string {
  return count === 1 ? '1 place' : `${count} places`;
}

export { enumerate };
