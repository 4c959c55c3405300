import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { suggestOwners } from '../canon.js';
import { findConfig } from '../config/load-config.js';
import { configTemplate, type TemplateContent } from '../config/config-template.js';
import { defaultConfig, failOnLevels } from '../config/schema.js';
import { repositoryRootOf } from '../discover/repository-root.js';
import { proposeSetup, type Proposal } from '../init/propose.js';
import { WORKFLOW_PATH, workflowTemplate } from '../init/workflow-template.js';
import { importersText } from '../reporters/words.js';
import { plural } from '../util/plural.js';
import { printable } from '../util/printable.js';
import { toolVersion } from '../util/tool-version.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { createAsker, Interrupted, type Asker } from './ask.js';
import { relativeInside } from './find-target.js';
import { writeStdout } from './output.js';
import { withTree, type RunFlags } from './run-scan.js';

export interface InitFlags extends Pick<RunFlags, 'quiet' | 'cache' | 'cacheDir' | 'threads'> {
  yes?: boolean;
  dryRun?: boolean;
  force?: boolean;
}

const FILE_NAME = 'ssot-audit.config.mjs';

/** What is to be written; absent: that file is not. */
interface Plan {
  config?: TemplateContent;
  workflow: boolean;
}

interface Place {
  root: string;
  /** Folder of the repository around it; absent outside of one. */
  repository: string | undefined;
  configFile: string;
  workflowFile: string;
}

/**
 * `ssot-audit init [dir]`: looks at the repository, proposes services, environments and owners, and writes a configuration and a workflow. Asks on
 * a terminal; `--yes` takes the defaults; without either it prints what it would write. Never replaces a file unasked.
 */
export async function initCommand(dir: string | undefined, flags: InitFlags): Promise<number> {
  const root = resolve(dir ?? '.');
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`There is no folder "${dir}".`, { code: 'path-not-found', hint: `Looked for ${root}` });
  }
  const repository = repositoryRootOf(root);
  const place: Place = { root, repository, configFile: join(root, FILE_NAME), workflowFile: join(repository ?? root, WORKFLOW_PATH) };
  const asks = !flags.yes && !flags.dryRun && process.stdin.isTTY && process.stdout.isTTY;
  requireNoOther(place, flags, asks);
  const proposal = await withTree({ root, paths: [], config: defaultConfig() }, flags, [], async (tree) => {
    const { findings } = await tree.check();
    return proposeSetup(tree.facts, suggestOwners(tree.facts, findings));
  });
  const plan = asks ? await askPlan(proposal, place, flags) : defaultPlan(proposal, place, flags);
  if (plan === undefined) return 130;
  if (!asks && !flags.yes) return preview(plan, place, flags);
  return write(plan, place);
}

/** A configuration that is there: another file of the same folder would win over ours, one of ours is replaced only when told to. */
function requireNoOther({ root, configFile }: Place, { force, dryRun }: InitFlags, asks: boolean): void {
  const present = findConfig(root);
  if (present === undefined || dryRun) return;
  if (present !== configFile && dirname(present) === root) {
    throw new UserError(`There is a configuration already: ${present}.`, { code: 'config-exists', hint: `Edit it; ${FILE_NAME} beside it would never be read. To see what would be proposed: ssot-audit init --dry-run` });
  }
  if (!force && !asks) {
    throw new UserError(`There is a configuration already: ${present}.`, { code: 'config-exists', hint: 'Edit it, or write a new one with --force. To see what would be proposed: ssot-audit init --dry-run' });
  }
}

function defaultPlan(proposal: Proposal, place: Place, { force }: InitFlags): Plan {
  return { config: { ...proposal, declaresOwners: false, failOn: 'error' }, workflow: wantsWorkflow(place) && (force === true || !existsSync(place.workflowFile)) };
}

/** GitHub by what is there: its folder, or no sign of another system. */
function wantsWorkflow({ repository }: Place): boolean {
  if (repository === undefined) return false;
  if (existsSync(join(repository, '.github'))) return true;
  return !['.gitlab-ci.yml', 'bitbucket-pipelines.yml', 'azure-pipelines.yml', 'Jenkinsfile', '.circleci'].some((name) => existsSync(join(repository, name)));
}

/** Undefined when the person went away. */
async function askPlan(proposal: Proposal, place: Place, flags: InitFlags): Promise<Plan | undefined> {
  await writeStdout(`${proposalText(proposal)}\n\n`);
  const asker = createAsker(process.stdin, process.stdout, true);
  try {
    return await planFrom(asker, proposal, place, flags);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    await writeStdout('\nNothing was written.\n');
    return undefined;
  } finally {
    asker.close();
  }
}

