import { canonicalName, chooseOwner, groupByRelation, shapeOf, typeName, wordsOf, type FactIndex, type FindingDraft, type Shape } from '../../src/index.js';
import { takenBy } from './method-signatures.js';
import { areVersions, declaredByConcept, isComponentName, type DeclaredType } from './type-declarations.js';

/** Types of different names in different files whose members are the same, and telling enough not to be so by chance. */
export function* equalTypes(facts: FactIndex, minFields: number): Iterable<FindingDraft> {
  const buckets = new Map<string, DeclaredType[]>();
  for (const declared of declaredByConcept(facts).values()) {
    for (const fact of declared) {
      if (fact.kind !== 'type' || fact.file.role !== 'production' || fact.fields.length < minFields || isComponentName(fact.name)) continue;
      const shape = shapeOf(facts, fact);
      if (shape.open || shape.bases.size > 0 || tellingFields(shape) < MIN_TELLING) continue;
      const key = signatureOf(shape);
      const bucket = buckets.get(key);
      if (bucket) bucket.push(fact);
      else buckets.set(key, [fact]);
    }
  }
  for (const bucket of buckets.values()) {
    if (bucket.length < 2) continue;
    for (const related of groupByRelation(facts, bucket)) {
      const draft = draftOf(facts, related);
      if (draft) yield draft;
    }
  }
}

/** Fields whose names say what the type is about. */
const MIN_TELLING = 4;

const COMMON_FIELDS: ReadonlySet<string> = new Set([
  'id', 'name', 'type', 'kind', 'status', 'state', 'title', 'description', 'message', 'value', 'data', 'metadata', 'meta', 'created-at', 'updated-at', 'deleted-at',
  'timestamp', 'created-by', 'updated-by', 'user-id', 'error', 'errors', 'result', 'results', 'success', 'code', 'key', 'label', 'url', 'path', 'slug', 'version', 'enabled',
  'active', 'is-active', 'items', 'total', 'count', 'page', 'limit', 'offset', 'size', 'children', 'class-name', 'on-change', 'on-click', 'disabled', 'options', 'config',
  'details', 'source', 'target', 'tags', 'content', 'text', 'email', 'context', 'payload', 'params', 'query', 'filter', 'filters', 'sort', 'order', 'start', 'end',
]);

function tellingFields({ fields }: Shape): number {
  let telling = 0;
  for (const name of fields.keys()) if (!COMMON_FIELDS.has(canonicalName(name))) telling++;
  return telling;
}

function signatureOf({ fact, fields }: Shape): string {
  const members = [...fields.values()].map(({ name, type, optional }) => {
    const { text, nullable } = typeName(type);
    return `${name}${optional ? '?' : ''}:${text}${nullable ? '?' : ''}${takenBy(type) ?? ''}`;
  });
  return `${fact.file.language} ${members.sort().join(' ')}`;
}

function draftOf(facts: FactIndex, related: readonly DeclaredType[]): FindingDraft | undefined {
  const distinct = related.filter((fact, index) => related.findIndex((other) => other.canonicalName === fact.canonicalName) === index
    && !related.slice(0, index).some((other) => areVersions(other.file.path, fact.file.path) || areInputs(other.name, fact.name)));
  // Of one name: the same-name comparison has them.
  if (distinct.length < 2 || new Set(distinct.map(({ file }) => file.path)).size < 2) return undefined;
  const choice = chooseOwner(facts, distinct, distinct[0]!.name);
  const owner = choice.owner.fact;
  const others = choice.ranked.slice(1).map(({ fact }) => fact.name);
  const fields = owner.fields.length;
  return {
    key: `equal:${[...distinct].map(({ canonicalName: name }) => name).sort().join('+')}:${owner.file.service.name}`,
    concept: owner.name,
    message: `${owner.name} and ${others.join(', ')} have the same ${fields} fields.`,
    sites: choice.ranked.map(({ fact, importers }, index) => ({ fact, message: `${fields} fields, the same`, role: index === 0 ? 'owner' as const : 'copy' as const, importers })),
    ...(choice.reason === undefined ? {} : { ownerReason: choice.reason }),
    remedy: `If they are one thing, keep one of them; if one is a kind of the other, derive it from ${owner.name}.`,
    rank: 0.15 + Math.min(0.1, fields / 100),
    severity: 'info',
  };
}

/** `CreateOrder` and `UpdateOrder`, `OrderRequest` and `OrderResponse`: forms of one thing that may have the same members by design. */
function areInputs(a: string, b: string): boolean {
  const bare = (name: string): string => wordsOf(name).filter((word) => !FORM_WORDS.has(word)).join('-');
  const first = bare(a);
  return first === bare(b) && first !== '';
}

const FORM_WORDS: ReadonlySet<string> = new Set([
  'create', 'created', 'update', 'updated', 'upsert', 'delete', 'deleted', 'patch', 'partial', 'new', 'edit', 'base', 'input', 'output', 'in', 'out', 'request', 'response', 'req', 'res',
  'dto', 'params', 'args', 'options', 'command', 'payload', 'body', 'data', 'model', 'schema', 'entity', 'props', 'result', 'event', 'message', 'internal', 'public', 'raw', 'db', 'row', 'v1', 'v2',
]);
