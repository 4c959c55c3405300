import { namedModules, type AuditedFile, type FactIndex, type Service } from '../../src/index.js';

/** What of production code runs once the product is started. */
export interface StartedModules {
  /** Whether a start of the file's service leads to the module, by imports of production code. True where no start of the service is known. */
  isStarted(file: AuditedFile): boolean;
}

const known = new WeakMap<FactIndex, StartedModules>();

/**
 * Follows imports from where a program begins: files by the names that servers and tools look for, what a manifest offers, what a command of an image, a
 * compose file or a manifest names. A script that nothing names begins nothing; nor does a barrel that nothing imports. Memoised by fact index.
 */
export function startedModules(facts: FactIndex): StartedModules {
  let started = known.get(facts);
  if (!started) known.set(facts, (started = createStartedModules(facts)));
  return started;
}

function createStartedModules(facts: FactIndex): StartedModules {
  const production = facts.files.filter((file) => file.role === 'production' && (file.language === 'python' || file.language === 'typescript'));
  const commands = commandsOf(facts);
  const roots = new Set(production.filter((file) => beginsProgram(facts, file, commands)));
  const begun = new Set<Service>([...roots].map(({ service }) => service));
  const started = new Set<string>();
  const open: string[] = [];
  const reach = (path: string): void => {
    if (started.has(path) || facts.file(path)?.role !== 'production') return;
    started.add(path);
    open.push(path);
    // To import a module is to load the packages around it first.
    if (path.endsWith('.py')) for (const face of facesAround(path)) if (facts.file(face)) reach(face);
  };
  // Whoever installs a Python distribution may import any module of it; what a package offers, its manifest says.
  const distributed = facts.of('package').filter(({ ecosystem }) => ecosystem === 'python').map(({ file }) => file.service);
  const isOffered = ({ service, language }: AuditedFile): boolean => (service.kind === 'library' && language === 'python' && begun.size > 0 ? distributed.includes(service) : !begun.has(service));
  for (const file of production) if (roots.has(file) || isOffered(file)) reach(file.path);
  const edges = facts.imports.edges();
  const named = namedModules(facts).modules;
  // What stands among the scripts is there to be run by hand.
  for (const { path, role } of facts.files) if (role === 'script') for (const target of edges.get(path) ?? []) reach(target);
  for (let next = open.pop(); next !== undefined; next = open.pop()) for (const target of [...(edges.get(next) ?? []), ...(named.get(next) ?? [])]) reach(target);
  return { isStarted: ({ path }) => started.has(path) };
}

/** Files in which a Python program begins, or that a server or tool looks for by name. */
const PYTHON_START = /(?:^|\/)(?:(?:main|app|wsgi|asgi|manage|__main__|server|settings|conftest|lambda_function|handler|celery)\.py|(?:settings|management\/commands)\/[^/]+\.py|alembic\/env\.py)$/;
/** Files that TypeScript frameworks and tools load by name; a barrel is loaded by whoever imports it. */
const TYPESCRIPT_START = /(?:^|\/)(?:main|app|server|page|layout|route|middleware|instrumentation|worker|sw|entry[\w.-]*|[\w.-]+\.(?:config|module|page|route|worker|entry|plugin))\.[cm]?[jt]sx?$/i;
/** Where some frameworks find pages and routes. */
const PAGE = /(?:^|\/)(?:pages|routes)\//;
const PAGE_FRAMEWORK = /^(?:next|nuxt|astro|gatsby|vike|vite-plugin-(?:ssr|pages)|umi|vocs|@remix-run\/\w+|@sveltejs\/kit|@tanstack\/(?:react-)?start|@docusaurus\/core)$/;

function beginsProgram(facts: FactIndex, { path, language }: AuditedFile, commands: ReadonlySet<string>): boolean {
  if (facts.imports.entryPoints().has(path) || spellings(path).some((name) => commands.has(name))) return true;
  if (language === 'python') return PYTHON_START.test(path);
  return TYPESCRIPT_START.test(path) || (PAGE.test(path) && findsPages(facts, path));
}

function findsPages(facts: FactIndex, path: string): boolean {
  const manifests = facts.of('package').filter(({ file, ecosystem }) => ecosystem === 'npm' && path.startsWith(file.path.slice(0, file.path.lastIndexOf('/') + 1)));
  return manifests.length === 0 || manifests.some(({ dependencies }) => dependencies.some((name) => PAGE_FRAMEWORK.test(name)));
}

/** What commands name: paths (`shop/main.py`) and dotted modules (`shop.main`), the scripts of an npm manifest by the path from the root. */
function commandsOf(facts: FactIndex): ReadonlySet<string> {
  const wordsOf = (command: string): string[] => command.split(/[\s"',[\]:=]+/).filter((word) => word.length > 2).map((word) => word.replace(/^\.?\//, ''));
  const words = new Set(facts.of('deployment').flatMap(({ command }) => wordsOf(command ?? '')));
  for (const { file, ecosystem, scripts } of facts.of('package')) {
    const folder = ecosystem === 'npm' ? file.path.slice(0, file.path.lastIndexOf('/') + 1) : '';
    for (const word of scripts.flatMap(({ command }) => wordsOf(command))) words.add(folder + word);
  }
  return words;
}

/** How a command may name a file: by its path, from any folder down, or as a module. */
function spellings(path: string): string[] {
  const parts = path.split('/');
  // A bare name could be any program.
  const paths = parts.length === 1 ? [path] : parts.slice(0, -1).map((_, index) => parts.slice(index).join('/'));
  return path.endsWith('.py') ? [...paths, ...paths.map((each) => each.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.'))] : paths;
}

function facesAround(path: string): string[] {
  const folders = path.split('/').slice(0, -1);
  return folders.map((_, index) => `${folders.slice(0, index + 1).join('/')}/__init__.py`);
}
