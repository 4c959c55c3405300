import { defineRule, z, type FactIndex, type FindingDraft, type Severity, type Site } from '../src/index.js';
import { foundElsewhere, type Elsewhere } from './support/found-elsewhere.js';
import { missingTargets, type FailureLevel, type MissingTarget, type MissingUse } from './support/missing-imports.js';
import { startedModules } from './support/started-modules.js';

/** Importers shown as sites; the rest is counted. */
const MOST_SITES = 24;
const LEVELS: readonly FailureLevel[] = ['load', 'use', 'guarded', 'covered'];

export default defineRule({
  meta: {
    id: 'unresolved-import',
    category: 'unresolved-import',
    title: 'Import of a module or name that does not exist',
    description: 'Reports imports of the product\'s own modules and names that lead nowhere: one finding per missing module, or per set of names that went together.',
    rationale: 'At the top of a module such an import keeps the module from loading; inside a function it fails at the first call; inside `try` it switches a feature off and nobody is told.',
    remedy: 'Import from where the thing is now, or remove the import with what hangs on it.',
    severity: 'error',
    tags: ['imports'],
    since: '0.1.0',
    status: 'preview',
  },
  options: z.object({
    /** Report what only tests, scripts and examples import. */
    tests: z.boolean().default(true).describe('Report, as info, what only tests, scripts and examples import.'),
  }),
  *check({ facts, options }) {
    for (const targets of repairs(facts, missingTargets(facts))) {
      const uses = targets.flatMap((target) => target.uses);
      if (uses.some(isProduction) || (options.tests && uses.some(({ level }) => level !== 'covered'))) yield findingFor(facts, targets);
    }
  },
});

function isProduction({ fact }: MissingUse): boolean {
  return fact.file.role === 'production';
}

/**
 * Missing modules that are one repair: siblings that went together or are together elsewhere, and that the same files import. So a package whose
 * relative imports were rewritten wrongly is one finding and not one per module.
 */
