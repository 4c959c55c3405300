import type { SyntaxNode } from '@lezer/common';
import type { Field, FunctionFact } from '../../model/facts.js';
import { sortedDistinct } from '../../util/compare.js';
import { hash32, hashRange } from '../../util/hash.js';
import type { Context } from './context.js';
import { typeText } from './type-text.js';

/** A class that the walk is inside of, as far as its methods have told of it. */
export interface ClassFrame {
  node: SyntaxNode;
  methods: FunctionFact[];
  fields: Map<string, Field>;
  /** Adds what `self.x = ...` in a method shows. */
  addSelfField(target: SyntaxNode): void;
  /** Imported names that the class uses; sorted, distinct. */
  collaborators(): string[];
}

/** The classes around the node that the walk visits. Shared by the extractors of classes and of functions, for a body is walked once. */
export interface ClassFrames {
  open(node: SyntaxNode): ClassFrame;
  close(): ClassFrame;
  /** The frame of the class whose body holds the function directly. */
  directlyAround(fn: SyntaxNode): ClassFrame | undefined;
  /** Notes the use of a name (`hash32` of its text) for every class around. */
  use(name: number): void;
  /** Notes the use of every variable name in an expression or type. */
  useNamesIn(node: SyntaxNode): void;
}

const framesByFile = new WeakMap<Context, ClassFrames>();

export function classFrames(context: Context): ClassFrames {
  let frames = framesByFile.get(context);
  if (!frames) framesByFile.set(context, (frames = createFrames(context)));
  return frames;
}

function createFrames(context: Context): ClassFrames {
  const imported = new Map<number, string>();
  for (const local of context.imports.keys()) imported.set(hash32(local), local);
  const stack: { frame: ClassFrame; uses: Set<string> }[] = [];
  const use = (name: number): void => {
    if (stack.length === 0) return;
    const local = imported.get(name);
    if (local !== undefined) for (const { uses } of stack) uses.add(local);
  };
  return {
    open(node) {
      const uses = new Set<string>();
      const fields = new Map<string, Field>();
      const frame: ClassFrame = {
        node,
        methods: [],
        fields,
        addSelfField(target) {
          const property = target.lastChild;
          if (property?.name !== 'PropertyName') return;
          const name = context.textOf(property);
          if (fields.has(name)) return;
          const annotation = target.nextSibling?.name === 'TypeDef' ? target.nextSibling : undefined;
          fields.set(name, {
            name, ...(annotation && { type: typeText(annotation, context.text) }), optional: false, line: context.lineAt(target.from),
          });
        },
        collaborators: () => sortedDistinct(uses),
      };
      stack.push({ frame, uses });
      return frame;
    },
    close: () => stack.pop()!.frame,
    directlyAround(fn) {
      const frame = stack.at(-1)?.frame;
      if (!frame) return undefined;
      let parent = fn.parent;
      while (parent && parent.name !== 'ClassDefinition' && parent.name !== 'FunctionDefinition') parent = parent.parent;
      return parent?.from === frame.node.from && parent.name === 'ClassDefinition' ? frame : undefined;
    },
    use,
    useNamesIn(node) {
      if (stack.length === 0) return;
      const cursor = node.cursor();
      do {
        if (cursor.name === 'VariableName') use(hashRange(context.text, cursor.from, cursor.to));
      } while (cursor.next() && cursor.from < node.to);
    },
  };
}
