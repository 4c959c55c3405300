import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** The built command line: `npm test` builds before it tests. */
export const CLI = resolve(process.env['SSOT_AUDIT_CLI'] ?? 'dist/src/cli.js');

/** Runs the command line in a folder, without cache and colours, as where no terminal is. */
export function runCli(cwd: string, args: readonly string[], input = ''): { code: number | null; out: string; err: string } {
  const env = { ...process.env, XDG_CACHE_HOME: resolve(cwd, '.git/cache'), NO_COLOR: '1', FORCE_COLOR: undefined, COLUMNS: '100', GITHUB_ACTIONS: undefined, CI: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd, encoding: 'utf8', env, input });
  return { code: status, out: stdout, err: stderr };
}

export interface RunningCli {
  done: Promise<{ code: number | null; out: string; err: string }>;
  kill(signal: NodeJS.Signals): void;
}

/** As `runCli`, beside a server of the test's own process. Nothing of the CI that runs the test is passed on. */
export function startCli(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:GITHUB_|GH_|CI$|FORCE_COLOR$)/.test(name)));
  const child = spawn(process.execPath, [CLI, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...clean, XDG_CACHE_HOME: resolve(cwd, '.git/cache'), NO_COLOR: '1', ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => { out += text.toString(); });
  child.stderr.on('data', (text: Buffer) => { err += text.toString(); });
  return { done: new Promise((finish) => { child.on('close', (code) => finish({ code, out, err })); }), kill: (signal) => child.kill(signal) };
}
