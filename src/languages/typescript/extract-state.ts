import type typescript from 'typescript';
import type { StateFact, StateUse } from '../../model/facts.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { binderOf } from './function-scope.js';
import { boundNameOf } from './function-names.js';
import { collectionType, coreOf, isNothing, useOf, type UseSite } from './state-uses.js';
import { lastSegment } from '../../util/dotted.js';
import { typeText } from './type-text.js';

/** Writes, and as many reads, of one binding that are kept. */
const MAX_USES = 60;
/** Calls that register the function they are given, by their last segment: it runs once per request or message. */
const REGISTERING: ReadonlySet<string> = new Set([
  'get', 'post', 'put', 'patch', 'delete', 'all', 'use', 'on', 'once', 'route', 'handle', 'subscribe', 'addListener', 'addEventListener', 'ws', 'process',
  'query', 'mutation', 'onMessage', 'consume',
]);

interface Candidate {
  holder: StateFact['holder'];
  name: string;
  scope: readonly string[];
  node: typescript.Node;
  value?: typescript.Expression;
  annotation?: string;
  /** `const` or `readonly`: it cannot be bound anew. */
  constant: boolean;
  uses: StateUse[];
}

/** Module-level variables, statics and per-object state, each with its uses in the file. */
export const extractState: Extractor = (context) => {
  const { ts } = context;
  const { SyntaxKind } = ts;
  const ofModule = new Map<string, Candidate>();
  /** By class node and attribute; statics under `static name`. */
  const ofClasses = new Map<typescript.Node, Map<string, Candidate>>();
  const classByName = new Map<string, typescript.Node>();
  const sites: UseSite[] = [];
  const here = (): UseSite => sites.at(-1) ?? { by: '' };

  const enterFunction = (node: typescript.FunctionLikeDeclaration): void => {
    const bound = boundNameOf(ts, node);
    const path = bound && [...context.scope, ...bound.owners, bound.name].join('.');
    const outer = here();
    const handler = registrationOf(node, context) ?? outer.handler;
    sites.push({ by: path ?? (outer.by === '' ? '()' : outer.by), ...(handler !== undefined && { handler }) });
  };
  const leaveFunction = (): void => void sites.pop();
  const functions = [
    SyntaxKind.FunctionDeclaration, SyntaxKind.FunctionExpression, SyntaxKind.ArrowFunction, SyntaxKind.MethodDeclaration, SyntaxKind.Constructor,
    SyntaxKind.GetAccessor, SyntaxKind.SetAccessor,
  ];

  return {
    enter: {
      [SyntaxKind.SourceFile](sourceFile: typescript.SourceFile) {
        for (const candidate of moduleVariables(sourceFile, context)) ofModule.set(candidate.name, candidate);
      },
      [SyntaxKind.ClassDeclaration](node: typescript.ClassDeclaration) {
        if (context.functionDepth > 0 || !node.name) return;
        classByName.set(node.name.text, node);
        ofClasses.set(node, attributes(node, [...context.scope, node.name.text], context));
      },
      [SyntaxKind.Identifier](node: typescript.Identifier) {
        const candidate = ofModule.get(node.text);
        if (candidate && isReference(node, context) && !binderOf(ts, node, node.text)) candidate.uses.push(useOf(node, here(), context));
      },
      [SyntaxKind.PropertyAccessExpression](node: typescript.PropertyAccessExpression) {
        const candidate = attributeOf(node, ofClasses, classByName, context);
        candidate?.uses.push(useOf(node, here(), context));
      },
      ...Object.fromEntries(functions.map((kind) => [kind, enterFunction])),
    },
    leave: Object.fromEntries(functions.map((kind) => [kind, leaveFunction])),
    end() {
      for (const candidate of ofModule.values()) addFact(candidate, context);
      for (const candidates of ofClasses.values()) for (const candidate of candidates.values()) addFact(candidate, context);
    },
  };
};

