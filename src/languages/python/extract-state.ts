import type { SyntaxNode } from '@lezer/common';
import type { StateFact, StateUse } from '../../model/facts.js';
import { callArguments } from './call-arguments.js';
import type { Context, Extractor } from './context.js';
import { assignmentOf, enclosingFunction, functionScopeOf, parametersIn } from './function-scope.js';
import { annotationText, coreOf, flatText, moduleBodyOf, pathAround, type BoundName, type ClassBody } from './state-names.js';
import { argumentCount, calleeOf, collectionType, useOf } from './state-uses.js';
import { lastSegment } from '../../util/dotted.js';

/** Writes, and as many reads, of one binding that are kept. */
const MAX_USES = 60;
/** Constructors of types, fields and plain values: nobody changes what they make. */
const VALUE_CONSTRUCTORS: ReadonlySet<string> = new Set([
  'TypeVar', 'ParamSpec', 'TypeVarTuple', 'NewType', 'NamedTuple', 'TypedDict', 'Enum', 'IntEnum', 'StrEnum', 'Path', 'PurePath', 'Decimal', 'UUID',
  'Field', 'Column', 'ForeignKey', 'Literal', 'Union', 'Optional', 'Annotated', 'MappingProxyType', 'ConfigDict', 'SettingsConfigDict',
]);
/** Methods that build an object: what they assign is not a later change. */
const CONSTRUCTING: ReadonlySet<string> = new Set(['__init__', '__post_init__', '__new__', '__setstate__']);

interface Candidate {
  holder: StateFact['holder'];
  name: string;
  scope: readonly string[];
  /** Where it is bound first. */
  node: SyntaxNode;
  value?: SyntaxNode;
  annotation?: string;
  uses: StateUse[];
}

/** Module-level, class-level and per-object state, and mutable defaults of parameters, each with its uses in the file. */
export const extractState: Extractor = (context) => ({
  enter: {
    Script(top) {
      const { bindings, classes } = moduleBodyOf(top, context);
      addModuleState(bindings, top, context);
      if (classes.length > 0) addClassState(classes, top, context);
      if (context.text.includes('app.state')) addApplicationState(top, context);
    },
    ParamList(list) {
      if (list.parent?.name === 'FunctionDefinition' && list.getChild('AssignOp')) addMutableDefaults(list, list.parent, context);
    },
  },
});

function addModuleState(bindings: readonly BoundName[], top: SyntaxNode, context: Context): void {
  const { text } = context;
  const candidates = new Map<string, Candidate>();
  for (const binding of bindings) {
    if (isDunder(binding.name) || context.imports.has(binding.name)) continue;
    const known = candidates.get(binding.name);
    if (!known) candidates.set(binding.name, candidateOf(binding, 'module', []));
    // `try: client = connect() except ImportError: client = None`: the value that is one decides.
    else if (binding.value && (!known.value || coreOf(known.value).name === 'None')) known.value = binding.value;
  }
  // A number, a None or a logger is state only where a function claims the name; most are not, and their uses need not be looked for.
  const claimed = new Set([...text.matchAll(/\bglobal\s+(\w+(?:\s*,\s*\w+)*)/g)].flatMap((match) => match[1]!.split(/\s*,\s*/)));
  for (const [name, candidate] of candidates) {
    if (!mayBeState(candidate, text) || !(claimed.has(name) || holdsByItself(candidate, text))) candidates.delete(name);
  }
  forEachName(top, text, '\\b', candidates.keys(), (node, name) => {
    if (node.name === 'VariableName' && refersToModule(node, name, context)) candidates.get(name)!.uses.push(useOf(node, context));
  });
  for (const candidate of candidates.values()) addFact(candidate, context);
}

