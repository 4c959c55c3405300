import type { SyntaxNode, Tree } from '@lezer/common';

export interface PythonImport {
  specifier: string;
  imported: string;
  level: number;
}

/** One name of an import statement: `from ..a import b as c` gives specifier `a`, level 2, imported `b`, local `c`. */
export interface ImportedItem extends PythonImport {
  local: string;
  /** Offset of the imported name. */
  from: number;
}

/** Reads an `ImportStatement` node. `import a.b` imports the module itself: `imported` is `` and the local name is `a`. */
export function readImport(node: SyntaxNode, text: string): ImportedItem[] {
  const items: ImportedItem[] = [];
  const slice = (part: SyntaxNode): string => text.slice(part.from, part.to);
  const isFrom = node.firstChild?.name === 'from';
  let specifier = '';
  let level = 0;
  let inNames = !isFrom;
  let current: { name: string; from: number } | undefined;
  let afterAs = false;
  let alias: string | undefined;
  const flush = (): void => {
    if (!current) return;
    if (isFrom) items.push({ specifier, level, imported: current.name, local: alias ?? current.name, from: current.from });
    else items.push({ specifier: current.name, level: 0, imported: '', local: alias ?? current.name.split('.', 1)[0]!, from: current.from });
    current = undefined;
    alias = undefined;
    afterAs = false;
  };
  for (let part = node.firstChild; part; part = part.nextSibling) {
    switch (part.name) {
      case 'import':
        if (isFrom) inNames = true;
        break;
      case '.':
      case 'Ellipsis':
        if (isFrom && !inNames) {
          if (specifier === '') level += part.to - part.from;
          else specifier += '.';
        } else if (current) current.name += '.';
        break;
      case 'VariableName':
        if (isFrom && !inNames) specifier += slice(part);
        else if (afterAs) alias = slice(part);
        else if (current) current.name += slice(part);
        else current = { name: slice(part), from: part.from };
        break;
      case '*':
        current = { name: '*', from: part.from };
        break;
      case 'as':
        afterAs = true;
        break;
      case ',':
        flush();
        break;
      default:
        break;
    }
  }
  flush();
  return items;
}

/** Local name to where it was imported from, for import statements anywhere in the file; a later import of the same name wins. */
export function collectImports(tree: Tree, text: string): Map<string, PythonImport> {
  const imports = new Map<string, PythonImport>();
  tree.iterate({
    enter: (ref) => {
      if (ref.type.name === 'ImportStatement') {
        for (const { local, specifier, imported, level } of readImport(ref.node, text)) imports.set(local, { specifier, imported, level });
        return false;
      }
      return ref.type.name !== 'ArgList' && ref.type.name !== 'ParamList';
    },
  });
  return imports;
}

/** Strings in the module-level `__all__` assignments (`=`, `+=`); undefined when there is none. */
export function collectAll(top: SyntaxNode, text: string): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (let statement = top.firstChild; statement; statement = statement.nextSibling) {
    if (statement.name !== 'AssignStatement' && statement.name !== 'UpdateStatement') continue;
    const target = statement.firstChild;
    if (!target || text.slice(target.from, target.to) !== '__all__') continue;
    names ??= new Set();
    const cursor = statement.cursor();
    do {
      if (cursor.name === 'String') names.add(text.slice(cursor.from, cursor.to).replace(/^[A-Za-z]*(['"])([\s\S]*)\1$/, '$2'));
    } while (cursor.next() && cursor.from < statement.to);
  }
  return names;
}
