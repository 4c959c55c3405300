#!/usr/bin/env node
/**
 * The command line. Declares every command and its flags, and imports a command only when it runs: `--help` must cost little more than
 * starting Node, so commander is the only package imported here. The one file that sets the exit code.
 */
import './commands/compile-cache.js';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { ExplainFlags } from './commands/explain.js';
import type { InitFlags } from './commands/init.js';
import type { RulesFlags } from './commands/rules.js';
import type { ScanFlags } from './commands/scan.js';

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

function buildProgram(finishWith: (code: number) => void): Command {
  const program = new Command('ssot-audit')
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
    .action(async (id: string | undefined, flags: RulesFlags) => finishWith(await (await import('./commands/rules.js')).rulesCommand(id, flags)));

  program.command('explain')
    .description('explain a rule, or show the facts behind a finding')
    .argument('<rule-or-fingerprint>', 'a rule, or the beginning of a finding\'s fingerprint')
    .argument('[paths...]', 'what to audit when no saved scan is given')
    .option('--scan <file>', 'a result saved with --format json, instead of a new scan')
    .option('-c, --config <file>', 'configuration file')
    .option('--no-code-config', 'refuse a configuration that is code')
    .option('--root <dir>', 'root of the audited tree')
    .option('--cache-dir <dir>', 'where to keep what was learned of unchanged files')
    .option('--no-cache', 'neither read nor write the cache')
    .option('--threads <n>', 'worker threads', wholeNumber)
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress and no notes')
    .action(async (what: string, paths: string[], flags: ExplainFlags) => finishWith(await (await import('./commands/explain.js')).explainCommand(what, paths, flags)));

  program.command('init')
    .description('write a commented ssot-audit.config.mjs from what the repository shows')
    .argument('[dir]', 'where (default: the current folder)')
    .option('--force', 'replace a configuration that is there')
    .option('-q, --quiet', 'no progress and no notes')
    .action(async (dir: string | undefined, flags: InitFlags) => finishWith(await (await import('./commands/init.js')).initCommand(dir, flags)));

  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  return program;
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), ...value.split(',').map((part) => part.trim()).filter((part) => part !== '')];
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
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
  ssot-audit init                       write down the services it inferred

Exit codes:
  0    audited; no finding in force at or above --fail-on
  1    audited; there is such a finding
  2    could not audit: wrong flag, configuration or path, full disk, a bug
  3    audited in part: too many files were unreadable or parsed only in part
       (coverage.maxSkipped), or a rule failed
  130  interrupted`;
}
