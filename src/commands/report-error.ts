import { CommanderError } from 'commander';
import { printable } from '../util/printable.js';
import { UserError } from '../util/user-error.js';
import { writeStdout } from './output.js';
import { forStderr } from './terminal-options.js';

const EXIT_CODE = 2;

/**
 * Says what went wrong: to stderr for people; with `--format json` also as an object on stdout, so that a program that reads it never meets
 * half a sentence. A UserError is shown without a stack, anything else is a bug and keeps it. Returns the exit code.
 */
export async function reportError(error: unknown, argv: readonly string[]): Promise<number> {
  const { code, message, hint } = describe(error);
  if (wantsJson(argv)) {
    try {
      await writeStdout(`${JSON.stringify({ error: true, code, message, ...(hint === undefined ? {} : { hint }) })}\n`);
    } catch {
      // stdout itself is what failed; stderr still gets the message
    }
  }
  process.stderr.write(forStderr(`ssot-audit: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`));
  return EXIT_CODE;
}

function describe(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof UserError) {
    const message = error.message.split('\n').map((line) => line.replace(/\S.*/, printable)).join('\n');
    return { code: error.code, message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  if (error instanceof CommanderError) {
    return { code: 'usage', message: error.message.replace(/^error: /, ''), hint: 'ssot-audit --help lists all flags.' };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: `internal error, please report it: ${stack}` };
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some((argument, index) => /^(--format|-f)=json$/.test(argument) || (/^(--format|-f)$/.test(argument) && argv[index + 1] === 'json') || argument === '-fjson');
}
