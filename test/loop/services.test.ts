import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startCli } from '../support/shop-cli.js';
import { git, temporaryTree } from '../support/temporary-tree.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function project(loop: object): string {
  const root = temporaryTree({ 'ssot-audit.config.json': JSON.stringify({ loop: { suites: [{ name: 'orders', command: 'touch ran.txt' }], ...loop } }) });
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'orders');
  return root;
}

async function worklogOf(root: string, ...args: string[]): Promise<{ code: number | null; worklog: string }> {
  const { code } = await startCli(root, ['loop', '-q', ...args]).done;
  return { code, worklog: readFileSync(join(root, '.ssot-audit/runs', readdirSync(join(root, '.ssot-audit/runs')).sort().at(-1)!, 'worklog.md'), 'utf8') };
}

it('gives each service that is not in order its own words, and tests nothing', { timeout: 60_000 }, async () => {
  const asked: string[] = [];
  const elsewhere = await listen((request, response) => { asked.push(request.url!); response.end('{}'); });
  const services = {
    catalog: await listen(() => undefined),
    drops: await listen((request) => { request.socket.destroy(); }),
    mail: await listen((_, response) => response.writeHead(500).end('{"status":"healthy"}')),
    moved: await listen((_, response) => response.writeHead(302, { location: elsewhere }).end()),
    slow: await listen((_, response) => { setTimeout(() => response.end('{"status":"ok"}'), 700); }),
  };
  const root = project({ services: Object.entries(services).map(([name, url]) => ({ name, health: `${url}/health`, deadline: 1 })) });
  const { code, worklog } = await worklogOf(root);
  expect(code).toBe(1);
  expect(worklog).toContain('- **catalog:** unreachable. It accepted no request or gave no answer within 1 s.');
  expect(worklog).toContain('- **drops:** unreachable. It closed the connection without an answer');
  expect(worklog).toContain('- **mail:** unhealthy. It answered 500, although its body says that it is healthy: the status decides.');
  expect(worklog).toContain('- **moved:** unhealthy. It redirects (302) to ');
  expect(worklog).toMatch(/- \*\*slow:\*\* healthy\. It answered 200 in 0\.\d+ s\.[^\n]*\n {2}- Warning: [^\n]* It answered slowly: after 0\.\d+ s of the 1 s that it has\./);
  expect(worklog).toContain('REFUSED. catalog is unreachable; drops is unreachable; mail is unhealthy; moved is unhealthy.');
  expect(asked).toEqual([]);
  expect(existsSync(join(root, 'ran.txt'))).toBe(false);
});

it('refuses to test an old revision, says how old it is, and tests it when told to', { timeout: 60_000 }, async () => {
  let deployed = '';
  const url = await listen((request, response) => response.end(request.url === '/revision' ? deployed : '{"status":"ok"}'));
  const root = project({ services: [{ name: 'api', health: `${url}/health`, revision: `${url}/revision` }] });
  deployed = git(root, 'rev-parse', '--short', 'HEAD').trim();
  git(root, 'commit', '-q', '--allow-empty', '-m', 'a fix that nobody deployed');
  const refused = await worklogOf(root);
  expect(refused.worklog).toContain('REFUSED. api runs an old revision.');
  expect(refused.worklog).toMatch(new RegExp(`- Revision: old\\. It runs ${deployed}, 1 commit behind the audited one, committed [\\d,]+ days ago\\.`));
  expect(existsSync(join(root, 'ran.txt'))).toBe(false);
  const told = await worklogOf(root, '--allow-unhealthy');
  expect(told.worklog).toContain('Tested all the same, because --allow-unhealthy was given.');
  expect(existsSync(join(root, 'ran.txt'))).toBe(true);
  deployed = git(root, 'rev-parse', 'HEAD').trim();
  expect((await worklogOf(root)).worklog).toContain(`- Revision: current. It runs ${deployed}, the audited commit, committed `);
});
