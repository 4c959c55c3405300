import { conceptsOf, type Concept, type Concepts } from '../facts/concepts.js';
import type { FactIndex, IndexedFact } from '../facts/fact-index.js';
import { conceptKinds, type Compliance, type ComplianceFigure, type ConceptKind, type Ownership, type RuleCount } from '../model/compliance.js';
import type { Category, Finding, ScanResult, SiteRole } from '../model/result.js';
import { compareText } from '../util/compare.js';

export interface ComplianceInput {
  facts: FactIndex;
  findings: readonly Finding[];
  /** The facts at the sites of each finding, by fingerprint. */
  sites: ReadonlyMap<string, readonly { fact: IndexedFact; role: SiteRole }[]>;
  /** Ids of the rules that ran, sorted. */
  ran: readonly string[];
  rules: Compliance['rules'];
  /** Why the audit did not see all; absent when it did. */
  incomplete: string | undefined;
}

/**
 * The compliance figure: the share of concepts with one owner, with its numerator and denominator.
 *
 * - **Concept**: what production code declares and another place could declare again (`facts/concepts.ts`): classes, types, constants,
 *   functions, environment variables, events, connections. Declarations that a finding of severity error or warning calls copies of one thing
 *   are *one* concept, so that deleting a copy moves a concept from violated to one owner and leaves the denominator as it is.
 * - **Denominator** (`concepts`): all of them. It hangs on the code alone: no finding, suppression or baseline makes it larger.
 * - **Numerator** (`oneOwner`): those that no finding of severity error or warning is about, of the rules on who owns and declares what
 *   (`OWNERSHIP`), *in force or not*. Accepting a finding in a comment or in the baseline moves its concept from `violated` to `suppressed` or
 *   `baselined`, never into the numerator.
 * - Options that choose what is shown or fails (`--max`, `--all`, `--fail-on`, `--format`) come after it. Options that choose what is looked
 *   at (`--only`, `--skip`, paths) leave no figure but the reason why there is none, and so does a rule that failed. Rules that the
 *   configuration turns off or lowers are listed with the figure and change the rule set's hash, by which the history refuses to compare.
 */
export function complianceOf({ facts, findings, sites, ran, rules, incomplete }: ComplianceInput): Compliance {
  const counts = countsOf(findings, ran);
  if (incomplete !== undefined) return { rules, counts, notComputed: incomplete };
  const concepts = conceptsOf(facts);
  const concerned = findings.filter(isOnOwnership).map((finding) => ({ finding, ...conceptsAt(finding, sites.get(finding.fingerprint) ?? [], concepts) }));
  const groups = createGroups();
  for (const { same } of concerned) for (const [first, ...others] of same) for (const other of others) groups.join(first!, other);

  const known = new Map<ConceptKind, Set<Concept>>(conceptKinds.map((kind) => [kind, new Set()]));
  for (const concept of concepts.all) known.get(groups.rootOf(concept).kind)!.add(groups.rootOf(concept));
  const ids = new Map<Concept, string>();
  const idOf = (concept: Concept): string => {
    const id = ids.get(concept) ?? `${concept.kind}:${ids.size + 1}`;
    ids.set(concept, id);
    return id;
  };
  const concerns = Object.fromEntries(concerned.filter(({ about }) => about.length > 0)
    .map(({ finding, about }): [string, string[]] => [finding.fingerprint, [...new Set(about.map((concept) => idOf(groups.rootOf(concept))))]])
    .sort(([a], [b]) => compareText(a, b)));
  return { rules, counts, figure: figureOf(conceptKinds.map((kind) => [kind, known.get(kind)!.size]), concerns, findings) };
}

/** Counts again after findings of the result were marked as known to a baseline. Concepts stay as they are. */
export function withCompliance(result: ScanResult): ScanResult {
  const { compliance, findings, rules } = result;
  if (!compliance) return result;
  const counts = countsOf(findings, rules.map(({ id }) => id));
  const { figure } = compliance;
  if (!figure) return { ...result, compliance: { ...compliance, counts } };
  return { ...result, compliance: { ...compliance, counts, figure: figureOf(conceptKinds.map((kind) => [kind, figure.kinds[kind].concepts]), figure.concerns, findings) } };
}

/** What speaks of one piece of knowledge with several owners. State, imports and migrations are other harms, counted per rule only. */
const OWNERSHIP: ReadonlySet<Category> = new Set<Category>([
  'duplicate-manager', 'duplicate-function', 'duplicate-type', 'duplicate-constant', 'config-drift', 'event-contract-drift', 'missing-event-consumer', 'canonical-violation',
]);

function isOnOwnership({ category, severity }: Finding): boolean {
  return OWNERSHIP.has(category) && severity !== 'info';
}

