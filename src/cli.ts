#!/usr/bin/env node
/**
 * The command line. Declares every command and its flags, and imports a command only when it runs: `--help` must cost little more than
 * starting Node, so commander is the only package imported here. The one file that sets the exit code.
 */
import './commands/compile-cache.js';
import { CommanderError, InvalidArgumentError, Option } from 'commander';
import { AuditCommand, wholeNumber } from './commands/audit-command.js';
import type { CanonFlags } from './commands/canon.js';
import type { EnvFlags } from './commands/env.js';
import type { BaselineFlags } from './commands/baseline.js';
import type { ExplainFlags } from './commands/explain.js';
import type { InitFlags } from './commands/init.js';
import type { IssuesFlags } from './commands/issues.js';
import type { LinkFlags } from './commands/link.js';
import type { LoopFlags, WorklogFlags } from './commands/loop.js';
import type { ProofFlags } from './commands/proof.js';
import type { RulesFlags } from './commands/rules.js';
import type { ScanFlags } from './commands/scan.js';
import type { SchemaFlags } from './commands/schema.js';
import type { TrendFlags } from './commands/trend.js';

process.on('SIGINT', () => process.exit(130)); // 128 + signal 2, as shells expect; exit handlers remove unfinished files
// A reader that closes early (`--help | head`) is no failure; what a report meets is said by commands/output.ts.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') process.exitCode = 2; });
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const finishWith = (code: number): void => { exitCode = code; };
  try {
    // `scan` may be written or left out; `help` is what people try first.
    const words = argv[0] === 'help' && argv.length === 1 ? ['--help'] : argv[0] === 'scan' ? argv.slice(1) : argv;
    await buildProgram(finishWith).parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help, --version
    const { reportError } = await import('./commands/report-error.js');
    return reportError(error, argv);
  }
}