function repairs(facts: FactIndex, targets: readonly MissingTarget[]): MissingTarget[][] {
  const groups = new Map<string, MissingTarget[]>();
  for (const target of targets) {
    const importers = [...new Set(target.uses.filter(isProduction).map(({ fact }) => fact.file.path))].sort();
    const found = foundElsewhere(facts, target)[0]?.path.replace(/\/[^/]*$/, '') ?? deletionOf(facts, target)?.commit;
    const key = target.module === undefined && importers.length > 0 && found !== undefined ? [parentOf(target.title), found, ...importers].join('\0') : `${target.title}\0${target.names.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  return ofOneDeletion(facts, [...groups.values()]);
}

/** Groups of modules that one commit deleted from one folder, and that some file wants together: one repair. */
function ofOneDeletion(facts: FactIndex, groups: readonly MissingTarget[][]): MissingTarget[][] {
  const joinedGroups: { targets: MissingTarget[]; origin: string | undefined; importers: Set<string> }[] = [];
  for (const targets of groups) {
    const commit = targets.every(({ module }) => module === undefined) ? deletionOf(facts, targets[0]!)?.commit : undefined;
    const origin = commit === undefined ? undefined : `${commit} ${parentOf(targets[0]!.title)}`;
    const importers = new Set(targets.flatMap(({ uses }) => uses.filter(isProduction).map(({ fact }) => fact.file.path)));
    const known = origin === undefined ? undefined : joinedGroups.find((group) => group.origin === origin && group.targets.length + targets.length <= MOST_JOINED && [...importers].some((path) => group.importers.has(path)));
    if (!known) joinedGroups.push({ targets: [...targets], origin, importers });
    else {
      known.targets.push(...targets);
      for (const path of importers) known.importers.add(path);
    }
  }
  return joinedGroups.map(({ targets }) => targets);
}

/** So that a finding stays one that a person can read. */
const MOST_JOINED = 6;

function parentOf(title: string): string {
  return title.replace(/[./][^./]*$/, '');
}

function deletionOf(facts: FactIndex, target: MissingTarget): { commit: string; date: string } | undefined {
  return target.expected.map((path) => facts.history?.deletionOf(path)).find((found) => found !== undefined);
}

function findingFor(facts: FactIndex, targets: readonly MissingTarget[]): FindingDraft {
  const target = joined(targets);
  const production = target.uses.filter(isProduction);
  const shown = [...(production.length > 0 ? production : target.uses)].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  const others = new Set(target.uses.filter(({ fact }) => fact.file.role !== 'production').map(({ fact }) => fact.file.path)).size;
  const files = new Set(production.map(({ fact }) => fact.file.path)).size;
  const unloaded = production.every(({ level, fact }) => level !== 'load' || !startedModules(facts).isStarted(fact.file));
  const severity = severityOf(production, unloaded, production.some(({ fact }) => startedModules(facts).isStarted(fact.file)));
  const deletion = deletionOf(facts, target);
  const places = targets.length > 1 ? [] : foundElsewhere(facts, target);
  const folders = targets.length > 1 ? new Set(targets.map((each) => foundElsewhere(facts, each)[0]?.path.replace(/\/[^/]*$/, ''))) : new Set<undefined>();
  const together = folders.size === 1 ? [...folders][0] : undefined;
  const remaining = files === 0 ? `${count(others, 'importer')} outside production code` : `${count(files, 'importer')}${others > 0 ? ` and ${others} outside production code` : ''}`;
  return {
    key: target.module === undefined ? targets.map(({ title }) => title).join(', ') : `${target.title}: ${target.names.join(', ')}`,
    concept: targets.length > 1 ? `${targets.length} modules of ${parentOf(target.title)}` : target.module === undefined ? target.title : target.names.length === 1 ? `${target.title}.${target.names[0]!}` : target.title,
    message: [
      targets.length > 1 ? `${titles(targets)} do not exist.` : missingText(target),
      deletion ? ` ${targets.length > 1 ? 'They were' : 'It was'} deleted in ${deletion.commit} (${deletion.date}), ${remaining} remain${files + others === 1 ? 's' : ''}.` : ` ${targets.length > 1 ? 'They have' : 'It has'} ${remaining}.`,
      consequenceOf(shown[0]!, target, unloaded && production.length > 0),
      together === undefined ? elsewhereText(places, target) : ` What they are to have is in ${together}.`,
    ].join('').replace(/ +/g, ' ').trim(),
    sites: shown.slice(0, MOST_SITES).map(siteOf),
    unlisted: shown.slice(MOST_SITES).map(siteOf),
    ...(together === undefined ? (places[0] ? { remedy: remedyOf(places) } : {}) : { remedy: `Import from ${together} if that is what is meant; else remove the imports with what hangs on them.` }),
    rank: rankOf(production, unloaded, others),
    severity,
  };
}

/** Several targets of one repair as one. */
function joined(targets: readonly MissingTarget[]): MissingTarget {
  const uses = targets.flatMap((target) => target.uses).sort((a, b) => (a.fact.file.path < b.fact.file.path ? -1 : a.fact.file.path > b.fact.file.path ? 1 : a.line - b.line));
  return { ...targets[0]!, expected: targets.flatMap(({ expected }) => expected), uses };
}

function titles(targets: readonly MissingTarget[]): string {
  const parent = parentOf(targets[0]!.title);
  const short = targets.slice(1).map(({ title }) => title.slice(parent.length + 1));
  return `${targets[0]!.title}, ${short.length > 4 ? `${short.slice(0, 3).join(', ')} and ${short.length - 3} more` : short.join(', ')}`;
}

const TOOL_CONFIG = /\.config(?:\.\w+)?\.[cm]?[jt]sx?$/;

function severityOf(production: readonly MissingUse[], unloaded: boolean, started: boolean): Severity {
  const levels = new Set(production.map(({ level }) => level));
  // True, and nobody meets it: such code is to be deleted or taken up, not mended import by import.
  if (!started) return 'info';
  // What a tool loads stops that tool and no user.
  if (levels.has('load')) return unloaded || production.every(({ level, fact }) => level !== 'load' || TOOL_CONFIG.test(fact.file.path)) ? 'warning' : 'error';
  return levels.has('use') || levels.has('guarded') ? 'warning' : 'info';
}

function missingText({ title, module, names }: MissingTarget): string {
  if (module === undefined) return `${title} does not exist.`;
  const listed = names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more names` : names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]!}` : names[0]!;
  return `${title} has no ${listed.replace(' and ', ' or ')}.`;
}

function consequenceOf(use: MissingUse, { language, module }: MissingTarget, unloaded: boolean): string {
  const where = `${use.fact.file.path}:${use.line}`;
  const within = use.fact.scope.length > 0 ? `${use.fact.scope.join('.')}()` : 'its code';
  switch (use.level) {
    case 'load':
      if (language === 'typescript' && module !== undefined) return ` ${where} gets \`undefined\` for it, or does not build.`;
      return unloaded ? ` ${where} cannot be loaded, and nothing that is started loads it.` : ` ${where} cannot be loaded.`;
    case 'use':
      return ` ${within} fails when it is called (${where}).`;
    case 'guarded':
      return ` The failure is caught: what ${within} does with it is silently off (${where}).`;
    case 'covered':
      return ` Another import stands in for it (${where}).`;
  }
}

function elsewhereText(places: readonly Elsewhere[], target: MissingTarget): string {
  const [best, second] = places;
  if (!best) return '';
  if (best.names.length === 0) return second ? '' : ` A module of that name is at ${best.path}.`;
  const all = best.names.length === target.names.length;
  if (second && second.names.length === best.names.length) return ` ${list(best.names)} ${best.names.length === 1 ? 'is' : 'are'} defined in ${best.path} and ${second.path}.`;
  return ` ${all && best.names.length > 3 ? 'All of them' : list(best.names)} ${best.names.length === 1 ? 'is' : 'are'} in ${best.path}.`;
}

function remedyOf([best]: readonly Elsewhere[]): string {
  return `Import ${best!.names.length === 0 ? 'it' : list(best!.names)} from ${best!.path} if that is what is meant; else remove the import with what hangs on it.`;
}

function siteOf(use: MissingUse): Site {
  const wants = use.names.length > 0 ? `imports ${list(use.names)}` : 'imports it';
  const how: Record<FailureLevel, string> = {
    load: 'the module cannot be loaded', use: 'fails when called', guarded: 'the failure is caught', covered: 'another import stands in',
  };
  return { fact: use.fact, line: use.line, role: 'importer', symbol: use.fact.scope.join('.') || use.fact.name, message: `${wants}: ${how[use.level]}` };
}

/** More harm the harder it fails, and the more files it fails in. */
function rankOf(production: readonly MissingUse[], unloaded: boolean, others: number): number {
  if (production.length === 0) return Math.min(0.2, 0.02 * others);
  const base = production.some(({ level }) => level === 'load') ? (unloaded ? 0.45 : 0.8) : production.some(({ level }) => level === 'use') ? 0.6 : 0.4;
  return base + Math.min(0.19, 0.03 * production.length);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
