import { compareText, groupByRelation, type AuditedFile, type FactIndex, type IndexedFact } from '../../src/index.js';
import { isTemplate } from './conventional-names.js';
import { createUnion, eachLink } from './union.js';

/** Files that say the same, each by a fact of it. */
export interface DuplicateFiles {
  /** By path; at least two files. */
  members: readonly IndexedFact[];
  /** Byte for byte. */
  equal: boolean;
}

/** Below so many lines a file holds too little to be copied: an empty package, a re-export. */
const MIN_LINES = 10;
/** Share of statements that two files have in common before one is a copy of the other that has drifted. */
const NEAR = 0.8;

/** So many bodies of a source file must be there before it is compared with files that are not byte-identical. */
const MIN_BODIES = 5;

const sourcesByIndex = new WeakMap<FactIndex, readonly DuplicateFiles[]>();

/** Source files of production code that are equal, or of which nearly all function bodies are. */
export function duplicateSources(facts: FactIndex): readonly DuplicateFiles[] {
  let groups = sourcesByIndex.get(facts);
  if (!groups) {
    const isSource = (file: AuditedFile): boolean => file.role === 'production' && !isTemplate(file) && facts.inFile(file.path, 'module').length > 0 && !isBarrel(facts, file);
    const bodies = (path: string): string[] => facts.inFile(path, 'function').filter(({ stub, statementCount }) => !stub && statementCount >= 2).map(({ bodyHash }) => bodyHash);
    groups = duplicateFiles(facts, isSource, bodies, MIN_BODIES);
    sourcesByIndex.set(facts, groups);
  }
  return groups;
}

/** Hands on what other files have, and has nothing of its own: two of one text hand on different things. */
function isBarrel(facts: FactIndex, { path }: AuditedFile): boolean {
  const imports = facts.inFile(path, 'import');
  const handsOn = path.endsWith('.py') ? path.endsWith('/__init__.py') && imports.length > 0 : imports.some(({ reExport }) => reExport);
  return handsOn && facts.inFile(path, 'module').every(({ bindings }) => bindings.every(({ declares, name }) => declares === 'import' || declares === 'alias' || name === '__all__'));
}

/** Tells whether two files are copies of one another, so that what is in them need not be told again. */
export function copyTest(facts: FactIndex): (a: AuditedFile, b: AuditedFile) => boolean {
  const groupOf = new Map<string, DuplicateFiles>(duplicateSources(facts).flatMap((group) => group.members.map(({ file }) => [file.path, group] as const)));
  return (a, b) => a !== b && groupOf.has(a.path) && groupOf.get(a.path) === groupOf.get(b.path);
}

/**
 * Groups of files, of one service or a service and a library it imports, that are equal or say nearly the same. `statementsOf` gives what a
 * file says, one text per statement, for the comparison of files that are not equal; a file of fewer than `least` is compared by its bytes
 * only.
 */
export function duplicateFiles(
  facts: FactIndex, isWanted: (file: AuditedFile) => boolean, statementsOf: (path: string) => readonly string[], least: number,
): DuplicateFiles[] {
  const files = facts.files.filter((file) => file.hash !== '' && file.lineCount >= MIN_LINES && isWanted(file));
  const union = createUnion<AuditedFile>();
  const byHash = new Map<string, AuditedFile>();
  for (const file of files) {
    const first = byHash.get(file.hash);
    if (first) union.join(first, file);
    else byHash.set(file.hash, file);
  }
  for (const [a, b] of nearlyEqual([...byHash.values()], statementsOf, least)) union.join(a, b);
  return union.components(files).flatMap((group) => {
    const places = group.map((file) => placeOf(facts, file)).filter((fact) => fact !== undefined).sort((a, b) => compareText(a.file.path, b.file.path));
    return groupByRelation(facts, places).filter((members) => members.length > 1)
      .map((members) => ({ members, equal: new Set(members.map(({ file }) => file.hash)).size === 1 }));
  });
}

/** Pairs of files with at least `NEAR` of their statements in common. Of a statement that many files have not every pair is looked at. */
function* nearlyEqual(files: readonly AuditedFile[], statementsOf: (path: string) => readonly string[], least: number): Iterable<[AuditedFile, AuditedFile]> {
  const statements = files.map(({ path }) => new Set(statementsOf(path)));
  const holders = new Map<string, number[]>();
  statements.forEach((set, position) => {
    if (set.size < least) return;
    for (const statement of set) {
      const list = holders.get(statement);
      if (list) list.push(position);
      else holders.set(statement, [position]);
    }
  });
  const shared = new Map<string, number>();
  for (const list of holders.values()) {
    eachLink(list, (a, b) => void shared.set(`${a} ${b}`, (shared.get(`${a} ${b}`) ?? 0) + 1));
  }
  for (const [pair, count] of shared) {
    const [a, b] = pair.split(' ').map(Number) as [number, number];
    if (count / (statements[a]!.size + statements[b]!.size - count) >= NEAR) yield [files[a]!, files[b]!];
  }
}

/** A fact that stands for the whole file: of code its module, of configuration its first entry. */
function placeOf(facts: FactIndex, { path }: AuditedFile): IndexedFact | undefined {
  return facts.inFile(path, 'module')[0] ?? facts.inFile(path, 'deployment')[0] ?? facts.inFile(path, 'config-entry')[0];
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
