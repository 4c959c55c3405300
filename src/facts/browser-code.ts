import type { AuditedFile, FactIndex } from './fact-index.js';

/** Packages that draw a user interface: code that imports them runs once per user, whatever it keeps. */
const INTERFACE_PACKAGE = /^(?:react|react-dom|react-native|preact|vue|pinia|svelte|solid-js|@angular\/core|lit|jotai|zustand|mobx|mobx-react|mobx-react-lite|@reduxjs\/toolkit|react-redux|styled-components|@tanstack\/react-query)(?:\/|$)/;
const SERVER_PACKAGE = /^(?:express|fastify|koa|@koa\/.+|koa-.+|hono|@nestjs\/.+|http|https|net|ws|socket\.io|node:http|node:https|node:net|@hapi\/.+|bullmq|bull|ioredis|pg|mongoose|sequelize|sequelize-typescript|typeorm|@mikro-orm\/.+|@medusajs\/framework.*|knex|@prisma\/client|kysely|drizzle-orm)(?:\/|$)/;
/** What only a browser has. */
const BROWSER_CALL = /^(?:window|document|localStorage|sessionStorage|navigator)\./;
const MIN_FILES = 5;

/**
 * Whether a file's code runs in its user's browser or device, one process per user, so that what it keeps is that user's own. Judged by what
 * the file imports and calls, else by what the files of its folder tree mostly do.
 */
export function runsInBrowser(facts: FactIndex, file: AuditedFile): boolean {
  if (file.language !== 'typescript') return false;
  let kinds = byIndex.get(facts);
  if (!kinds) byIndex.set(facts, (kinds = judge(facts)));
  const own = kinds.files.get(file.path);
  if (own === 'interface' || /\.(?:tsx|jsx)$/.test(file.path)) return true;
  if (own === 'server' || isRoute(file.path)) return false;
  return kinds.packages.get(packageOf(file, kinds.roots)) === true;
}

interface Judgement {
  files: ReadonlyMap<string, 'interface' | 'server'>;
  /** Folders with a package of their own, and whether most of what is in them is interface code. */
  packages: ReadonlyMap<string, boolean>;
  roots: ReadonlySet<string>;
}

const byIndex = new WeakMap<FactIndex, Judgement>();

function judge(facts: FactIndex): Judgement {
  const files = new Map<string, 'interface' | 'server'>();
  for (const fact of facts.of('import')) {
    if (fact.file.language !== 'typescript' || fact.typeOnly || files.get(fact.file.path) === 'server') continue;
    if (SERVER_PACKAGE.test(fact.name)) files.set(fact.file.path, 'server');
    else if (INTERFACE_PACKAGE.test(fact.name)) files.set(fact.file.path, 'interface');
  }
  for (const { file, calls } of facts.of('function')) {
    if (file.language === 'typescript' && !files.has(file.path) && calls.some((callee) => BROWSER_CALL.test(callee))) files.set(file.path, 'interface');
  }
  const roots = new Set(facts.services.flatMap(({ roots: folders }) => folders));
  const votes = new Map<string, { total: number; browser: number; server: number }>();
  for (const file of facts.files) {
    if (file.language !== 'typescript' || file.role !== 'production') continue;
    const folder = packageOf(file, roots);
    const vote = votes.get(folder) ?? { total: 0, browser: 0, server: 0 };
    votes.set(folder, vote);
    vote.total++;
    if (/\.(?:tsx|jsx)$/.test(file.path) || files.get(file.path) === 'interface') vote.browser++;
    else if (files.get(file.path) === 'server') vote.server++;
  }
  const packages = new Map([...votes].map(([folder, { total, browser, server }]) => [folder, browser >= MIN_FILES && browser > server * 2 && browser * 5 >= total]));
  return { files, packages, roots };
}

/** The deepest root of a service, else the first two folders of the path, that a file belongs to. */
function packageOf(file: AuditedFile, roots: ReadonlySet<string>): string {
  const segments = file.path.split('/').slice(0, -1);
  for (let length = segments.length; length > 0; length--) {
    const folder = segments.slice(0, length).join('/');
    if (roots.has(folder)) return folder;
  }
  return segments.slice(0, 2).join('/');
}

/** Handlers of web frameworks that live among interface code. */
function isRoute(path: string): boolean {
  return /(?:^|\/)(?:pages|app|src\/app)\/(?:.*\/)?api\/|\/route\.[jt]s$|(?:^|\/)(?:middleware|instrumentation)\.[jt]s$|\.server\.[jt]s$/.test(path);
}
