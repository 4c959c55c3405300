import { linkResultSchema, type Cluster, type LinkResult } from '../../model/link-result.js';
import { keptFile } from '../run-store.js';
import type { PhaseRecordOf } from '../../model/loop-records.js';
import { plural } from '../../util/plural.js';
import { commonOf, type LoopContext } from '../loop-context.js';
import { LINK_FILE } from './classification.js';

/** Phase 4: the five whys, links, patterns and prevention of what phase 3 linked. */
export async function analysisPhase(context: LoopContext): Promise<PhaseRecordOf<'analysis'>> {
  const { store } = context;
  const startedAt = context.now().toISOString();
  const artifact = keptFile(store, LINK_FILE);
  if (artifact === undefined) return { ...commonOf(context, 'analysis', startedAt, 'No failure to analyse.'), phase: 'analysis', clusters: [], patterns: [], prevention: [] };
  const result: LinkResult = linkResultSchema.parse(JSON.parse(artifact.text));
  const explained = result.clusters.filter(({ links }) => links.length > 0).length;
  const statement = result.clusters.length === 0 ? 'No failure to analyse.' : `${explained} of ${plural(result.clusters.length, 'cluster')} ${explained === 1 ? 'is' : 'are'} explained by a violation.`;
  return {
    ...commonOf(context, 'analysis', startedAt, statement),
    phase: 'analysis',
    link: artifact.artifact,
    clusters: result.clusters.map(clusterRow),
    patterns: result.patterns.map((pattern) => pattern.statement),
    prevention: result.prevention.flatMap(({ edits, guard }) => [...edits.map(({ location, instruction }) => `${location.path}:${location.range.start.line}: ${instruction}`), guard]),
  };
}

function clusterRow({ fingerprint, title, verdict, links, suspects, whys, openQuestion }: Cluster): PhaseRecordOf<'analysis'>['clusters'][number] {
  const [link] = links;
  const [suspect] = suspects;
  return {
    fingerprint, title, whys: whys.map(({ level, answer, status }) => ({ level, answer, status })),
    verdict: link === undefined ? verdict : `${link.finding.ruleId}: ${link.finding.message}`,
    ...(link === undefined ? {} : { violation: link.finding.fingerprint }),
    ...(suspect === undefined ? {} : { suspect: suspect.path }),
    ...(openQuestion === undefined ? {} : { openQuestion }),
  };
}
