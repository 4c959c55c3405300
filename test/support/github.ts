import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createPort, type AddressInfo } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';

/** What the proxy does to a request instead of, or after, passing it on. */
export type Fault =
  /** Answers itself; nothing is done. */
  | { refuse: { status: number; body?: unknown; headers?: Record<string, string> } }
  /** Passes it on, so that it is done, and then answers something else. */
  | { doneBut: { status: number; body?: unknown; headers?: Record<string, string> } }
  /** Breaks the connection off: before it is done, after it, or in the middle of the answer. */
  | { cut: 'before' | 'after' | 'within' }
  /** Answers after so many milliseconds. */
  | { slow: number };

export interface Request {
  method: string;
  path: string;
  body?: Record<string, unknown>;
}

/** Says what goes wrong with a request; undefined: nothing. */
export type Faults = (request: Request, count: number) => Fault | undefined;

export interface GitHub {
  /** Address of the proxy. */
  url: string;
  token: string;
  repository: string;
  /** All requests that came, in order. */
  requests: Request[];
  fail(faults: Faults | undefined): void;
  /** Sends a request past the proxy, as another person would. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  issues(): Promise<EmulatedIssue[]>;
  comments(number: number): Promise<{ id: number; body: string }[]>;
  reset(): void;
  close(): Promise<void>;
}

export interface EmulatedIssue {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  state_reason: string | null;
  labels: { name: string }[];
  assignees: { login: string }[];
}

const TOKEN = 'shop-test-token';

/** An emulated GitHub on loopback with a repository `shop/web`, and a proxy in front of it that fails as told. */
export async function startGitHub(): Promise<GitHub> {
  const emulator: Emulator = await createEmulator({
    service: 'github', port: await freePort(),
    seed: {
      tokens: { [TOKEN]: { login: 'shop', scopes: ['repo'] } },
      github: { users: [{ login: 'shop' }, { login: 'ann' }], repos: [{ owner: 'shop', name: 'web' }] },
    },
  });
  const requests: Request[] = [];
  let faults: Faults | undefined;
  const server = createServer((incoming, outgoing) => {
    void receive(incoming).then((text) => {
      const seen: Request = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', ...(text === '' ? {} : { body: JSON.parse(text) as Record<string, unknown> }) };
      requests.push(seen);
      const count = requests.filter(({ method, path }) => method === seen.method && path === seen.path).length;
      return answer(incoming, outgoing, text, emulator.url, faults?.(seen, count));
    }).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${emulator.url}${path}`, { method, headers: { authorization: `token ${TOKEN}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return await response.json() as T;
  };
  const all = async <T>(path: string): Promise<T[]> => {
    const items: T[] = [];
    for (let page = 1; ; page++) {
      const part = await api<T[]>('GET', `${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`);
      items.push(...part);
      if (part.length < 100) return items;
    }
  };
  return {
    url, token: TOKEN, repository: 'shop/web', requests, api,
    fail(next) { faults = next; },
    issues: async () => (await all<EmulatedIssue>('/repos/shop/web/issues?state=all')).sort((a, b) => a.number - b.number),
    comments: (number) => all(`/repos/shop/web/issues/${number}/comments`),
    reset() {
      emulator.reset();
      requests.length = 0;
      faults = undefined;
    },
    async close() {
      await closed(server);
      await emulator.close();
    },
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, body: string, upstream: string, fault: Fault | undefined): Promise<void> {
  if (fault && 'refuse' in fault) return send(outgoing, fault.refuse);
  if (fault && 'cut' in fault && fault.cut === 'before') return void outgoing.destroy();
  const { status, headers, text } = await passOn(incoming, body, upstream);
  if (fault && 'slow' in fault) await new Promise((resolve) => { setTimeout(resolve, fault.slow); });
  if (fault && 'doneBut' in fault) return send(outgoing, fault.doneBut);
  if (fault && 'cut' in fault && fault.cut === 'after') return void outgoing.destroy();
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  if (fault && 'cut' in fault) {
    outgoing.write(text.slice(0, text.length >> 1), () => outgoing.destroy());
    return;
  }
  outgoing.end(text);
}

function send(outgoing: ServerResponse, { status, body = { message: 'failed' }, headers = {} }: { status: number; body?: unknown; headers?: Record<string, string> }): void {
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  outgoing.end(JSON.stringify(body));
}

function passOn(incoming: IncomingMessage, body: string, upstream: string): Promise<{ status: number; headers: Record<string, string>; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !['host', 'connection', 'transfer-encoding'].includes(name)));
    const onward = request(`${upstream}${incoming.url ?? '/'}`, { method: incoming.method, headers: { ...headers, ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }) } }, (response) => {
      receive(response).then((text) => resolve({ status: response.statusCode ?? 500, headers: { 'content-type': response.headers['content-type'] ?? 'application/json' }, text }), reject);
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

function receive(stream: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    stream.on('error', reject);
  });
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createPort().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