function buildProgram(finishWith: (code: number) => void): AuditCommand {
  const program = new AuditCommand('ssot-audit')
    .description('Finds knowledge that a repository states more than once: across files, languages and services.')
    .usage('[scan] [paths...] [options]')
    .argument('[paths...]', 'files or folders to audit (default: the current folder)')
    .enablePositionalOptions()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined }) // errors are reported in one place, `reportError`
    .option('-V, --version', 'print the version')
    .option('--report [dir]', 'for CI: also write Markdown, JSON and SARIF into dir (default: ssot-report); in GitHub Actions annotate, summarize and set outputs too')
    .addOption(new Option('-f, --format <format>', 'what to print (default: table)').choices(['table', 'json', 'sarif', 'markdown', 'github', 'junit', 'codeclimate']))
    .option('-o, --output <file>', 'write to a file instead of stdout; .json, .sarif, .md, .xml (JUnit), .codeclimate.json and .txt choose the format')
    .option('--only <rule>', 'run only this rule; repeatable, globs allowed', collect)
    .option('--skip <rule>', 'do not run this rule; repeatable, globs allowed', collect)
    .addOption(new Option('--fail-on <level>', 'lowest severity that makes the exit code 1 (default: error)').choices(['error', 'warning', 'info', 'none']))
    .option('--base <ref>', 'report what the change makes worse since it left this ref (the merge base with HEAD): only that fails')
    .option('--baseline-from-ref <ref>', 'the same against the tree of the ref itself')
    .option('--baseline <file>', 'file of known findings (default: .ssot-baseline.json, where there is one)')
    .option('--no-baseline', 'compare with no baseline')
    .option('--staged', 'audit what is staged, as a commit would take it; usually with --base HEAD')
    .option('--report-only', 'never exit with 1 or 3 because of what was found')
    .option('--history <file>', 'append the counts and the compliance figure of this commit to a file, a JSON line per run')
    .option('--now <time>', 'time of that line (default: the date of the commit)')
    .option('--all', 'show all findings')
    .option('--max <n>', 'show this many findings (default: 15 in the table)', wholeNumber)
    .option('-c, --config <file>', 'configuration (default: the nearest ssot-audit.config.{ts,mjs,js,json} or package.json#ssotAudit)')
    .option('--no-code-config', 'refuse a configuration that is code, as for a pull request from a stranger')
    .option('--root <dir>', 'root of the audited tree (default: where the configuration is, else the folder given)')
    .option('--cache-dir <dir>', 'where to keep what was learned of unchanged files')
    .option('--no-cache', 'neither read nor write the cache')
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber)
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .option('-q, --quiet', 'no progress and no notes, only results and errors')
    .addHelpText('after', helpText())
    .action(async (paths: string[], flags: ScanFlags & { version?: boolean }) => {
      if (flags.version) {
        const { toolVersion } = await import('./util/tool-version.js');
        process.stdout.write(`${toolVersion()}\n`);
        return;
      }
      finishWith(await (await import('./commands/scan.js')).scanCommand(paths, flags));
    });

  program.command('rules')
    .description('list the rules, or show one with its options')
    .argument('[id]', 'a rule')
    .addOption(new Option('-f, --format <format>', 'what to print').choices(['table', 'json']).default('table'))
    .option('-c, --config <file>', 'configuration file, for the rules of its plugins')
    .option('--no-color', 'no colours')
    .addHelpText('after', `
Examples:
  ssot-audit rules                      all rules with their severity
  ssot-audit rules duplicate-manager    one in full, with its options
  ssot-audit rules -f json              for a program`)
    .action(async (id: string | undefined, flags: RulesFlags) => finishWith(await (await import('./commands/rules.js')).rulesCommand(id, flags)));

  program.command('explain')
    .description('explain a rule, or show the facts behind a finding')
    .argument('<rule-or-fingerprint>', 'a rule, or the beginning of a finding\'s fingerprint')
    .argument('[paths...]', 'what to audit when no saved scan is given')
    .option('--scan <file>', 'a result saved with --format json, instead of a new scan')
    .targetOptions()
    .cacheOptions()
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress and no notes')
    .addHelpText('after', `
Examples:
  ssot-audit explain 3fa9c1             a finding: its places with source and
                                        facts, what differs, why this owner
  ssot-audit explain 3fa9c1 --scan scan.json        from a saved result, at once
  ssot-audit explain duplicate-manager  a rule: why it matters, how to accept it`)
    .action(async (what: string, paths: string[], flags: ExplainFlags) => finishWith(await (await import('./commands/explain.js')).explainCommand(what, paths, flags)));

  program.command('link')
    .description('link failing tests to suspects, violations and five whys')
    .argument('<report...>', 'test reports, or folders and archives that hold some: JUnit, Playwright, Jest, Vitest, pytest, TAP, CTRF, logs, worklogs ...')
    .option('--root <dir>', 'root of the tested tree (default: where the configuration is, else the current folder)')
    .option('--scan <file>', 'a result saved with --format json, instead of a new scan')
    .option('--since <commit>', 'the commit at which the tests were last green')
    .option('--coverage <file>', 'lines that the tests ran, as lcov; repeatable', collect)
    .addOption(new Option('-f, --format <format>', 'what to print (default: table)').choices(['table', 'json', 'markdown']))
    .option('-o, --output <file>', 'write to a file instead of stdout; .json and .md choose the format')
    .option('--all', 'show all clusters, suspects and tests')
    .configOptions()
    .cacheOptions()
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress and no notes')
    .addHelpText('after', `
Examples:
  ssot-audit link test-results/                  all reports below a folder
  ssot-audit link junit.xml --since v1.4.0       what changed since counts more
  ssot-audit link junit.xml --scan scan.json -o link.json
  ssot-audit link worklog.md -o failures.md      a report to paste

A failure that no violation explains is said to be so. Exit code 0: the
reports were read; 2: there was none, or it could not be read.`)
    .action(async (reports: string[], flags: LinkFlags) => finishWith(await (await import('./commands/link.js')).linkCommand(reports, flags)));

  program.command('issues')
    .description('file what link and scan found as GitHub issues, each problem once, and keep them true')
    .argument('<file...>', 'results of link or scan (--format json), and test reports of later runs: what passes there is closed')
    .option('--create', 'send; without it nothing is sent, and what would be is printed')
    .option('--dry-run', 'print only (the default)')
    .option('--out <dir>', 'write the bodies of a dry run as Markdown')
    .option('--repo <owner/name>', 'where to file (default: GITHUB_REPOSITORY, else the git remote "origin")')
    .option('--api-url <url>', 'address of a GitHub Enterprise server: https://github.company.com/api/v3')
    .option('--max-new <n>', 'file at most so many new issues, and list the rest in one (default: 10)', wholeNumber)
    .option('--include-environment', 'file failures of the environment too, which the source cannot explain')
    .option('--pr <number>', 'also keep a comment on this pull request up to date', wholeNumber)
    .option('--run <id>', 'name of the run; the same name again is the same run (default: GITHUB_RUN_ID, else a hash of the files)')
    .option('--commit <sha>', 'commit that was tested (default: GITHUB_SHA, else HEAD)')
    .option('--ledger <file>', 'what was filed from here (default: .ssot-audit/issues.json)')
    .addOption(new Option('-f, --format <format>', 'what to print').choices(['table', 'json']).default('table'))
    .configOptions()
    .option('--root <dir>', 'root of the tested tree')
    .option('-q, --quiet', 'no progress and no notes')
    .addHelpText('after', `
Examples:
  ssot-audit issues link.json                    what would be sent, and why
  ssot-audit issues link.json --out drafts/      read the bodies first
  GITHUB_TOKEN=... ssot-audit issues link.json --create
  ssot-audit issues junit.xml --create           a green run closes issues

An issue is found again by a hidden marker, never by its title. People may edit
around our part, close it as "not planned", or label it ssot-audit:ignore: then
it is left alone. Secrets are taken out before anything leaves the machine.

Exit codes: 0 done, 1 some of it was refused, 2 nothing was done.`)
    .action(async (files: string[], flags: IssuesFlags) => finishWith(await (await import('./commands/issues.js')).issuesCommand(files, flags)));

  program.command('env')
    .description('show who reads which environment variable, and what each environment gives it')
    .argument('[paths...]', 'only variables that these files or folders read or set')
    .addOption(new Option('-f, --format <format>', 'what to print (default: table)').choices(['table', 'json', 'markdown']))
    .option('-o, --output <file>', 'write to a file instead of stdout; .json and .md choose the format')
    .option('--service <name>', 'only this service; repeatable, . is what no service claims', collect)
    .option('--environment <name>', 'only this environment: production, staging ...; repeatable', collect)
    .option('--variable <glob>', 'only variables of this name; repeatable', collect)
    .option('--missing', 'only variables that the code needs and nothing is seen to give')
    .targetOptions()
    .cacheOptions()
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', `
Examples:
  ssot-audit env --service api --environment production
                                        what api gets there, and from where
  ssot-audit env --missing              what is needed and not given
  ssot-audit env --variable 'REDIS_*'   one family of variables, in all services
  ssot-audit env services/api           what these files read or set
  ssot-audit env -o env.md              the whole matrix, for a wiki

