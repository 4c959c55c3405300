import { chooseOwner, defineRule, groupByRelation, sortedDistinct, z, type FactIndex, type FindingDraft, type Literal } from '../src/index.js';
import { constantGroups, qualifiedName, shownValue, valueKey, type Constant } from './support/constant-groups.js';

export default defineRule({
  meta: {
    id: 'duplicate-constant',
    category: 'duplicate-constant',
    title: 'One constant stated several times with the same value',
    description: 'Reports constants of one name and value, and telling values (addresses, patterns, lists of words) under any name, that several production '
      + 'files of one service state, or a service and a library it imports.',
    rationale: 'Whoever changes the value has to find all places, and misses one.',
    remedy: 'Keep one and import it.',
    severity: 'warning',
    tags: ['constants', 'duplication'],
    since: '0.1.0',
    status: 'stable',
  },
  options: z.object({
    warnFrom: z.int().min(2).default(3).describe('Number of files from which on a repeated constant is a warning rather than an information.'),
  }),
  *check({ facts, options }) {
    const said = new Set<Constant>();
    for (const constants of tellingGroups(facts)) {
      for (const constant of constants) said.add(constant);
      yield draftOf(facts, constants, constants.length >= options.warnFrom, true);
    }
    for (const { constants, specific } of constantGroups(facts, { withPrivate: true })) {
      if (!specific || constants.some((constant) => said.has(constant)) || new Set(constants.map(({ value }) => valueKey(value))).size > 1) continue;
      if (isTrivial(constants[0]!.value)) continue;
      yield draftOf(facts, constants, constants.length >= options.warnFrom, false);
    }
  },
});

function draftOf(facts: FactIndex, constants: readonly Constant[], many: boolean, byValue: boolean): FindingDraft {
  const choice = chooseOwner(facts, constants, constants[0]!.name);
  const owner = choice.owner.fact;
  const names = sortedDistinct(constants.map(qualifiedName));
  const used = choice.ranked.filter(({ importers }) => importers.production > 0).length;
  return {
    key: `${byValue ? 'value:' : ''}${names.slice(0, 4).join('+')}:${owner.file.service.name}`,
    concept: qualifiedName(owner),
    message: names.length === 1
      ? `${names[0]} is ${shownValue(owner.value)} in ${constants.length} files.`
      : `${shownValue(owner.value)} is stated ${constants.length} times, as ${names.join(', ')}.`,
    sites: choice.ranked.map(({ fact, importers }, index) => ({ fact, message: shownValue(fact.value), role: index === 0 ? 'owner' as const : 'copy' as const, importers })),
    ...(choice.reason === undefined ? {} : { ownerReason: choice.reason }),
    remedy: `Keep ${qualifiedName(owner)} in ${owner.file.path} and import it.`,
    rank: 0.1 + Math.min(0.2, constants.length / 50) + Math.min(0.1, used / 50),
    severity: many && used >= 1 ? 'warning' : 'info',
  };
}

/** Constants that state one telling value in several files, whatever their names. */
function* tellingGroups(facts: FactIndex): Iterable<readonly Constant[]> {
  const byValue = new Map<string, Constant[]>();
  for (const constant of facts.of('constant')) {
    if (constant.file.role !== 'production' || constant.scope.length > 1 || !isTelling(constant.value)) continue;
    const key = valueKey(constant.value);
    const list = byValue.get(key);
    if (!list) byValue.set(key, [constant]);
    else if (list.at(-1)!.file !== constant.file) list.push(constant);
  }
  for (const stated of byValue.values()) {
    if (stated.length < 2) continue;
    for (const related of groupByRelation(facts, stated)) if (related.length >= 2) yield related;
  }
}

/** Too telling to be the same by chance: an address with a path, a long pattern, a list of four words or more. */
function isTelling(value: Literal): boolean {
  if (typeof value === 'string') {
    if (/^[a-z][a-z\d+.-]*:\/\/[^\s/]+\/[^\s]+$/i.test(value)) return value.length >= 20;
    return value.startsWith('/') && /\/[a-z]*$/.test(value) && /[\\^$[\](){}+*?|]/.test(value) && value.length >= 15;
  }
  if (!Array.isArray(value) || value.length < 4) return false;
  const texts = value.filter((item: Literal): item is string => typeof item === 'string');
  return texts.length === value.length && texts.filter((text) => text.length >= 4 && !COMMON_WORDS.has(text.toLowerCase())).length >= 4;
}

const COMMON_WORDS: ReadonlySet<string> = new Set([
  'get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'connect', 'low', 'medium', 'high', 'critical', 'info', 'warning', 'error', 'debug', 'true', 'false', 'none', 'monday', 'tuesday',
  'wednesday', 'thursday', 'friday', 'saturday', 'sunday', 'january', 'february', 'march', 'april', 'june', 'july', 'august', 'september', 'october', 'november', 'december', 'string', 'number', 'boolean',
  'object', 'array', 'null', 'undefined', 'left', 'right', 'center', 'bottom', 'name', 'email', 'title', 'description', 'type', 'status', 'created_at', 'updated_at', 'small', 'large',
  'image/png', 'image/jpeg', 'image/jpg', 'image/gif', 'image/webp', 'image/svg+xml', '.jpeg', '.webp', 'application/json', 'text/plain', 'text/html', 'text/csv',
]);

/** 0, 1, true, '' and the like repeat by chance. */
function isTrivial(value: Literal): boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && Math.abs(value) <= 10) || (typeof value === 'string' && value.length < 3);
}
