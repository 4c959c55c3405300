/** Holds what `link` says of a case to what is known of it. */
const LEVELS = ['symptom', 'mechanism', 'condition', 'origin', 'guard'];

/** Whether a finding is the seeded one: a rule that may name it, about its concept, at one of its sites. */
export function isSeeded(finding, { rules, sites, concept }) {
  if (!rules.includes(finding.ruleId)) return false;
  const places = [{ location: finding.location, symbol: finding.symbol }, ...finding.related];
  const wanted = concept.split(/[./]/).at(-1);
  if (![finding.concept, finding.key, finding.message].some((text) => text.includes(wanted))) return false;
  return sites.some((site) => places.some(({ location }) => location.path === site.split('#')[0]));
}

/** The first violation of the failing test's cluster, and each why. */
export function judgeSeeded(result, truth) {
  const cluster = clusterOf(result, truth.fails);
  if (!cluster) return { outcome: 'no cluster', said: result.clusters.map(({ title }) => title).join('; ') };
  const [first] = cluster.links;
  const place = cluster.links.findIndex(({ finding }) => isSeeded(finding, truth));
  const outcome = place === 0 ? 'right' : first === undefined ? 'none' : place > 0 ? 'later' : 'wrong';
  const others = result.clusters.filter((other) => other !== cluster && other.links.length > 0);
  return {
    outcome,
    said: first === undefined ? cluster.verdict : `${first.finding.ruleId} ${first.finding.concept} (${first.confidence})`,
    whys: Object.fromEntries(LEVELS.map((level) => [level, judgeWhy(level, cluster, truth)])),
    otherClusters: { right: others.filter(({ links }) => isSeeded(links[0].finding, truth)).length, wrong: others.filter(({ links }) => !isSeeded(links[0].finding, truth)).length },
  };
}

/** Right is: no violation in any cluster, and words for it. */
export function judgeControl(result, truth) {
  const linked = result.clusters.filter(({ links }) => links.length > 0);
  if (linked.length > 0) return { outcome: 'linked', said: linked.map(({ links: [{ finding, confidence }] }) => `${finding.ruleId} ${finding.concept} (${confidence})`).join('; ') };
  const cluster = clusterOf(result, truth.fails);
  return cluster && /no static violation|environment or infrastructure/i.test(cluster.verdict) ? { outcome: 'none', said: cluster.verdict } : { outcome: 'wordless', said: cluster?.verdict ?? 'no cluster' };
}

function clusterOf(result, title) {
  const wanted = (text) => text !== undefined && text.includes(title);
  return result.clusters.find(({ tests }) => tests.some((test) => wanted(test.title) || wanted(test.id) || wanted(test.file)));
}

/** `right`, `wrong`, or `unknown`: a level that is not there or says HYPOTHESIS. */
function judgeWhy(level, cluster, truth) {
  const why = cluster.whys.find((candidate) => candidate.level === level);
  if (why === undefined || why.status === 'hypothesis') return 'unknown';
  const references = why.evidence.flatMap((evidence) => evidence.references);
  const paths = references.flatMap((reference) => ('code' in reference ? [reference.code.path] : []));
  const commits = references.flatMap((reference) => ('commit' in reference ? [reference.commit.sha] : []));
  switch (level) {
    case 'symptom':
      return verdict(references.some((reference) => 'report' in reference && cluster.tests.some(({ id, title }) => id === reference.report.record || reference.report.record.includes(title))));
    case 'mechanism':
      return verdict(paths.some((path) => truth.mechanism.includes(path)));
    case 'condition':
      return verdict(paths.some((path) => truth.sites.some((site) => site.startsWith(`${path}#`))) && cluster.links.length > 0 && isSeeded(cluster.links[0].finding, truth));
    case 'origin':
      return verdict(commits.length > 0 && truth.origins.some((origin) => origin.startsWith(commits[0]) || commits[0].startsWith(origin)));
    default:
      return verdict(why.evidence[0]?.kind === truth.guard);
  }
}

function verdict(right) {
  return right ? 'right' : 'wrong';
}
