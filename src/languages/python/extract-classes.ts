import type { SyntaxNode } from '@lezer/common';
import type { ClassFact } from '../../model/facts.js';
import { classFrames, type ClassFrame, type ClassFrames } from './class-frames.js';
import type { Context, Extractor } from './context.js';
import { decoratorNames } from './decorators.js';
import { dotted } from './dotted.js';
import { stringOf } from './literals.js';
import { typeText } from './type-text.js';

/** A `class` fact per class, at any depth; made when the walk leaves the class, for its methods tell of its fields. */
export const extractClasses: Extractor = (context) => {
  const frames = classFrames(context);
  return {
    enter: {
      ClassDefinition: (node) => {
        const frame = frames.open(node);
        addClassFields(node, frame, context, frames);
        const bases = node.getChild('ArgList');
        if (bases) frames.useNamesIn(bases);
      },
    },
    leave: {
      ClassDefinition: (node) => {
        const frame = frames.close();
        const named = node.getChild('VariableName');
        if (!named) return;
        const name = context.textOf(named);
        const bases = basesOf(node, context);
        const decorators = decoratorNames(node, context);
        const doc = docOf(node, context);
        const fact: ClassFact = {
          kind: 'class',
          name,
          scope: [...context.scope],
          exported: context.isExported(name),
          span: context.spanOf(node),
          form: formOf(bases, decorators, frame, node, context),
          bases,
          decorators,
          fields: [...frame.fields.values()],
          collaborators: frame.collaborators(),
          ...(doc && { doc }),
        };
        context.add(fact);
      },
    },
  };
};

/** Base classes, dotted; keyword arguments (`metaclass=`) and type arguments are dropped. */
function basesOf(node: SyntaxNode, context: Context): string[] {
  const bases: string[] = [];
  for (let part = node.getChild('ArgList')?.firstChild; part; part = part.nextSibling) {
    if (part.nextSibling?.name === 'AssignOp' || part.prevSibling?.name === 'AssignOp') continue;
    const base = dotted(part, context.text).replace(/\[\]/g, '');
    if (base) bases.push(base);
  }
  return bases;
}

/** Annotated and assigned names of the class body itself. */
function addClassFields(node: SyntaxNode, frame: ClassFrame, context: Context, frames: ClassFrames): void {
  for (let statement = node.getChild('Body')?.firstChild; statement; statement = statement.nextSibling) {
    if (statement.name === 'FunctionDefinition' || statement.name === 'DecoratedStatement' || statement.name === 'ClassDefinition') continue;
    frames.useNamesIn(statement);
    if (statement.name !== 'AssignStatement') continue;
    const target = statement.firstChild;
    if (target?.name !== 'VariableName') continue;
    const name = context.textOf(target);
    if (frame.fields.has(name)) continue;
    const annotation = statement.getChild('TypeDef');
    frame.fields.set(name, {
      name,
      ...(annotation && { type: typeText(annotation, context.text) }),
      optional: statement.getChild('AssignOp') !== null,
      line: context.lineAt(target.from),
    });
  }
}

const DATA_BASES: ReadonlySet<string> = new Set(['BaseModel', 'BaseSettings', 'TypedDict', 'NamedTuple', 'SQLModel', 'Struct', 'RootModel', 'GenericModel']);
const DATA_DECORATORS: ReadonlySet<string> = new Set(['dataclass', 'dataclasses.dataclass', 'pydantic.dataclasses.dataclass', 'attr.s', 'attrs.define', 'attr.define', 'define', 'frozen', 'attr.dataclass']);

function formOf(
  bases: readonly string[], decorators: readonly string[], frame: ClassFrame, node: SyntaxNode, context: Context,
): ClassFact['form'] {
  const last = bases.map((base) => base.slice(base.lastIndexOf('.') + 1));
  if (last.includes('Protocol')) return 'protocol';
  if (last.some((base) => /(^|[a-z])(Enum|Flag)$/.test(base))) return 'enum';
  if (last.some((base) => /(Exception|Error|Warning)$/.test(base)) || last.includes('BaseException')) return 'exception';
  const isAbstract = last.includes('ABC') || hasAbstractMetaclass(node, context)
    || frame.methods.some((method) => method.decorators.some((decorator) => /(^|\.)abstract(method|property|classmethod|staticmethod)$/.test(decorator)));
  if (isAbstract) {
    const methods = frame.methods.filter((method) => method.name !== '__init__');
    return methods.length > 0 && methods.every((method) => method.stub) ? 'protocol' : 'abstract';
  }
  if (last.some((base) => DATA_BASES.has(base)) || decorators.some((decorator) => DATA_DECORATORS.has(decorator))) return 'data';
  return 'class';
}

function hasAbstractMetaclass(node: SyntaxNode, context: Context): boolean {
  for (let part = node.getChild('ArgList')?.firstChild; part; part = part.nextSibling) {
    if (part.prevSibling?.name === 'AssignOp' && /(^|\.)ABCMeta$/.test(dotted(part, context.text))) return true;
  }
  return false;
}

/** First line of the doc string. */
function docOf(node: SyntaxNode, context: Context): string | undefined {
  let statement = node.getChild('Body')?.firstChild;
  while (statement && (statement.name === ':' || statement.name === 'Comment')) statement = statement.nextSibling;
  const doc = statement?.name === 'ExpressionStatement' ? stringOf(statement.firstChild, context.text) : undefined;
  return doc?.split('\n').map((line) => line.trim()).find((line) => line !== '');
}