Values of secrets are never printed: only that they are set.`)
    .action(async (paths: string[], flags: EnvFlags) => finishWith(await (await import('./commands/env.js')).envCommand(paths, flags)));

  program.command('canon')
    .description('show the declared owners of concepts and what goes against them, or propose owners to declare')
    .argument('[dir]', 'folder of the repository (default: the current folder)')
    .option('--suggest', 'propose owners for concepts with several declarations, with reasons and importer counts')
    .addOption(new Option('-f, --format <format>', 'what to print').choices(['table', 'json']).default('table'))
    .targetOptions()
    .cacheOptions()
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', `
Examples:
  ssot-audit canon                      each declared owner: kept or violated
  ssot-audit canon --suggest            entries of "owners" to paste
  ssot-audit canon --suggest -f json    the same for a program`)
    .action(async (dir: string | undefined, flags: CanonFlags) => finishWith(await (await import('./commands/canon.js')).canonCommand(dir, flags)));

  program.command('schema')
    .description('list the JSON schemas of the configuration and of all outputs, or print one')
    .argument('[name]', 'a schema')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .addHelpText('after', `
Examples:
  ssot-audit schema                     what there is
  ssot-audit schema scan-result         of what --format json prints
  ssot-audit schema config -o ssot-audit.schema.json`)
    .action(async (name: string | undefined, flags: SchemaFlags) => finishWith(await (await import('./commands/schema.js')).schemaCommand(name, flags)));

  program.command('init')
    .description('look at the repository, and write a commented ssot-audit.config.mjs and a GitHub workflow')
    .argument('[dir]', 'where (default: the current folder)')
    .option('-y, --yes', 'ask nothing, take the defaults')
    .option('--dry-run', 'print what would be written, and write nothing')
    .option('--force', 'replace files that are there')
    .cacheOptions()
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', `
Examples:
  ssot-audit init                       look, ask, and write both files
  ssot-audit init --dry-run             see what it would write
  ssot-audit init --yes                 for a script: what was inferred, with
                                        owners proposed in comments`)
    .action(async (dir: string | undefined, flags: InitFlags) => finishWith(await (await import('./commands/init.js')).initCommand(dir, flags)));

  program.command('loop')
    .description('deployment, test selection, execution, classification, five whys, audit, issues: one run with a worklog')
    .addOption(new Option('--phase <phase>', 'run only this phase; repeatable').argParser(collect))
    .option('--resume [run]', 'go on with a run that was stopped or killed (default: the last)')
    .option('--focus <words>', 'only suites with this name, tag or priority; commas between several', collect)
    .option('--budget <time>', 'leave out what would take longer, by earlier runs: 90s, 10m, 1h', duration)
    .option('--base <ref>', 'commit or branch to prove stability against')
    .option('--deploy', 'run the declared deploy command first')
    .option('--create', 'file the issues on GitHub (token: GITHUB_TOKEN); without it they are drafted')
    .option('--pr', 'open or update the pull request of the branch, with pull-request.md in it')
    .option('--repo <owner/name>', 'repository to file in (default: the configuration, GITHUB_REPOSITORY, git remote origin)')
    .option('--api-url <url>', 'API of a GitHub Enterprise server')
    .option('--allow-unhealthy', 'test even where a service is unhealthy or runs an old revision')
    .targetOptions()
    .cacheOptions()
    .option('-q, --quiet', 'no progress and no output of the suites')
    .addHelpText('after', `
