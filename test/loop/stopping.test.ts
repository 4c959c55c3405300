import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, startCli } from '../support/shop-cli.js';
import { temporaryTree } from '../support/temporary-tree.js';

/** Waits for ever the first time, with a child of its own that does too; the second time it reports that all is well. */
const WAITS_ONCE = `
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
if (existsSync('begun.txt')) {
  writeFileSync('report.xml', '<testsuites><testsuite name="orders"><testcase classname="orders" name="are sent" time="0.1"/></testsuite></testsuites>');
} else {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  writeFileSync('begun.txt', process.pid + ' ' + child.pid);
  setInterval(() => undefined, 1000);
}
`;
/** Says that it ran, and takes its time. */
const DEPLOY = "require('fs').appendFileSync('deployed.txt', process.pid + '\\\\n'); setTimeout(() => undefined, 60000)";

function project(loop: object): string {
  return temporaryTree({ 'suite.mjs': WAITS_ONCE, 'ssot-audit.config.json': JSON.stringify({ loop: { suites: [{ name: 'orders', command: 'node suite.mjs', reports: ['report.xml'] }], ...loop } }) });
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 600) throw new Error('it did not come to pass');
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

const pids = (root: string, file: string): number[] => readFileSync(join(root, file), 'utf8').trim().split(/\s+/).map(Number);
/** A zombie that nobody has buried yet is dead too. */
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
const worklog = (root: string): string => runCli(root, ['worklog']).out;

describe.skipIf(!existsSync('/proc/self/stat'))('a loop that is stopped', { timeout: 120_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('by %s leaves nothing running once it goes on, and goes on with --resume', async (signal) => {
    const root = project({});
    const loop = startCli(root, ['loop', '-q']);
    await until(() => existsSync(join(root, 'begun.txt')) && pids(root, 'begun.txt').length === 2);
    loop.kill(signal);
    const { code, err } = await loop.done;
    if (signal !== 'SIGKILL') {
      expect({ code, err }).toEqual({ code: 130, err: expect.stringMatching(/stopped\. What was finished is kept; go on with: ssot-audit loop --resume \d{8}T/) as string });
      expect(pids(root, 'begun.txt').filter(isAlive)).toEqual([]);
    }
    const resumed = runCli(root, ['loop', '-q', '--resume']);
    expect(resumed.out).toContain('1 suite ran, 1 with strong evidence.');
    expect(pids(root, 'begun.txt').filter(isAlive)).toEqual([]);
    expect(resumed.code).toBe(0);
    expect(readdirSync(join(root, '.ssot-audit/runs'))).toHaveLength(1);
  });

  it('deploys only when it is told to', () => {
    const root = project({ suites: [], deploy: { command: "node -e \"require('fs').writeFileSync('deployed.txt', ''); console.log('WARNING: the JWT secret is the default')\"" } });
    runCli(root, ['loop', '-q', '--phase', 'deployment']);
    expect(existsSync(join(root, 'deployed.txt'))).toBe(false);
    expect(runCli(root, ['loop', '-q', '--deploy', '--phase', 'deployment']).code).toBe(0);
    expect(existsSync(join(root, 'deployed.txt'))).toBe(true);
    expect(worklog(root)).toContain('- **Result:** ended with 0 ([output](deployment/output.txt))\n- **Warning:** WARNING: the JWT secret is the default ([output](deployment/output.txt))');
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('by %s in the middle of a deployment does not know its result, does not deploy a second time, and tests nothing', async (signal) => {
    const root = project({ deploy: { command: `node -e "${DEPLOY}"` } });
    const loop = startCli(root, ['loop', '-q', '--deploy']);
    await until(() => existsSync(join(root, 'deployed.txt')) && pids(root, 'deployed.txt')[0]! > 0);
    loop.kill(signal);
    await loop.done;
    const { code, out } = runCli(root, ['loop', '-q', '--resume']);
    expect(code).toBe(1);
    expect(out).toContain('REFUSED: the deploy command was stopped in the middle: its result is unknown, and it is not begun a second time.');
    expect(pids(root, 'deployed.txt')).toHaveLength(1);
    expect(pids(root, 'deployed.txt').filter(isAlive)).toEqual([]);
    expect(existsSync(join(root, 'begun.txt'))).toBe(false);
    expect(worklog(root)).toContain('- **Result:** unknown: it was stopped in the middle, and was not begun a second time');
    expect(worklog(root)).toContain('## PHASE 2: TEST EXECUTION - NOT RUN');
  });
});