function addClassState(classes: readonly ClassBody[], top: SyntaxNode, context: Context): void {
  const { text } = context;
  const ofClass = new Map<string, Candidate>();
  const ofInstance = new Map<string, Candidate>();
  const defaultFactories = new Set<string>();
  for (const { path, bindings } of classes) {
    for (const binding of bindings) {
      if (isDunder(binding.name)) continue;
      const factory = defaultFactory(binding, text);
      if (factory) {
        ofInstance.set(`${path}.${binding.name}`, { ...candidateOf(binding, 'instance', path.split('.')), value: factory });
        defaultFactories.add(`${path}.${binding.name}`);
      }
      else ofClass.set(`${path}.${binding.name}`, candidateOf(binding, 'class', path.split('.')));
    }
  }
  for (const [id, candidate] of ofClass) if (!mayBeState(candidate, text)) ofClass.delete(id);

  const pathOf = new Map(classes.map(({ definition, path }) => [definition.from, path]));
  const classAround = (node: SyntaxNode): string | undefined => {
    for (let current = node.parent; current; current = current.parent) if (current.name === 'ClassDefinition') return pathOf.get(current.from);
    return undefined;
  };

  // `self.x = ...`: which attributes each object has of its own, and which of them are collections or change after construction.
  const own = new Map<string, Candidate>();
  for (const match of text.matchAll(/\bself\.(\w+)\s*(?::[^=\n]*)?=(?!=)/g)) {
    const member = memberAt(top, match.index + 5);
    const path = member && classAround(member);
    const statement = member?.parent;
    if (path === undefined || statement?.name !== 'AssignStatement') continue;
    const value = statement.getChild('AssignOp') ? statement.lastChild! : undefined;
    const typeDef = statement.getChild('TypeDef');
    const id = `${path}.${match[1]!}`;
    let candidate = own.get(id);
    if (!candidate) own.set(id, (candidate = { holder: 'instance', name: match[1]!, scope: path.split('.'), node: statement, uses: [], ...(value && { value }) }));
    if (typeDef) candidate.annotation ??= annotationText(typeDef, text);
    if (!value || defaultFactories.has(id)) continue;
    if (collectionType(coreOf(value), text)) {
      // The attribute is as unbounded as its least bounded branch: `WeakValueDictionary() if weak else {}` spelt as two statements.
      const before = candidate.value && coreOf(candidate.value);
      if (!before || !collectionType(before, text) || isBounded(collectionType(before, text)!, before, text)) Object.assign(candidate, { value, node: statement });
      ofInstance.set(id, candidate);
    } else if (isChangedLater(member!, value, context)) ofInstance.set(id, candidate);
  }
  // `_x = None` in the class body and `self._x = v` in a method: the class only declares the default of an attribute of its objects.
  const attributes = new Set([...ofClass.values(), ...ofInstance.values()].map((candidate) => candidate.name));
  const byName = new Map(classes.map(({ path }) => [lastSegment(path), path]));
  forEachName(top, text, '\\.\\s*', attributes, (node, name) => {
    const member = node.parent;
    if (node.name !== 'PropertyName' || member?.name !== 'MemberExpression') return;
    const object = flatText(member.firstChild!, text);
    const around = classAround(member);
    if (object === 'self') {
      const id = `${around}.${name}`;
      const candidate = ofInstance.get(id) ?? (own.has(id) ? undefined : ofClass.get(id));
      if (!candidate) return;
      const use: StateUse = { ...useOf(member, context), ...(candidate.holder === 'class' && { throughObject: true }) };
      // `self.total += 1` on a class-level number gives the object a number of its own.
      if (candidate.holder === 'instance' || use.how !== 'mutate' || isCollection(candidate, text)) candidate.uses.push(use);
    } else {
      const path = object === 'cls' || object === 'self.__class__' || object === 'type(self)' ? around : byName.get(lastSegment(object));
      ofClass.get(`${path}.${name}`)?.uses.push(useOf(member, context));
    }
  });
  for (const candidate of [...ofClass.values(), ...ofInstance.values()]) addFact(candidate, context);
}

