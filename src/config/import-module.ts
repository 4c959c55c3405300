import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin, register } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type ts from 'typescript';

type Module = Record<string, unknown>;

const OWN_NAME = 'ssot-audit';

/**
 * Imports a module of the user's: JavaScript as it is, TypeScript by Node where it strips types, else compiled to a temporary folder outside
 * of the user's tree. A module that imports `ssot-audit` works in a repository that has not installed it (`npx ssot-audit`).
 */
export async function importModule(file: string): Promise<Module> {
  offerOwnDoor(file);
  try {
    return (await import(pathToFileURL(file).href)) as Module;
  } catch (error) {
    if (isTypeScript(file) && needsCompiler(error)) return importCompiled(file);
    throw error;
  }
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}

let isOffered = false;

/** Makes Node resolve our own name to ourselves where the importing file would not find it. */
function offerOwnDoor(importer: string): void {
  if (isOffered || canResolve(OWN_NAME, importer)) return;
  isOffered = true;
  const hooks = `export async function resolve(specifier, context, next) {
    if (specifier !== ${JSON.stringify(OWN_NAME)}) return next(specifier, context);
    return next(specifier, context).catch(() => ({ url: ${JSON.stringify(ownDoor())}, shortCircuit: true }));
  }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}

function canResolve(specifier: string, importer: string): boolean {
  try {
    createRequire(pathToFileURL(importer)).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/** Node before 22.18 knows no TypeScript; later ones only erase types, and an enum or a parameter property needs the compiler. */
function needsCompiler(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_UNKNOWN_FILE_EXTENSION' || code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
}

async function importCompiled(file: string): Promise<Module> {
  const { default: compiler } = (await import('typescript')) as unknown as { default: typeof ts };
  const folder = mkdtempSync(join(tmpdir(), 'ssot-audit-config-'));
  try {
    return (await import(pathToFileURL(compile(file, folder, compiler, new Map())).href)) as Module;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles a module and those that it imports by relative path. Returns the path of the result. */
function compile(file: string, folder: string, compiler: typeof ts, done: Map<string, string>): string {
  const known = done.get(file);
  if (known !== undefined) return known;
  const target = join(folder, `${done.size}.mjs`);
  done.set(file, target);
  const moduleUrl = JSON.stringify(pathToFileURL(file).href);
  const { outputText } = compiler.transpileModule(readFileSync(file, 'utf8'), {
    fileName: file,
    compilerOptions: { target: compiler.ScriptTarget.ES2022, module: compiler.ModuleKind.ESNext },
    transformers: { after: [moveImports(compiler, (specifier) => moved(specifier, file, folder, compiler, done))] },
  });
  writeFileSync(target, outputText.replaceAll('import.meta.url', moduleUrl));
  return target;
}

/** Where an import leads once the importing module stands in another folder. */
function moved(specifier: string, importer: string, folder: string, compiler: typeof ts, done: Map<string, string>): string {
  if (isBuiltin(specifier) || /^[a-z]+:/.test(specifier)) return specifier;
  if (!specifier.startsWith('.') && !specifier.startsWith('/')) return resolvePackage(specifier, importer);
  const path = sourceOf(resolve(dirname(importer), specifier));
  return isTypeScript(path) || /\.m?js$/.test(path) ? pathToFileURL(compile(path, folder, compiler, done)).href : pathToFileURL(path).href;
}

function resolvePackage(specifier: string, importer: string): string {
  try {
    return pathToFileURL(createRequire(pathToFileURL(importer)).resolve(specifier)).href;
  } catch (error) {
    if (specifier === OWN_NAME) return ownDoor();
    throw error;
  }
}

/** The module that rule and configuration authors import, of this very package. */
function ownDoor(): string {
  const beside = new URL('../index.js', import.meta.url);
  return existsSync(fileURLToPath(beside)) ? beside.href : pathToFileURL(createRequire(import.meta.url).resolve(OWN_NAME)).href;
}

/** `./limits.js` in TypeScript may mean limits.ts; an extension may be missing altogether. */
function sourceOf(path: string): string {
  const stem = path.slice(0, path.length - extname(path).length);
  const candidates = [path, ...(/\.[cm]?js$/.test(path) ? [`${stem}.ts`, `${stem}.mts`] : []), `${path}.ts`, `${path}.mts`, `${path}.mjs`, `${path}.js`, join(path, 'index.ts'), join(path, 'index.js')];
  return candidates.find((candidate) => extname(candidate) !== '' && existsSync(candidate)) ?? path;
}

/** Rewrites the specifiers of static and literal dynamic imports and of re-exports. */
function moveImports(compiler: typeof ts, move: (specifier: string) => string): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit = (node: ts.Node): ts.Node => {
      if (compiler.isImportDeclaration(node) && compiler.isStringLiteral(node.moduleSpecifier)) {
        return factory.updateImportDeclaration(node, node.modifiers, node.importClause, factory.createStringLiteral(move(node.moduleSpecifier.text)), node.attributes);
      }
      if (compiler.isExportDeclaration(node) && node.moduleSpecifier && compiler.isStringLiteral(node.moduleSpecifier)) {
        return factory.updateExportDeclaration(node, node.modifiers, node.isTypeOnly, node.exportClause, factory.createStringLiteral(move(node.moduleSpecifier.text)), node.attributes);
      }
      const [argument] = compiler.isCallExpression(node) ? node.arguments : [];
      if (compiler.isCallExpression(node) && node.expression.kind === compiler.SyntaxKind.ImportKeyword && argument && compiler.isStringLiteral(argument)) {
        return factory.updateCallExpression(node, node.expression, undefined, [factory.createStringLiteral(move(argument.text))]);
      }
      return compiler.visitEachChild(node, visit, context);
    };
    return (sourceFile) => compiler.visitEachChild(sourceFile, visit, context);
  };
}
