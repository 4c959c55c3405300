import { z } from 'zod';
import type { LoopService } from '../../config/loop-schema.js';
import type { PhaseRecordOf, Probe } from '../../model/loop-records.js';
import { compareText } from '../../util/compare.js';
import { definedOnly } from '../../util/defined-only.js';
import { plural } from '../../util/plural.js';
import { redact } from '../../util/redact.js';
import { isRevision, runGit } from '../../util/run-git.js';
import { checkInterrupted, commonOf, InterruptedError, keepJson, type LoopContext } from '../loop-context.js';
import { ask, judgeHealth, revisionIn } from '../probe-service.js';
import { endLeftover, runCommand } from '../run-command.js';
import { keptFile, slug } from '../run-store.js';

/** Written before the deploy command starts. */
const BEGUN_FILE = 'deployment/begun.json';
const OUTPUT_FILE = 'deployment/output.txt';

type Deploy = NonNullable<PhaseRecordOf<'deployment'>['deploy']>;

/** Phase 0: deploys when that was asked for, and probes the declared addresses. An unhealthy or old deployment is not tested unless told otherwise. */
export async function deploymentPhase(context: LoopContext): Promise<PhaseRecordOf<'deployment'>> {
  const { loop, store } = context;
  const startedAt = context.now().toISOString();
  const problems: string[] = [];
  const deploy = store.run.deploy && loop.deploy !== undefined ? await deployOnce(context, loop.deploy, problems) : undefined;
  checkInterrupted(context);
  const probes: Probe[] = [];
  for (const service of [...loop.services].sort((a, b) => compareText(a.name, b.name))) {
    context.say(`probing ${service.name}`);
    probes.push(await probe(service, context));
    checkInterrupted(context);
  }
  const refusals = [
    ...(deploy === undefined ? [] : deployRefusals(deploy)),
    ...probes.filter(({ verdict }) => verdict !== 'healthy').map(({ service, verdict }) => `${service} is ${verdict}`),
    ...probes.filter(({ revision }) => revision?.verdict === 'old').map(({ service }) => `${service} runs an old revision`),
  ];
  const refused = refusals.length > 0 && !store.run.allowUnhealthy;
  return { ...commonOf(context, 'deployment', startedAt, statementOf(probes, refusals, refused), refused ? 'refused' : 'done', problems), phase: 'deployment', probes, ...(deploy === undefined ? {} : { deploy }) };
}

function statementOf(probes: readonly Probe[], refusals: readonly string[], refused: boolean): string {
  if (refusals.length === 0 && probes.length === 0) return 'No service is declared (`loop.services`), so nothing was probed.';
  if (refusals.length === 0) return `${plural(probes.length, 'service')} answered as declared.`;
  return `${refusals.join('; ')}. ${refused ? 'Tests against that prove nothing and were refused; --allow-unhealthy runs them all the same.' : 'Tested all the same, because --allow-unhealthy was given.'}`;
}

function deployRefusals({ exitCode, signal, stoppedBy }: Deploy): string[] {
  if (exitCode === 0) return [];
  if (stoppedBy === 'interrupted') return ['the deploy command was stopped in the middle: its result is unknown, and it is not begun a second time'];
  return [`the deploy command ended with ${exitCode ?? signal ?? 'no exit code'}`];
}

const begunSchema = z.object({ startedAt: z.string() });

