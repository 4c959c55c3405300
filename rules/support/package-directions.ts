import { serviceRelations, type AuditedFile, type FactIndex } from '../../src/index.js';

/** Tells whether what two files declare under one name may be one thing, by the packages they stand in. */
export type ComparableTest = (a: AuditedFile, b: AuditedFile) => boolean;

/**
 * One package, or a library and a package that imports it, unless the library's file is about another package: `types/cart/address.ts` is
 * the counterpart of the package `cart`, and `customer` has its own in `types/customer/`. Not what a tool wrote and what it may have been
 * written from: the client of an API, and the models of the service that serves one.
 */
export function comparableTest(facts: FactIndex): ComparableTest {
  let test = testsByIndex.get(facts);
  if (!test) testsByIndex.set(facts, (test = createTest(facts)));
  return test;
}

const testsByIndex = new WeakMap<FactIndex, ComparableTest>();

function createTest(facts: FactIndex): ComparableTest {
  const relations = serviceRelations(facts);
  const packages = new Map(facts.services.flatMap(({ name, roots }) => roots.map((root) => [lastFolder(root), name] as const)));
  const folders = new Map<string, Set<string>>();
  for (const { path, role, service } of facts.files) {
    if (role !== 'production') continue;
    const seen = folders.get(service.name) ?? new Set<string>();
    folders.set(service.name, seen);
    for (const folder of foldersBelow(path, service.roots)) seen.add(folder);
  }
  const belongsToOther = (library: AuditedFile, copy: AuditedFile): boolean => {
    const own = copy.service.roots.map(lastFolder);
    if (library.service.kind !== 'library' || !own.some((folder) => folders.get(library.service.name)?.has(folder))) return false;
    const about = foldersBelow(library.path, library.service.roots);
    return !about.some((folder) => own.includes(folder)) && about.some((folder) => {
      const other = packages.get(folder);
      return other !== undefined && other !== copy.service.name && other !== library.service.name
        && !relations.dependsOn(copy.service.name, other) && !relations.dependsOn(other, copy.service.name);
    });
  };
  const servers = serversOf(facts);
  const mayDerive = (written: AuditedFile, generated: AuditedFile): boolean => generated.role === 'generated' && written.role !== 'generated'
    && servers.has(`${written.language} ${written.service.name}`);
  return (a, b) => !mayDerive(a, b) && !mayDerive(b, a) && (a.service === b.service
    || (relations.related(a.service.name, b.service.name) && !belongsToOther(a, b) && !belongsToOther(b, a)));
}

/** Languages and services (`python api`) whose production code serves an API: it imports what one is built with. */
function serversOf(facts: FactIndex): ReadonlySet<string> {
  return new Set(facts.of('import').filter(({ name, file, typeOnly }) => file.role === 'production' && !typeOnly && SERVER_PACKAGE.test(name))
    .map(({ file }) => `${file.language} ${file.service.name}`));
}

const SERVER_PACKAGE = /^(?:fastapi|flask|django|rest_framework|starlette|sanic|litestar|aiohttp\.web|tornado|express|fastify|koa|hono|@hapi\/hapi|@nestjs\/common|@trpc\/server|graphql-yoga|apollo-server)(?:$|[./-])/;

function lastFolder(root: string): string {
  return root.slice(root.lastIndexOf('/') + 1);
}

function foldersBelow(path: string, roots: readonly string[]): string[] {
  const root = roots.find((candidate) => candidate !== '' && path.startsWith(`${candidate}/`));
  return (root === undefined ? path : path.slice(root.length + 1)).split('/').slice(0, -1);
}
