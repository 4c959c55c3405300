import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server as SocketServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loopServiceSchema } from '../../src/config/loop-schema.js';
import { ask, judgeHealth, revisionIn } from '../../src/loop/probe-service.js';

const servers: (Server | SocketServer)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server | SocketServer): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
}

async function probe(answer: RequestListener | string, options: object = {}, now = (): number => performance.now()): Promise<ReturnType<typeof judgeHealth>> {
  const health = typeof answer === 'string' ? answer : await listen(createServer(answer));
  const service = loopServiceSchema.parse({ name: 'api', health, deadline: 1, ...options });
  return judgeHealth(await ask(service.health, service.deadline, now), service);
}

describe('a health address', () => {
  it('is healthy when it answers 200 with what is expected, and more', async () => {
    const verdict = await probe((_, response) => response.end('{"status":"healthy","version":"1.0"}'), { expect: { status: 'healthy' } });
    expect(verdict).toMatchObject({ verdict: 'healthy', warnings: [] });
  });

  it('is judged by its status, and a body that says otherwise is told', async () => {
    const verdict = await probe((_, response) => response.writeHead(500).end('{"status":"healthy"}'));
    expect(verdict).toMatchObject({ verdict: 'unhealthy', statement: 'It answered 500, although its body says that it is healthy: the status decides.' });
  });

  it('names the key that is not as expected', async () => {
    const verdict = await probe((_, response) => response.end('{"status":"healthy","database":{"connected":false}}'), { expect: { database: { connected: true } } });
    expect(verdict).toMatchObject({ verdict: 'unhealthy', statement: 'It answered 200, but `database.connected` is false and should be true.' });
    expect((await probe((_, response) => response.end('<html>'), { expect: { status: 'ok' } })).statement).toContain('not the JSON that is expected');
  });

  it('is not followed where it redirects to', async () => {
    const asked: string[] = [];
    const other = await listen(createServer((request, response) => { asked.push(request.url!); response.end('{}'); }));
    const verdict = await probe((_, response) => response.writeHead(302, { location: other }).end());
    expect(verdict.verdict).toBe('unhealthy');
    expect(verdict.statement).toContain(`It redirects (302) to ${other}, which was not followed`);
    expect(asked).toEqual([]);
  });

  it('is unreachable when it hangs, before or in the middle of its answer', async () => {
    expect(await probe(() => undefined, { deadline: 0.3 })).toMatchObject({ verdict: 'unreachable', statement: 'It accepted no request or gave no answer within 0.3 s.' });
    expect(await probe((_, response) => { response.write('{"status"'); }, { deadline: 0.3 })).toMatchObject({ verdict: 'unreachable', statement: 'It began to answer (200) and did not end within 0.3 s.' });
  });

  it('is unreachable when it closes the connection, speaks no HTTP, or nothing listens', async () => {
    expect((await probe((request) => { request.socket.destroy(); })).statement).toMatch(/^It closed the connection without an answer/);
    const garbage = await listen(createSocketServer((socket) => { socket.end('SSH-2.0-OpenSSH\r\n'); }));
    expect((await probe(garbage)).statement).toMatch(/^Its answer is not HTTP/);
    const closed = createServer();
    const url = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect((await probe(url)).statement).toBe('Nothing listens there: the connection was refused (ECONNREFUSED).');
    expect((await probe('http://shop.invalid/health')).statement).toMatch(/^Its host name is not known/);
  });

  it('that is slow or warns is healthy with a finding', async () => {
    const times = [0, 700];
    const slow = await probe((_, response) => response.end('{}'), {}, () => times.shift()!);
    expect(slow.verdict).toBe('healthy');
    expect(slow.warnings[0]).toContain('It answered slowly');
    const warning = await probe((_, response) => response.end('{"status":"healthy","warnings":["JWT secret is the default"],"cache":"degraded"}'));
    expect(warning.warnings.map((text) => text.replace(/^\S+ /, ''))).toEqual(['it is healthy and says `warnings`: ["JWT secret is the default"]', 'it is healthy and says `cache`: degraded']);
  });

  it('does not fill the memory with an endless body', async () => {
    const url = await listen(createServer((_, response) => {
      const write = (): void => { while (!response.destroyed && response.write('x'.repeat(65_536))); response.once('drain', write); };
      write();
    }));
    const answer = await ask(url, 2, () => performance.now());
    expect(answer.cut).toBe(true);
    expect(answer.body.length).toBe(65_536);
  });
});

describe('the revision in an answer', () => {
  it('is plain text or stands under one of the usual keys', () => {
    expect(revisionIn('1a2b3c4\n')).toBe('1a2b3c4');
    expect(revisionIn('{"service":"api","commit":"1a2b3c4"}')).toBe('1a2b3c4');
    expect(revisionIn('<html>not found</html>')).toBeUndefined();
  });
});