Phases: deployment, selection, execution, classification, analysis, audit, issues.
Each leaves a record below .ssot-audit/runs/<run>/, and worklog.md is made from them.
Only what the section "loop" of the configuration names is run or contacted; GitHub only with --create or --pr.

Examples:
  ssot-audit loop                          all phases
  ssot-audit loop --focus P0,checkout      only suites of that priority or tag
  ssot-audit loop --phase deployment       is it up, and is it the right revision?
  ssot-audit loop --resume                 go on where the last run was stopped
  ssot-audit loop --resume --create        after reading the drafts: file them
  ssot-audit loop --base main --pr         prove the branch against main, and say so in its pull request

Exit codes:
  0    all suites gave strong evidence, nothing failed
  1    failures, weak evidence, a refused deployment, or NOT PROVEN
  2    could not run
  130  interrupted; what was finished is kept`)
    .action(async (flags: LoopFlags) => finishWith(await (await import('./commands/loop.js')).loopCommand(flags)));

  program.command('worklog')
    .description('print the worklog of a run of the loop, made from its records')
    .argument('[run]', 'id of the run (default: the last)')
    .addOption(new Option('-f, --format <format>', 'what to print').choices(['markdown', 'json']).default('markdown'))
    .targetOptions()
    .action(async (run: string | undefined, flags: WorklogFlags) => finishWith(await (await import('./commands/loop.js')).worklogCommand(run, flags)));

  program.command('trend')
    .description('violations, failures and evidence over the runs of the loop')
    .addOption(new Option('-f, --format <format>', 'what to print').choices(['table', 'json']).default('table'))
    .option('--svg <file>', 'also write it as a picture')
    .option('--last <n>', 'how many runs (default: 30)', wholeNumber)
    .targetOptions()
    .action(async (flags: TrendFlags) => finishWith(await (await import('./commands/trend.js')).trendCommand(flags)));

  addBaselineCommands(program, finishWith);

  program.command('proof')
    .description('set together what speaks for a change and what is open: PROVEN or NOT PROVEN, and why')
    .option('--base <ref>', 'the ref that the change is to go to; compared is where HEAD left it')
    .option('--baseline-from-ref <ref>', 'compare with the tree of the ref itself')
    .option('--reports <path...>', 'test reports (files or folders) of the changed tree, in any format that `link` reads')
    .addOption(new Option('-f, --format <format>', 'what to print (default: table)').choices(['table', 'markdown', 'json']))
    .option('-o, --output <file>', 'write to a file instead of stdout; .md and .json choose the format')
    .targetOptions()
    .cacheOptions()
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress and no notes')
    .addHelpText('after', `