function moduleVariables(sourceFile: typescript.SourceFile, context: Context): Candidate[] {
  const { ts } = context;
  const found: Candidate[] = [];
  for (const statement of sourceFile.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    if (ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword)) continue;
    const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    for (const declaration of statement.declarationList.declarations) {
      if (!ts.isIdentifier(declaration.name)) continue;
      const { initializer, type } = declaration;
      if (constant && (!initializer || !isHolder(initializer, context))) continue;
      found.push({
        holder: 'module', name: declaration.name.text, scope: [], node: declaration, constant, uses: [],
        ...(initializer && { value: initializer }), ...(type && { annotation: typeText(context, type) }),
      });
    }
  }
  return found;
}

/** Whether a constant's initialiser makes something that can change: a collection or an object of a class. */
function isHolder(initializer: typescript.Expression, context: Context): boolean {
  const core = coreOf(context.ts, initializer);
  return context.ts.isNewExpression(core) || collectionType(context.ts, core) !== undefined;
}

function attributes(node: typescript.ClassDeclaration, scope: readonly string[], context: Context): Map<string, Candidate> {
  const { ts } = context;
  const found = new Map<string, Candidate>();
  const add = (name: string, isStatic: boolean, part: Partial<Candidate> & { node: typescript.Node }): void => {
    const id = isStatic ? `static ${name}` : name;
    const known = found.get(id);
    if (known?.value) return;
    found.set(id, { holder: isStatic ? 'class' : 'instance', name, scope, constant: false, uses: [], ...known, ...part });
  };
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member) && !ts.isComputedPropertyName(member.name)) {
      const modifiers = ts.getModifiers(member) ?? [];
      const has = (kind: typescript.SyntaxKind): boolean => modifiers.some((modifier) => modifier.kind === kind);
      if (member.initializer && (ts.isArrowFunction(member.initializer) || ts.isFunctionExpression(member.initializer))) continue;
      add(member.name.getText(), has(ts.SyntaxKind.StaticKeyword), {
        node: member, constant: has(ts.SyntaxKind.ReadonlyKeyword),
        ...(member.initializer && { value: member.initializer }), ...(member.type && { annotation: typeText(context, member.type) }),
      });
    } else if (ts.isConstructorDeclaration(member)) {
      for (const statement of member.body?.statements ?? []) {
        const expression = ts.isExpressionStatement(statement) ? statement.expression : undefined;
        if (!expression || !ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) continue;
        if (!ts.isPropertyAccessExpression(expression.left) || expression.left.expression.kind !== ts.SyntaxKind.ThisKeyword) continue;
        add(expression.left.name.text, false, { node: statement, value: expression.right });
      }
    }
  }
  return found;
}

/** The attribute that `this.x`, `Pool.x` or `this.constructor.x` denotes. */
function attributeOf(
  node: typescript.PropertyAccessExpression, ofClasses: ReadonlyMap<typescript.Node, ReadonlyMap<string, Candidate>>,
  classByName: ReadonlyMap<string, typescript.Node>, context: Context,
): Candidate | undefined {
  const { ts } = context;
  const { expression } = node;
  const name = node.name.text;
  if (expression.kind === ts.SyntaxKind.ThisKeyword) {
    if (ofClasses.size === 0) return undefined;
    let isStatic = false;
    for (let current: typescript.Node = node.parent; current; current = current.parent) {
      if (ts.isClassLike(current)) return ofClasses.get(current)?.get(isStatic ? `static ${name}` : name);
      if ((ts.isMethodDeclaration(current) || ts.isPropertyDeclaration(current) || ts.isAccessor(current))
        && ts.getModifiers(current)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword)) isStatic = true;
    }
    return undefined;
  }
  const owner = ts.isIdentifier(expression) ? classByName.get(expression.text) : undefined;
  return owner && ofClasses.get(owner)?.get(`static ${name}`);
}

/** Whether an identifier reads or writes a variable: not a declaration, property, label, type or import name. */
function isReference(node: typescript.Identifier, { ts }: Context): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) return parent.initializer === node;
  return ts.isExpression(parent) || ts.isStatement(parent) || ts.isSpreadAssignment(parent) || ts.isTemplateSpan(parent) || ts.isComputedPropertyName(parent);
}

