/**
 * The ways in which developers state a thing a second time, as edits on the text of a project. Each operator takes the files of a project
 * (path to text) and its arguments, and gives the files that it leaves changed; `null` is a deleted file. What an edit wants to find must be
 * there exactly as written: a mutation that has lost its place is an error, never a silent nothing.
 */
export const operators = {
  /**
   * `file` stops importing `name` and declares it itself, as `owner` does, but for `change`. `also` are edits of `file` that the copy needs, `uses` those
   * that go with the change; `stand`: the import that goes, where it is another; `accepted`: rule and reason of a comment that waves the copy through.
   */
  redeclare(files, { file, name, owner, stand = name, change = [], also = [], uses = [], imports = [], accepted }) {
    const comment = accepted === undefined ? '' : `${isPython(file) ? '#' : '//'} ssot-ignore-next-line ${accepted}\n`;
    const copy = comment + edited(declarationOf(files[owner], name, owner), change, owner);
    const rest = edited(withoutImport(files[file], stand, file), [...also, ...uses], file);
    return { [file]: withDeclaration(rest, copy, imports, file) };
  },

  /** `owner` is copied to `copy`, but for `change`; `importers` take the copy from then on. */
  fork(files, { owner, copy, change = [], importers = [] }) {
    const result = { [copy]: edited(files[owner], change, owner) };
    for (const { file, change: edits } of importers) result[file] = edited(files[file], edits, file);
    return result;
  },

  /** `from` becomes `to`; `updated` importers follow, the others are forgotten; `write`: new files. */
  move(files, { from, to, change = [], updated = [], write = {} }) {
    const result = { ...write, [from]: null, [to]: edited(files[from], change, from) };
    for (const { file, change: edits } of updated) result[file] = edited(files[file], edits, file);
    return result;
  },

  /** Plain edits of existing files, and new files. */
  edit(files, { edits = [], write = {} }) {
    const result = { ...write };
    for (const { file, change } of edits) result[file] = edited(result[file] ?? files[file], change, file);
    return result;
  },
};

/** Text with each of the pairs `[old, new]` replaced once. */
export function edited(text, change, where) {
  if (text === undefined) throw new Error(`There is no ${where}.`);
  return change.reduce((current, [before, after]) => {
    if (!current.includes(before)) throw new Error(`${where} does not contain ${JSON.stringify(before)}.`);
    return current.replace(before, () => after);
  }, text);
}

/** The whole declaration of a name at module level, decorators included and comments above it not. */
function declarationOf(text, name, where) {
  const lines = text.split('\n');
  const head = new RegExp(isPython(where) ? `^(?:(?:class|def) ${name}\\b|${name} =)` : `^(?:export )?(?:async )?(?:const|let|function|class|interface|type|enum) ${name}\\b`);
  let first = lines.findIndex((line) => head.test(line));
  if (first < 0) throw new Error(`${where} does not declare ${name}.`);
  let last = first + 1;
  if (isPython(where)) while (last < lines.length && /^(?:\s|[)\]}]|$)/.test(lines[last])) last++;
  else while (depthOf(lines.slice(first, last).join('\n')) > 0) last++;
  while (isPython(where) && /^@/.test(lines[first - 1] ?? '')) first--;
  return lines.slice(first, last).join('\n').trimEnd();
}

function depthOf(text) {
  return [...text].reduce((depth, letter) => depth + ('({['.includes(letter) ? 1 : ')}]'.includes(letter) ? -1 : 0), 0);
}

function withoutImport(text, name, where) {
  const pattern = isPython(where) ? /^(from \S+ import )(.+)()$/gm : /^(import (?:type )?\{ )(.+)( \} from .+;)$/gm;
  let found = false;
  const result = text.replace(pattern, (line, before, names, after) => {
    const kept = names.split(', ').filter((specifier) => specifier.replace(/^type /, '') !== name);
    if (kept.length === names.split(', ').length) return line;
    found = true;
    return kept.length === 0 ? '\0' : `${before}${kept.join(', ')}${after}`;
  });
  if (!found) throw new Error(`${where} does not import ${name}.`);
  return result.replace(/\0\n?/g, '');
}

/** The declaration goes under the imports; further imports go on top. */
function withDeclaration(text, declaration, imports, where) {
  const lines = text.split('\n');
  const isImport = (line) => /^(?:import |from \S+ import )/.test(line);
  const last = lines.findLastIndex(isImport);
  const first = lines.findIndex(isImport);
  const at = last >= 0 ? last + 1 : 0;
  const before = first >= 0 ? [...lines.slice(0, first), ...imports, ...lines.slice(first, at)] : imports;
  const rest = lines.slice(at).join('\n').replace(/^\n+/, '');
  const isBlock = isPython(where) && /^(?:@|class |def )/m.test(declaration);
  const gap = isPython(where) && (isBlock || /^(?:@|class |def )/.test(rest)) ? '\n\n\n' : '\n\n';
  return [...(before.length > 0 ? [before.join('\n')] : []), declaration, rest].join(gap);
}

function isPython(path) {
  return path.endsWith('.py');
}