PROVEN (exit 0) means: no finding blocks, nothing that was removed has an
importer left, no required variable that changed code reads is missing where
it is deployed, and every test file that imports a changed file, directly or
not, passed in a report of strong evidence. Anything else is NOT PROVEN
(exit 1), with the reasons.`)
    .action(async (flags: ProofFlags) => finishWith(await (await import('./commands/proof.js')).proofCommand(flags)));

  // The help lists them as one comes to need them.
  const order = ['init', 'rules', 'explain', 'baseline', 'proof', 'link', 'issues', 'loop', 'worklog', 'trend', 'env', 'canon', 'schema'];
  (program.commands as AuditCommand[]).sort((a, b) => order.indexOf(a.name()) - order.indexOf(b.name()));
  for (const command of program.commands.flatMap((command) => [command, ...command.commands])) command.exitOverride().configureOutput({ writeErr: () => undefined });
  return program;
}

function addBaselineCommands(program: AuditCommand, finishWith: (code: number) => void): void {
  const withTarget = (command: AuditCommand): AuditCommand => command
    .option('--baseline <file>', 'the file (default: .ssot-baseline.json beside the configuration)')
    .targetOptions()
    .cacheOptions()
    .option('-q, --quiet', 'no progress and no notes');
  const withNotes = (command: AuditCommand): AuditCommand => command
    .option('--reason <text>', 'why it is accepted; kept with each entry that is added')
    .option('--owner <name>', 'who answers for it')
    .option('--until <date>', 'last day on which it is accepted, YYYY-MM-DD');
  const baseline = withNotes(withTarget(program.command('baseline')))
    .description('write down the findings of today, so that only what is new or worse fails')
    .option('--force', 'replace a baseline that is there')
    .addHelpText('after', `
A run that finds the file compares with it. Entries name rule, concept and
places (path#symbol), no lines: moved lines and renamed files change nothing,
one more copy of something known is reported with the place it was added.

As git's merge driver of the file:
  git config merge.ssot.driver 'npx ssot-audit baseline merge %O %A %B'
  echo '.ssot-baseline.json merge=ssot' >> .gitattributes`)
    .action(async (flags: BaselineFlags) => finishWith(await (await import('./commands/baseline.js')).createBaselineCommand(flags)));
  withNotes(withTarget(baseline.command('update')))
    .description('print what is new (+) and what is gone (-); take out what is gone, add only with --accept-new --reason')
    .option('--accept-new', 'accept what is new or worse')
    .action(async (_: BaselineFlags, command: AuditCommand) => finishWith(await (await import('./commands/baseline.js')).updateBaselineCommand(command.optsWithGlobals())));
  withTarget(baseline.command('prune'))
    .description('take out what is gone; never adds')
    .action(async (_: BaselineFlags, command: AuditCommand) => finishWith(await (await import('./commands/baseline.js')).pruneBaselineCommand(command.optsWithGlobals())));
  baseline.command('merge')
    .description('merge three ways into <ours>; the stricter side wins')
    .argument('<base>', 'the version that both began as')
    .argument('<ours>', 'our version; the result is written here')
    .argument('<theirs>', 'their version')
    .action(async (base: string, ours: string, theirs: string) => finishWith(await (await import('./commands/baseline.js')).mergeBaselineCommand([base, ours, theirs])));
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), ...value.split(',').map((part) => part.trim()).filter((part) => part !== '')];
}

/** Seconds of `90s`, `10m`, `1h`. */
function duration(value: string): number {
  const parts = /^(?<count>\d{1,6})(?<unit>[smh])$/.exec(value)?.groups;
  if (!parts || Number(parts['count']) === 0) throw new InvalidArgumentError('It must be a time such as 90s, 10m or 1h.');
  return Number(parts['count']) * { s: 1, m: 60, h: 3600 }[parts['unit'] as 's' | 'm' | 'h'];
}

/** What a newcomer needs beyond the list of flags. */
function helpText(): string {
  return `
Examples:
  ssot-audit                            audit the current folder
  ssot-audit --only 'duplicate-*' --all   all that some of the rules say
  ssot-audit --report                   for CI: print, and write
                                        ssot-report/ssot-audit.{md,json,sarif};
                                        in GitHub Actions also annotations, the
                                        step's summary and outputs (docs/ci.md)
  ssot-audit -o junit.xml               for a CI that shows test results
  ssot-audit -o gl-code-quality-report.json        for GitLab
  ssot-audit -o scan.json               save the result, then see the facts
  ssot-audit explain 3fa9c1 --scan scan.json       behind one of its findings
  ssot-audit --base origin/main         only what the change makes worse
  ssot-audit init                       write down the services it inferred

Exit codes:
  0    audited; no finding in force at or above --fail-on
  1    audited; there is such a finding, or one that blocks where a run
       compares (--base, a baseline)
  2    could not audit: wrong flag, configuration or path, full disk, a bug
  3    audited in part: too many files were unreadable or parsed only in part
       (coverage.maxSkipped), or a rule failed
  130  interrupted`;
}