/** `app.state.pool = Pool()` and `getattr(request.app.state, "pool")`: what all requests of a Starlette or FastAPI application share. */
function addApplicationState(top: SyntaxNode, context: Context): void {
  const { text } = context;
  const found = new Map<string, Candidate>();
  for (const match of text.matchAll(/\bapp\.state(?:\.(\w+)|\s*,\s*(['"])(\w+)\2)/g)) {
    const name = match[1] ?? match[3]!;
    const member = match[1] === undefined ? undefined : memberAt(top, match.index + match[0].length - name.length);
    const node = member ?? top.resolveInner(match.index, 1);
    if (!member && node.name !== 'VariableName' && node.name !== 'PropertyName') continue;
    const use: StateUse = member ? useOf(member, context) : { by: pathAround(node, text), how: 'read', span: context.spanOf(node) };
    let candidate = found.get(name);
    if (!candidate) found.set(name, (candidate = { holder: 'application', name, scope: [], node, uses: [] }));
    // The file's first assignment of an object is where it is made.
    if (use.how === 'assign' && use.value?.form !== 'none' && !candidate.uses.some((each) => each.how === 'assign' && each.value?.form !== 'none')) candidate.node = node.parent ?? node;
    candidate.uses.push(use);
  }
  for (const { name, node, uses } of found.values()) {
    if (uses.every(({ how, value }) => how === 'assign' && (value?.form === 'literal' || value?.form === 'none'))) continue;
    context.add({
      kind: 'state', name, scope: [], exported: true, span: context.spanOf(node), holder: 'application', initial: 'none', empty: false,
      lazy: uses.some((use) => use.how === 'assign' && use.ifEmpty === true), frozen: false, uses: keptUses(uses, 'application'),
    });
  }
}

/** `def add(item, items=[])`: state, when the function changes, keeps or returns `items`. */
function addMutableDefaults(list: SyntaxNode, fn: SyntaxNode, context: Context): void {
  const { text } = context;
  for (let part = list.firstChild; part; part = part.nextSibling) {
    const value = part.name === 'AssignOp' ? part.nextSibling : undefined;
    if (!value || !collectionType(value, text)) continue;
    let target = part.prevSibling;
    const typeDef = target?.name === 'TypeDef' ? target : undefined;
    if (typeDef) target = typeDef.prevSibling;
    if (target?.name !== 'VariableName') continue;
    const name = text.slice(target.from, target.to);
    const candidate: Candidate = {
      holder: 'default', name, scope: [...context.scope], node: target, value, uses: [], ...(typeDef && { annotation: annotationText(typeDef, text) }),
    };
    const body = fn.getChild('Body');
    if (!body) continue;
    forEachName(body, text, '\\b', [name], (node) => {
      if (node.name !== 'VariableName' || enclosingFunction(node)?.from !== fn.from) return;
      const use = useOf(node, context);
      const attribute = keptIn(node);
      candidate.uses.push(attribute ? { ...use, how: 'keep', ...(isAttributeChanged(attribute, context) && { changed: true }) } : use);
    });
    // `items = items or []` makes it local; only what happens to the default itself counts.
    if (candidate.uses.some((use) => use.how === 'assign')) continue;
    if (candidate.uses.some((use) => use.how !== 'read')) addFact(candidate, context);
  }
}

/** `self.items` in `self.items = items`: where the object keeps the default itself. */
function keptIn(name: SyntaxNode): SyntaxNode | undefined {
  const statement = name.parent;
  if (statement?.name !== 'AssignStatement') return undefined;
  const { targets, values } = assignmentOf(statement);
  return values.some((value) => value.from === name.from) ? targets.find((target) => target.name === 'MemberExpression') : undefined;
}

/** Whether a method of the class around it changes an attribute in place, or hands it out. */
function isAttributeChanged(attribute: SyntaxNode, context: Context): boolean {
  const { text } = context;
  let around: SyntaxNode | null = attribute.parent;
  while (around && around.name !== 'ClassDefinition') around = around.parent;
  if (!around) return true;
  const target = flatText(attribute, text);
  let isChanged = false;
  forEachName(around, text, '\\.\\s*', [lastSegment(target)], (node) => {
    const member = node.parent;
    if (member?.name !== 'MemberExpression' || flatText(member, text) !== target) return;
    const { how } = useOf(member, context);
    if (how === 'mutate' || how === 'keyed' || how === 'remove' || how === 'return') isChanged = true;
  });
  return isChanged;
}

function candidateOf(binding: BoundName, holder: StateFact['holder'], scope: readonly string[]): Candidate {
  return {
    holder, name: binding.name, scope, node: binding.statement, uses: [],
    ...(binding.value && { value: binding.value }), ...(binding.annotation !== undefined && { annotation: binding.annotation }),
  };
}

function isCollection(candidate: Candidate, text: string): boolean {
  return candidate.value !== undefined && collectionType(coreOf(candidate.value), text) !== undefined;
}

function isDunder(name: string): boolean {
  return name.startsWith('__') && name.endsWith('__');
}

/** Whether a binding can be state at all: cheap, before its uses are looked for. */
function mayBeState(candidate: Candidate, text: string): boolean {
  const core = candidate.value && coreOf(candidate.value);
  if (!core) return candidate.annotation !== undefined && candidate.holder === 'module';
  if (core.name !== 'CallExpression') return core.name !== 'LambdaExpression' && core.name !== 'FormatString';
  return !VALUE_CONSTRUCTORS.has(lastSegment(calleeOf(core, text)));
}

/** Whether what is bound can change without being bound anew: a collection, or an object of a class. */
function holdsByItself(candidate: Candidate, text: string): boolean {
  if (isCollection(candidate, text)) return true;
  const core = candidate.value && coreOf(candidate.value);
  return core?.name === 'CallExpression' && isClassLike(calleeOf(core, text));
}

/** The collection that a dataclass or pydantic field makes for each object: `dict` in `field(default_factory=dict)`. */
function defaultFactory(binding: BoundName, text: string): SyntaxNode | undefined {
  const { value } = binding;
  if (value?.name !== 'CallExpression' || binding.annotation === undefined) return undefined;
  const factory = callArguments(value, text).keywords.get('default_factory');
  if (!factory) return undefined;
  if (factory.name === 'LambdaExpression') return factory.lastChild && collectionType(factory.lastChild, text) ? factory.lastChild : undefined;
  return factoryName(factory, text) ? factory : undefined;
}

/** Whether a method other than the constructor puts something of its caller's into the attribute. */
function isChangedLater(member: SyntaxNode, value: SyntaxNode, context: Context): boolean {
  const fn = enclosingFunction(member);
  const name = fn?.getChild('VariableName');
  if (!fn || !name || CONSTRUCTING.has(context.text.slice(name.from, name.to))) return false;
  return parametersIn(value, fn, context).length > 0;
}

/** Calls back for each occurrence of the names in the text below `root`: found by text, confirmed by the tree. */
function forEachName(root: SyntaxNode, text: string, before: string, names: Iterable<string>, found: (node: SyntaxNode, name: string) => void): void {
  const alternatives = [...names].join('|');
  if (alternatives === '') return;
  const pattern = new RegExp(`${before}(${alternatives})\\b`, 'g');
  pattern.lastIndex = root.from;
  for (let match = pattern.exec(text); match && match.index < root.to; match = pattern.exec(text)) {
    const name = match[1]!;
    const start = match.index + match[0].length - name.length;
    const node = root.resolveInner(start, 1);
    if (node.from === start && node.to === start + name.length) found(node, name);
  }
}

function memberAt(top: SyntaxNode, position: number): SyntaxNode | undefined {
  const member = top.resolveInner(position, 1).parent;
  return member?.name === 'MemberExpression' ? member : undefined;
}

/** Whether a variable name inside a function, or at module level, denotes the module's binding; its own declaration does not count. */
function refersToModule(node: SyntaxNode, name: string, context: Context): boolean {
  const parent = node.parent;
  if (parent?.name === 'ScopeStatement') return parent.firstChild?.name === 'global';
  if (parent?.name === 'ParamList' || parent?.name === 'ImportStatement') return false;
  if (parent?.name === 'ArgList' && node.nextSibling?.name === 'AssignOp') return false;
  let fn = enclosingFunction(node);
  if (!fn) return parent?.name !== 'AssignStatement' || parent.firstChild?.from !== node.from;
  for (; fn; fn = enclosingFunction(fn)) {
    const scope = functionScopeOf(fn, context);
    if (scope.globals.has(name)) return true;
    if (scope.locals.has(name)) return false;
  }
  return true;
}

function addFact(candidate: Candidate, context: Context): void {
  const { text } = context;
  const { value, annotation, holder, name, scope } = candidate;
  const core = value && coreOf(value);
  const collection = core && (core.name === 'VariableName' && holder === 'instance' ? factoryName(core, text) : collectionType(core, text));
  const callee = core?.name === 'CallExpression' ? calleeOf(core, text) : undefined;
  const writes = candidate.uses.filter((use) => isWrite(use));
  const inFunctions = writes.some((use) => use.by !== '');
  const initial = collection ? 'collection' : !core || core.name === 'None' ? 'none' : callee !== undefined ? 'instance' : 'scalar';

  const written = holder === 'class' ? writes.length > 0 : inFunctions;
  if (initial === 'none' || initial === 'scalar') {
    if (!written) return;
  } else if (holder === 'class') {
    if (!written && (initial === 'collection' || !isClassLike(callee!))) return;
  } else if (holder === 'module' && initial === 'instance' && !written && !isClassLike(callee!)) return;

  const declaredConstant = /^_*[A-Z][A-Z0-9_]*$/.test(name) || /\bFinal\b/.test(annotation ?? '');
  const frozen = declaredConstant && writes.length === 0;
  const empty = collection !== undefined && isEmptyCollection(core!, text);
  // A table of constants is a constant fact, not state.
  if (holder === 'module' && frozen && initial === 'collection' && !empty) return;

  context.add({
    kind: 'state',
    name,
    scope,
    exported: holder === 'module' ? (context.all ? context.all.has(name) : !name.startsWith('_')) : !name.startsWith('_'),
    span: context.spanOf(candidate.node),
    holder,
    initial,
    ...((collection ?? callee ?? annotation) !== undefined && { type: collection ?? callee ?? annotation }),
    ...(callee !== undefined && !collection && { arguments: argumentCount(core!, text) }),
    ...(annotation !== undefined && { annotation }),
    empty,
    lazy: writes.some((use) => use.how === 'assign' && use.by !== '' && use.ifEmpty === true),
    frozen,
    ...(collection && isBounded(collection, core!, text) && { bounded: true }),
    uses: keptUses(candidate.uses, holder),
  });
}

function factoryName(node: SyntaxNode, text: string): string | undefined {
  const name = text.slice(node.from, node.to);
  return /^(?:dict|list|set|defaultdict|OrderedDict|deque)$/.test(name) ? name : undefined;
}

function isClassLike(callee: string): boolean {
  return /^_*[A-Z]/.test(lastSegment(callee)) && !/^_*[A-Z0-9_]+$/.test(lastSegment(callee));
}

function isEmptyCollection(core: SyntaxNode, text: string): boolean {
  if (core.name === 'CallExpression') return callArguments(core, text).positional.every((argument) => argument.name === 'VariableName' || argument.name === 'LambdaExpression' || argument.name === 'Number');
  if (core.name === 'VariableName') return true;
  return core.firstChild?.nextSibling?.nextSibling === null;
}

/** A collection that cannot grow without end: a maximum is part of its construction, or it holds its entries weakly. */
function isBounded(collection: string, core: SyntaxNode, text: string): boolean {
  if (collection.startsWith('Weak') || /Cache$/.test(collection)) return true;
  // Each entry of a `defaultdict(lambda: deque(maxlen=9))` is bounded, their number is not.
  return core.name === 'CallExpression' && collection !== 'defaultdict' && /\bmaxlen\s*=|\bmaxsize\s*=|\bttl\s*=/.test(flatText(core, text));
}

function isWrite({ how }: StateUse): boolean {
  return how !== 'read' && how !== 'return' && how !== 'claim';
}

/** All writes and, once per function and key, the reads; in source order. Of objects only the reads that name an entry, or hand it out. */
function keptUses(uses: readonly StateUse[], holder: StateFact['holder']): StateUse[] {
  const seen = new Set<string>();
  let writes = 0;
  let reads = 0;
  return uses.filter((use) => {
    if (isWrite(use)) return ++writes <= MAX_USES;
    if (holder === 'instance' && use.how === 'read' && use.key === undefined) return false;
    const id = `${use.by} ${use.how} ${use.key ?? ''}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return ++reads <= MAX_USES;
  });
}