/** Deploys once per run, whatever happens: a run that was stopped in the middle of it does not know what came of it, and does not try again. */
async function deployOnce(context: LoopContext, { command, timeout }: { command: string; timeout: number }, problems: string[]): Promise<Deploy> {
  const { store, root } = context;
  const runningFile = store.path('running.json');
  if (endLeftover(runningFile)) context.say('the deploy command that the killed run had left running was ended');
  const begun = keptFile(store, BEGUN_FILE);
  const startedAt = begun === undefined ? context.now().toISOString() : begunSchema.parse(JSON.parse(begun.text)).startedAt;
  if (begun !== undefined) {
    const nothing = 'What it wrote until it was stopped was not kept.\n';
    return { command, cwd: '.', startedAt, finishedAt: context.now().toISOString(), stoppedBy: 'interrupted', output: store.keep(OUTPUT_FILE, nothing), outputDropped: 0, warnings: [] };
  }
  context.say(`deploying: ${command}`);
  keepJson(store, BEGUN_FILE, { startedAt });
  const outcome = await runCommand({ command, cwd: root, env: context.env, timeoutSeconds: timeout, runningFile, signal: context.signal, onOutput: context.stream });
  if (outcome.stoppedBy === 'interrupted') throw new InterruptedError();
  const output = redact(outcome.output);
  if (outcome.startError !== undefined) problems.push(`The deploy command could not be started: ${outcome.startError}.`);
  const warnings = output.split('\n').filter((line) => /\bwarn(?:ing)?\b/i.test(line)).slice(0, 50).map((line) => line.trim());
  return {
    command, cwd: '.', startedAt, finishedAt: context.now().toISOString(), output: store.keep(OUTPUT_FILE, output), outputDropped: outcome.dropped, warnings,
    ...definedOnly({ exitCode: outcome.exitCode, signal: outcome.signal, stoppedBy: outcome.stoppedBy }),
  };
}

async function probe(service: LoopService, context: LoopContext): Promise<Probe> {
  const { store } = context;
  const clock = (): number => context.now().getTime();
  const answer = await ask(service.health, service.deadline, clock);
  const { verdict, statement, warnings } = judgeHealth(answer, service);
  const body = answer.body === '' ? undefined : store.keep(`deployment/${slug(service.name)}-health.txt`, redact(answer.body));
  const revision = service.revision === undefined ? undefined : await probeRevision(service.revision, service, context);
  return {
    service: service.name, url: redact(service.health), verdict, statement, elapsedMs: answer.elapsedMs, warnings: warnings.map(redact),
    ...(answer.status === undefined ? {} : { httpStatus: answer.status }), ...(body === undefined ? {} : { body }), ...(revision === undefined ? {} : { revision }),
  };
}

async function probeRevision(url: string, service: LoopService, { root, loop, store, now }: LoopContext): Promise<NonNullable<Probe['revision']>> {
  const answer = await ask(url, service.deadline, () => now().getTime());
  const unknown = (statement: string): NonNullable<Probe['revision']> => ({ url: redact(url), verdict: 'unknown', statement });
  if (answer.failure !== undefined) return unknown(`The revision is unknown: ${answer.failure}`);
  if (answer.status !== 200) return unknown(`The revision is unknown: its address answered ${answer.status}.`);
  const value = revisionIn(answer.body);
  if (value === undefined) return unknown('The revision is unknown: the answer names none.');
  const head = store.run.commit;
  const sha = isRevision(value) ? runGit(root, ['rev-parse', '--verify', '--quiet', `${value}^{commit}`])?.trim() : undefined;
  const known = { url: redact(url), value };
  if (sha === undefined || head === undefined) return { ...known, verdict: 'unknown', statement: `It says that it runs ${value}, which this repository does not know as a commit.` };
  const committedAt = runGit(root, ['show', '-s', '--format=%cI', sha])?.trim();
  const commitsBehind = Number(runGit(root, ['rev-list', '--count', `${sha}..${head}`])?.trim() ?? Number.NaN);
  const dated = { ...known, ...(committedAt === undefined ? {} : { committedAt }), ...(Number.isNaN(commitsBehind) ? {} : { commitsBehind }) };
  const hours = committedAt === undefined ? undefined : (now().getTime() - new Date(committedAt).getTime()) / 3_600_000;
  const age = hours === undefined ? '' : `, committed ${ageWords(hours)} ago`;
  if (sha === head) return { ...dated, verdict: 'current', statement: `It runs ${value}, the audited commit${age}.` };
  const isOld = loop.maxRevisionAge === undefined || hours === undefined || hours > loop.maxRevisionAge;
  return { ...dated, verdict: isOld ? 'old' : 'current', statement: `It runs ${value}, ${Number.isNaN(commitsBehind) ? 'another commit than the audited one' : `${plural(commitsBehind, 'commit')} behind the audited one`}${age}.` };
}

function ageWords(hours: number): string {
  if (hours < 1) return plural(Math.max(0, Math.round(hours * 60)), 'minute');
  return hours < 48 ? plural(Math.round(hours), 'hour') : plural(Math.round(hours / 24), 'day');
}
