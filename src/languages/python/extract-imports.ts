import type { SyntaxNode } from '@lezer/common';
import type { ImportFact, ImportedName } from '../../model/facts.js';
import type { Context, Extractor } from './context.js';
import { surroundingsOf } from './import-guards.js';
import { readImport } from './module-names.js';
import { reExportTest } from './re-exports.js';

/** `import a.b`, `from ..a import b as c`, `importlib.import_module("a.b")`, `__import__("a.b")`. */
export const extractImports: Extractor = (context) => {
  let isReExported: ((local: string) => boolean) | undefined;
  return {
    enter: {
      Script: (script) => {
        isReExported = reExportTest(script, context);
      },
      ImportStatement: (node) => {
        for (const fact of importFacts(node, context)) {
          const atModule = fact.scope.length === 0 && !fact.lazy && !fact.typeOnly;
          fact.reExport = atModule && fact.names.length > 0 && fact.names.every((name) => isReExported!(name.local));
          context.add(fact);
        }
      },
      CallExpression: (node) => {
        const fact = dynamicImport(node, context);
        if (fact) context.add(fact);
      },
    },
  };
};

type MutableImport = { -readonly [K in keyof ImportFact]: ImportFact[K] };

/** One fact for a `from` statement; one per module for `import a, b`. */
function importFacts(node: SyntaxNode, context: Context): MutableImport[] {
  const items = readImport(node, context.text);
  const byModule = new Map<string, { level: number; specifier: string; names: ImportedName[] }>();
  const { typeOnly, ...base } = factBase(node, context);
  for (const { specifier, level, imported, local, from } of items) {
    // Keyed with the position for `import a, a as b`: each is a statement of its own.
    const key = imported === '' ? `${from}` : 'from';
    let entry = byModule.get(key);
    if (!entry) byModule.set(key, (entry = { level, specifier, names: [] }));
    entry.names.push({ imported, local, typeOnly, line: context.lineAt(from) });
  }
  return [...byModule.values()].map(({ level, specifier, names }) => ({ ...base, typeOnly, name: specifier, level, names }));
}

function dynamicImport(node: SyntaxNode, context: Context): MutableImport | undefined {
  const callee = node.firstChild;
  const args = node.lastChild;
  if (!callee || args?.name !== 'ArgList') return undefined;
  const calleeText = callee.name === 'VariableName' || callee.name === 'MemberExpression' ? context.textOf(callee) : '';
  if (calleeText !== '__import__' && calleeText !== 'import_module' && calleeText !== 'importlib.import_module') return undefined;
  const argument = args.firstChild?.nextSibling;
  const specifier = argument?.name === 'String' ? /^(['"])(\.*)([\w.]+)\1$/.exec(context.textOf(argument)) : null;
  if (!specifier) return undefined;
  const { typeOnly, ...base } = factBase(node, context);
  return {
    ...base, typeOnly, form: 'dynamic', name: specifier[3]!, level: specifier[2]!.length,
    names: [{ imported: '', local: '', typeOnly, line: context.lineAt(node.from) }],
  };
}

function factBase(node: SyntaxNode, context: Context): Omit<MutableImport, 'name' | 'level' | 'names'> {
  const { guarded, fallback, typeOnly, scriptOnly } = surroundingsOf(node, context.text);
  return {
    kind: 'import', scope: [...context.scope], exported: false, span: context.spanOf(node), form: 'static', reExport: false,
    guarded, ...(fallback ? { fallback } : {}), lazy: context.functionDepth > 0 || scriptOnly, typeOnly,
  };
}