/** The callee that a function without a name, or a named one, is handed to: `app.get` in `app.get('/', async (request) => ...)`. */
function registrationOf(node: typescript.Node, { ts }: Context): string | undefined {
  const { parent } = node;
  if (!ts.isCallExpression(parent) || parent.expression === node) return undefined;
  const callee = dotted(ts, parent.expression);
  return callee.includes('.') && REGISTERING.has(lastSegment(callee)) ? callee : undefined;
}

function addFact(candidate: Candidate, context: Context): void {
  const { ts } = context;
  const { holder, name, scope, value, annotation } = candidate;
  const core = value && coreOf(ts, value);
  const collection = core && collectionType(ts, core);
  const callee = core && (ts.isNewExpression(core) || ts.isCallExpression(core)) ? dotted(ts, core.expression) : undefined;
  const initial = collection !== undefined ? 'collection' : !core || isNothing(ts, core) ? 'none' : callee !== undefined ? 'instance' : 'scalar';
  const writes = candidate.uses.filter((use) => use.how !== 'read' && use.how !== 'return');
  const later = writes.filter((use) => use.by !== '' && (holder !== 'instance' || lastSegment(use.by) !== 'constructor'));
  const empty = collection !== undefined && isEmptyCollection(core!, context);

  if (holder === 'instance') {
    // What a method puts into an object from its caller's arguments; the rest is the object's own business.
    if (!(initial === 'collection' && later.length > 0) && !later.some((use) => use.how === 'assign' && use.value && use.value.from.length > 0)) return;
  } else if (later.length === 0) {
    // Object and array literals with entries and never written are constants; an object of a class may change itself.
    const mayFill = initial === 'instance' ? ts.isNewExpression(core!) : initial === 'collection' && (empty || ts.isNewExpression(core!)) && holder === 'module';
    if (!mayFill) return;
  }
  context.add({
    kind: 'state',
    name,
    scope,
    exported: holder === 'module' ? context.exports.has(name) : true,
    span: context.spanOf(candidate.node),
    holder,
    initial,
    ...((collection ?? callee ?? annotation) !== undefined && { type: collection ?? callee ?? annotation }),
    ...(callee !== undefined && collection === undefined && { arguments: (core as typescript.NewExpression).arguments?.length ?? 0 }),
    ...(annotation !== undefined && { annotation }),
    empty,
    lazy: writes.some((use) => use.how === 'assign' && use.by !== '' && use.ifEmpty === true),
    frozen: writes.length === 0 && candidate.constant && /^[A-Z][A-Z0-9_]*$/.test(name),
    ...(collection !== undefined && isBounded(collection, core!, context) && { bounded: true }),
    uses: keptUses(candidate.uses, holder),
  });
}

function isEmptyCollection(core: typescript.Expression, { ts }: Context): boolean {
  if (ts.isArrayLiteralExpression(core)) return core.elements.length === 0;
  if (ts.isObjectLiteralExpression(core)) return core.properties.length === 0;
  return !ts.isNewExpression(core) || (core.arguments?.length ?? 0) === 0;
}

function isBounded(collection: string, core: typescript.Expression, { ts }: Context): boolean {
  if (/^Weak|LRU|Cache$/.test(collection)) return true;
  return ts.isNewExpression(core) && /\b(?:max|maxSize|ttl|maxAge)\s*:/.test(core.arguments?.map((argument) => argument.getText()).join() ?? '');
}

/** All writes and, once per function and key, the reads; in source order. Of objects only the reads that name an entry, or hand it out. */
function keptUses(uses: readonly StateUse[], holder: StateFact['holder']): StateUse[] {
  const seen = new Set<string>();
  let writes = 0;
  let reads = 0;
  return uses.filter((use) => {
    if (use.how !== 'read' && use.how !== 'return') return ++writes <= MAX_USES;
    if (holder === 'instance' && use.how === 'read' && use.key === undefined) return false;
    const id = `${use.by} ${use.how} ${use.key ?? ''}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return ++reads <= MAX_USES;
  });
}