/** Places that declare; who only reads or imports is not what the finding is about. */
const DECLARES: ReadonlySet<SiteRole> = new Set<SiteRole>(['owner', 'copy', 'declaration', 'contract', 'producer', 'consumer']);

/** The concepts that a finding is about, and which of them it calls one and the same. */
function conceptsAt({ category, concept: name }: Finding, sites: readonly { fact: IndexedFact; role: SiteRole }[], concepts: Concepts): { about: Concept[]; same: Concept[][] } {
  const found = sites.flatMap(({ fact, role }) => {
    const at = concepts.at(fact);
    return at ? [{ ...at, role }] : [];
  });
  if (category === 'config-drift' || category === 'event-contract-drift' || category === 'missing-event-consumer') {
    // Beside the one in question such findings show others: where it would have to stand, what is sent with it.
    const event = category === 'config-drift' ? undefined : concepts.event(name);
    if (event) return { about: [event], same: [] };
    const own = found.filter(({ concept }) => concept.name === name);
    return { about: (own.length > 0 ? own : found).map(({ concept }) => concept), same: [] };
  }
  const declared = found.filter(({ role }) => DECLARES.has(role));
  const files = sites.filter(({ fact, role }) => fact.kind === 'module' && DECLARES.has(role)).map(({ fact }) => concepts.inFile(fact.file.path));
  const inCopies = files.length > 1 ? twins(files) : [];
  return {
    about: [...declared.map(({ concept }) => concept), ...inCopies.flat()],
    same: [declared.filter(({ extent }) => extent === 'whole').map(({ concept }) => concept), ...inCopies],
  };
}

/** What files that are copies of one another declare alike. */
function twins(files: readonly (readonly Concept[])[]): Concept[][] {
  const byName = new Map<string, Concept[]>();
  for (const concept of files.flat()) byName.set(`${concept.kind} ${concept.name}`, [...(byName.get(`${concept.kind} ${concept.name}`) ?? []), concept]);
  return [...byName.values()].filter((group) => group.length > 1);
}

interface Groups {
  join(a: Concept, b: Concept): void;
  rootOf(concept: Concept): Concept;
}

function createGroups(): Groups {
  const parents = new Map<Concept, Concept>();
  const rootOf = (concept: Concept): Concept => {
    let root = concept;
    for (let above = parents.get(root); above; above = parents.get(root)) root = above;
    if (root !== concept) parents.set(concept, root); // the next look-up is one step
    return root;
  };
  return {
    rootOf,
    join: (a, b) => {
      const [first, second] = [rootOf(a), rootOf(b)];
      if (first !== second) parents.set(second, first);
    },
  };
}

type Standing = 'violated' | 'baselined' | 'suppressed';
/** Worst first: a concept is counted under the worst of its findings. */
const STANDINGS: readonly Standing[] = ['violated', 'baselined', 'suppressed'];

function standingOf({ suppression }: Finding): Standing {
  return suppression === undefined ? 'violated' : suppression.kind === 'external' ? 'baselined' : 'suppressed';
}

function figureOf(known: readonly (readonly [ConceptKind, number])[], concerns: ComplianceFigure['concerns'], findings: readonly Finding[]): ComplianceFigure {
  const standings = new Map<string, Standing>();
  for (const finding of findings) {
    const standing = standingOf(finding);
    for (const id of concerns[finding.fingerprint] ?? []) {
      const before = standings.get(id);
      if (before === undefined || STANDINGS.indexOf(standing) < STANDINGS.indexOf(before)) standings.set(id, standing);
    }
  }
  const rows = known.map(([kind, concepts]): [ConceptKind, Ownership] => {
    const row = { concepts, oneOwner: concepts, violated: 0, baselined: 0, suppressed: 0 };
    for (const [id, standing] of standings) {
      if (!id.startsWith(`${kind}:`)) continue;
      row[standing]++;
      row.oneOwner--;
    }
    return [kind, row];
  });
  const total = { concepts: 0, oneOwner: 0, violated: 0, baselined: 0, suppressed: 0 };
  for (const [, row] of rows) for (const key of Object.keys(total) as (keyof Ownership)[]) total[key] += row[key];
  return {
    total,
    kinds: Object.fromEntries(rows) as ComplianceFigure['kinds'],
    ...(total.concepts === 0 ? {} : { share: Math.floor((total.oneOwner * 10_000) / total.concepts) / 10_000 }),
    concerns,
  };
}

function countsOf(findings: readonly Finding[], ran: readonly string[]): Compliance['counts'] {
  const counts = new Map<string, RuleCount>([...ran].sort(compareText).map((id) => [id, { error: 0, warning: 0, info: 0, baselined: 0, suppressed: 0 }]));
  for (const finding of findings) {
    const row = counts.get(finding.ruleId);
    const standing = standingOf(finding);
    if (row) row[standing === 'violated' ? finding.severity : standing]++;
  }
  return Object.fromEntries(counts);
}