/** The questions, in the order of what they decide. */
export async function planFrom(asker: Asker, proposal: Proposal, place: Place, { force }: InitFlags): Promise<Plan> {
  const { services, environments, owners } = proposal;
  const present = findConfig(place.root);
  const writesConfig = present === undefined || force || await asker.yesNo(`${present === place.configFile ? `${FILE_NAME} is there already. Replace it?` : `${present} is in force. Write a nearer one?`}`, false);
  let config: TemplateContent | undefined;
  if (writesConfig) {
    config = {
      ...proposal,
      services: services.length > 0 && !await asker.yesNo(`Write ${services.length === 1 ? 'this service' : `these ${services.length} services`} into the configuration?`, true) ? [] : services,
      environments: environments.length > 0 && !await asker.yesNo(`Write ${environments.length === 1 ? 'this environment' : `these ${environments.length} environments`} too?`, true) ? [] : environments,
      declaresOwners: owners.length > 0 && await asker.yesNo(`Declare ${owners.length === 1 ? 'this owner' : `these ${owners.length} owners`}? Every other declaration is an error from then on; else they are written as comments.`, false),
      failOn: await asker.choice('Lowest severity that fails a run?', failOnLevels, 'error'),
    };
  }
  const isThere = existsSync(place.workflowFile);
  const workflow = isThere ? force === true || await asker.yesNo(`${WORKFLOW_PATH} is there already. Replace it?`, false) : await asker.yesNo(`Write ${WORKFLOW_PATH}, which checks pull requests on GitHub?`, wantsWorkflow(place));
  return { ...(config === undefined ? {} : { config }), workflow };
}

const MOST_SOURCES = 4;

/** What was seen, before the questions about it. */
export function proposalText({ services, environments, deployments, owners }: Proposal): string {
  const blocks = [
    services.length === 0 ? 'Services: none were found; the whole tree counts as one.' : ['Services:', ...services.map(({ name, kind, evidence }) => `  ${printable(name)}${kind === 'library' ? ' (library)' : ''}: ${printable(evidence)}`)].join('\n'),
    environments.length === 0 ? 'Environments: no file is for one of its own.' : ['Environments and their sources:', ...environments.map(({ name, sources }) => `  ${printable(name)}: ${shortList(sources)}`)].join('\n'),
    ...(deployments.length === 0 ? [] : [['Seen to deploy:', ...deployments.map(({ service, environment, sources }) => `  ${printable(service)}${environment === undefined ? '' : ` to ${printable(environment)}`}: ${shortList(sources)}`)].join('\n')]),
    ...(owners.length === 0 ? [] : [['Concepts with several declarations and one clear owner:', ...owners.map(({ concept, owner, reason, importers, others }) => (
      `  ${printable(concept)}: ${printable(owner)} (${importersText(importers)}; ${printable(reason)}), not ${shortList(others.map(({ path }) => path))}`))].join('\n')]),
  ];
  return blocks.join('\n\n');
}

function shortList(texts: readonly string[]): string {
  return `${texts.slice(0, MOST_SOURCES).map(printable).join(', ')}${texts.length > MOST_SOURCES ? ` and ${texts.length - MOST_SOURCES} more` : ''}`;
}

async function preview(plan: Plan, place: Place, { dryRun, force }: InitFlags): Promise<number> {
  const kept = !plan.workflow && existsSync(place.workflowFile) && !force;
  const parts = filesOf(plan, place).map(({ file, text }) => `# ${shown(file)}\n\n${text}`);
  await writeStdout(parts.join('\n'));
  process.stderr.write(`Nothing was written${kept ? `; ${shown(place.workflowFile)} is there already` : ''}. ${dryRun ? 'To write it: ssot-audit init --yes' : 'This is no terminal, so nothing could be asked. To write it as it stands: ssot-audit init --yes'}\n`);
  return 0;
}

async function write(plan: Plan, place: Place): Promise<number> {
  const files = filesOf(plan, place);
  for (const { file, text } of files) writeFileWhole(file, text);
  if (files.length === 0) {
    await writeStdout('Nothing was written.\n');
    return 0;
  }
  const { services = [], owners = [], declaresOwners = false } = plan.config ?? {};
  const found = plan.config === undefined ? '' : ` with ${services.length === 0 ? 'no services: none were found' : `${plural(services.length, 'service')}, as inferred`}${owners.length > 0 ? `, and ${plural(owners.length, 'owner')} ${declaresOwners ? 'declared' : 'proposed in comments'}` : ''}`;
  const kept = !plan.workflow && existsSync(place.workflowFile) ? ` ${shown(place.workflowFile)} is as it was.` : '';
  await writeStdout(`Wrote ${files.map(({ file }) => shown(file)).join(' and ')}${found}.${kept}\nCorrect ${files.length === 1 ? 'it, commit it' : 'them, commit them'}, and run: ssot-audit\nTo fail only on what gets worse from here on: ssot-audit baseline\n`);
  return 0;
}

function filesOf({ config, workflow }: Plan, { root, repository, configFile, workflowFile }: Place): { file: string; text: string }[] {
  const version = toolVersion().split('.').slice(0, 2).join('.');
  return [
    ...(config === undefined ? [] : [{ file: configFile, text: configTemplate(config) }]),
    ...(workflow ? [{ file: workflowFile, text: workflowTemplate({ version, folder: repository === undefined ? '' : relativeInside(repository, root) ?? '' }) }] : []),
  ];
}

function shown(file: string): string {
  const inside = relative(process.cwd(), file);
  return inside === '' || inside.startsWith('..') ? file : inside;
}
