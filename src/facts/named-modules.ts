import { append } from '../util/multimap.js';
import type { FactIndex } from './fact-index.js';

/** What production code names in texts instead of importing it, by the file that names it. */
export interface NamedModules {
  /** Paths of modules: `include("shop.urls")`, the apps of `INSTALLED_APPS` with the modules that Django looks for in them. */
  modules: ReadonlyMap<string, readonly string[]>;
  /** Definitions in them: `"shop.middleware.Timing"`. */
  definitions: ReadonlyMap<string, readonly { path: string; name: string }[]>;
}

const known = new WeakMap<FactIndex, NamedModules>();

/** What frameworks load because a text names it. Made once per fact index. */
export function namedModules(facts: FactIndex): NamedModules {
  let found = known.get(facts);
  if (!found) known.set(facts, (found = find(facts)));
  return found;
}

function find(facts: FactIndex): NamedModules {
  const modules = new Map<string, string[]>();
  const definitions = new Map<string, { path: string; name: string }[]>();
  const parts = partsOfPackages(facts);
  for (const { file, mentions = [] } of facts.of('module')) {
    if (file.role !== 'production') continue;
    for (const mention of mentions) {
      const [dotted, attribute] = mention.split(':') as [string, string | undefined];
      const whole = facts.imports.find(file, dotted);
      const cut = dotted.lastIndexOf('.');
      const found = whole.status === 'file' || whole.status === 'package' ? whole : facts.imports.find(file, dotted.slice(0, cut));
      // A single word before the dot is any object: `cart.total`.
      if ((found.status !== 'file' && found.status !== 'package') || found.path === file.path || (found !== whole && !dotted.slice(0, cut).includes('.'))) continue;
      if (found.status === 'file') append(modules, file.path, found.path);
      if (found === whole) for (const path of parts.get(folderOfPackage(found)) ?? []) append(modules, file.path, path);
      const name = attribute ?? (found === whole ? undefined : dotted.slice(cut + 1));
      if (found.status === 'file' && name !== undefined) append(definitions, file.path, { path: found.path, name });
    }
  }
  return { modules, definitions };
}

/** What Django and Celery look for in a package that is an application, by the package's folder. */
function partsOfPackages(facts: FactIndex): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>();
  for (const { path } of facts.files) {
    const found = PART.exec(path);
    if (found) append(parts, found[1]!, path);
  }
  return parts;
}

const PART = /^(.+)\/(?:(?:apps|models|admin|signals|tasks|handlers|receivers)\.py|models\/__init__\.py|(?:management\/commands|templatetags)\/[^/]+\.py)$/;

function folderOfPackage({ path }: { path: string }): string {
  return path.replace(/\/__init__\.pyi?$/, '');
}
