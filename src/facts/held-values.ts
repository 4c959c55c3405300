import type { StateFact } from '../model/facts.js';
import { lastSegment } from '../util/dotted.js';
import type { FactIndex, Indexed } from './fact-index.js';

/**
 * Whether a state holds work that runs (tasks, timers, threads, promises) and no data: kept so that it is neither collected nor forgotten. What the
 * work was started with cannot be read from it.
 */
export function holdsHandles(facts: FactIndex, state: Indexed<StateFact>): boolean {
  if (state.annotation !== undefined && HANDLE_TYPE.test(state.annotation)) return true;
  if (/(?:^|\W)(?:Task|Future|Timer|Thread|Process)\b/.test(state.annotation ?? '') && importsHandle(facts, state)) return true;
  const stored = state.uses.flatMap(({ how, value }) => (value && value.form !== 'none' && (how === 'mutate' || how === 'keyed') ? [value] : []));
  return stored.length > 0 && stored.every(({ form, text, madeBy }) => HANDLE_MAKER.test(lastSegment((form === 'call' ? text : madeBy) ?? '')));
}

/** Whether a declared type is one of functions, by whatever name: what they take and give, nobody has put there. */
export function holdsFunctions(annotation: string): boolean {
  return /\bCallable\b|=>/.test(annotation);
}

/** Whether a set is only ever asked whether something is in it: what was logged once, which orders were seen. Nobody reads its members. */
export function isAskedForMembersOnly({ type, holder, uses }: StateFact): boolean {
  // Of what each object keeps, the facts leave most reads out.
  if (holder === 'instance' || !/^(?:set|Set)$/.test(type ?? '')) return false;
  return uses.some(({ how }) => how === 'read') && uses.every(({ how, key }) => (how !== 'read' && how !== 'return') || key !== undefined);
}

const HANDLE_TYPE = /\basyncio\.(?:Task|Future|Handle|TimerHandle|Server)\b|\bfutures\.Future\b|\bthreading\.(?:Thread|Timer)\b|\bNodeJS\.(?:Timeout|Timer|Immediate)\b|\btypeof set(?:Timeout|Interval|Immediate)\b|\bPromise<|\bAbortController\b/;
const HANDLE_MAKER = /^(?:create_task|ensure_future|run_coroutine_threadsafe|run_in_executor|call_later|call_soon|call_at|submit|start_soon|Thread|Timer|Process|Popen|create_subprocess_(?:exec|shell)|setTimeout|setInterval|setImmediate|AbortController)$/;

/** Whether the file takes such a name from the library of the language, and not from the product. */
function importsHandle(facts: FactIndex, { file, annotation }: Indexed<StateFact>): boolean {
  return facts.inFile(file.path, 'import').some((fact) => fact.level === 0 && /^(?:asyncio|concurrent\.futures|threading|multiprocessing)\b/.test(fact.name)
    && fact.names.some(({ imported, local }) => /^(?:Task|Future|Timer|Thread|Process)$/.test(imported) && new RegExp(`\\b${local}\\b`).test(annotation ?? '')));
}
