import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** The built command line: `npm test` builds before it tests. */
export const CLI = resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js');

/** Runs the command line in a folder, without cache and colours, as where no terminal is. */
export function runCli(cwd: string, args: readonly string[], input = ''): { code: number | null; out: string; err: string } {
  const env = { ...process.env, XDG_CACHE_HOME: resolve(cwd, '.git/cache'), NO_COLOR: '1', FORCE_COLOR: undefined, COLUMNS: '100', GITHUB_ACTIONS: undefined, CI: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd, encoding: 'utf8', env, input });
  return { code: status, out: stdout, err: stderr };
}
