import type ts from 'typescript';
import type { Span } from '../../model/location.js';
import { deployCommandFacts, UNKNOWN, type Argument } from '../deploy-strings.js';
import { deployTableFacts, isDeployTableName, pairListEntries, type DeployTable } from '../deploy-tables.js';
import { child, textOf, type DataEntry, type DataNode } from '../settings.js';
import { shellCommands } from '../shell-words.js';
import type { Context, Extractor } from './context.js';
import { bare } from './literals.js';
import { spanAt } from './parse.js';

/** What only a script or stack that deploys something holds. A file without it is not looked at. */
const DEPLOYS = /--(?:set|update)-(?:build-)?(?:env-vars|secrets)\b|["'`\s]run["'`,\s]+deploy\b|\bkubectl["'`,\s]+(?:set|create)\b|\baws-cdk-lib\b|@aws-cdk\/|@pulumi\/|\bcdktf\b|\bsst\.config\b|\bsst\/constructs\b/;

const MAX_DEPTH = 12;

/** Environment variables and secrets that a deploy script or an infrastructure program (CDK, Pulumi) gives to what it deploys. */
export const extractDeployEntries: Extractor = (context) => {
  const { ts: typescript, sourceFile } = context;
  if (!DEPLOYS.test(sourceFile.text)) return {};
  const { SyntaxKind } = typescript;
  const constants = stringConstants(context);
  const done = new Set<ts.Node>();

  const table = (name: string, value: ts.Expression, around: { service?: string; owner?: DeployTable['owner'] }): void => {
    const inner = bare(typescript, value);
    if (done.has(inner) || !isDeployTableName(name) || !(typescript.isObjectLiteralExpression(inner) || typescript.isArrayLiteralExpression(inner))) return;
    const facts = deployTableFacts({
      name, node: data(inner, 0), services: around.service === undefined ? [] : [around.service], ...(around.owner && { owner: around.owner }),
    });
    if (facts.length === 0) return;
    markAll(inner);
    for (const fact of facts) context.add(fact);
  };
  const markAll = (node: ts.Node): void => {
    done.add(node);
    typescript.forEachChild(node, markAll);
  };

  const argument = (node: ts.Expression): Argument => {
    const pieces = { text: '', offsets: [] as number[], partial: false };
    collect(bare(typescript, node), pieces, 0);
    const { text, offsets, partial } = pieces;
    const spanIn = (from: number, to: number): Span => {
      const start = offsets[from] ?? node.getStart(sourceFile);
      return spanAt(sourceFile, start, Math.max(start, (offsets[to - 1] ?? start) + 1));
    };
    return { text, span: context.spanOf(node), verbatim: true, ...(offsets.length > 0 && { spanIn }), ...(partial && { partial: true }) };
  };

  /** Text of a string-like expression; what is not known reads as `…`. */
  const collect = (node: ts.Expression, into: { text: string; offsets: number[]; partial: boolean }, depth: number): void => {
    const put = (text: string, at: number, step: 0 | 1): void => {
      for (let index = 0; index < text.length; index++) {
        into.text += text[index];
        into.offsets.push(at + index * step);
      }
    };
    const start = node.getStart(sourceFile);
    const expression = (inner: ts.Expression): void => {
      const known = typescript.isIdentifier(inner) ? constants.get(inner.text) : undefined;
      if (known === undefined) into.partial = true;
      put(known ?? UNKNOWN, inner.getStart(sourceFile), 0);
    };
    if (typescript.isStringLiteralLike(node)) {
      // With an escape the offsets drift by a unit or two, and the line is still right.
      put(node.text, start + 1, 1);
    } else if (typescript.isTemplateExpression(node)) {
      put(node.head.text, start + 1, 1);
      for (const span of node.templateSpans) {
        expression(span.expression);
        put(span.literal.text, span.literal.getStart(sourceFile) + 1, 1);
      }
    } else if (typescript.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.PlusToken && depth < MAX_DEPTH) {
      collect(bare(typescript, node.left), into, depth + 1);
      collect(bare(typescript, node.right), into, depth + 1);
    } else if (typescript.isNumericLiteral(node) || node.kind === SyntaxKind.TrueKeyword || node.kind === SyntaxKind.FalseKeyword) {
      put(node.getText(sourceFile), start, 1);
    } else expression(node);
  };

  const data = (given: ts.Expression, depth: number): DataNode => {
    const node = bare(typescript, given);
    const span = context.spanOf(node);
    if (depth > MAX_DEPTH) return { type: 'scalar', isString: false, isNull: false, span };
    if (typescript.isObjectLiteralExpression(node)) {
      const entries = node.properties.flatMap((property): DataEntry[] => {
        const key = property.name && nameOf(property.name);
        if (key === undefined || !property.name) return [];
        const keySpan = context.spanOf(property.name);
        if (typescript.isPropertyAssignment(property)) return [{ key, keySpan, value: data(property.initializer, depth + 1) }];
        return [{ key, keySpan, value: { type: 'scalar', isString: false, isNull: false, span: keySpan } }];
      });
      return { type: 'map', entries, span };
    }
    if (typescript.isArrayLiteralExpression(node)) return { type: 'list', items: node.elements.map((element) => data(element, depth + 1)), span };
    const { text, partial } = argument(node);
    return { type: 'scalar', isString: typescript.isStringLiteralLike(node), isNull: node.kind === SyntaxKind.NullKeyword, span, ...(!partial && { text }) };
  };

  const nameOf = (name: ts.PropertyName): string | undefined => (
    typescript.isIdentifier(name) || typescript.isStringLiteralLike(name) ? name.text : undefined
  );

  /** What the object that a property stands in describes: its own name, else the text that the surrounding call begins with. */
  const described = (object: ts.ObjectLiteralExpression): { service?: string; owner: NonNullable<DeployTable['owner']> } => {
    const siblings = data(object, MAX_DEPTH - 1);
    const call = enclosingCall(object);
    const service = ['serviceName', 'functionName', 'containerName', 'name', 'service'].map((key) => textOf(child(siblings, key))).find((text) => text !== undefined)
      ?? call?.arguments?.flatMap((given) => (typescript.isStringLiteralLike(given) ? [given.text] : []))[0];
    const directory = ['directory', 'context', 'path', 'entry'].map((key) => textOf(child(siblings, key))).find((text) => text !== undefined);
    const dockerfile = textOf(child(siblings, 'dockerfile')) ?? textOf(child(siblings, 'file'));
    return {
      ...(service !== undefined && { service }),
      owner: { span: context.spanOf(call ?? object), ...(directory !== undefined && { directory }), ...(dockerfile !== undefined && { dockerfile }) },
    };
  };

  /** The call that an object is an argument of, at any depth of literals (Pulumi nests containers in templates). */
  const enclosingCall = (node: ts.Node): ts.CallExpression | ts.NewExpression | undefined => {
    let current = node.parent;
    while (typescript.isPropertyAssignment(current) || typescript.isObjectLiteralExpression(current) || typescript.isArrayLiteralExpression(current)) current = current.parent;
    return typescript.isCallExpression(current) || typescript.isNewExpression(current) ? current : undefined;
  };

  const command = (args: readonly Argument[]): boolean => {
    const facts = deployCommandFacts(args, { format: 'deploy-script' });
    for (const fact of facts) context.add(fact);
    return facts.length > 0;
  };

  const commandText = (node: ts.Expression): void => {
    if (done.has(node) || !/--(?:set|update)-(?:build-)?(?:env-vars|secrets)[=\s]|\b(?:docker|podman) run\b.*\s-e\s/s.test(node.getText(sourceFile)) || isProse(node)) return;
    const given = argument(node);
    if (!/\s/.test(given.text.trim())) {
      command([given]);
      return;
    }
    for (const { words } of shellCommands(given.text).commands) {
      command(words.map((word): Argument => ({
        text: word.text, verbatim: true, span: given.spanIn?.(word.from, word.to) ?? given.span,
        ...(given.spanIn && { spanIn: (from: number, to: number) => given.spanIn!(word.offsets[from] ?? word.from, (word.offsets[to - 1] ?? word.to) + 1) }),
      })));
    }
  };

  const isProse = (node: ts.Node): boolean => {
    const call = node.parent;
    return typescript.isCallExpression(call) && /^(?:console|log(?:ger)?)\b/.test(call.expression.getText(sourceFile));
  };

  return {
    enter: {
      [SyntaxKind.PropertyAssignment]: (node: ts.PropertyAssignment) => {
        const name = nameOf(node.name);
        if (name !== undefined && isDeployTableName(name) && typescript.isObjectLiteralExpression(node.parent)) table(name, node.initializer, described(node.parent));
      },
      [SyntaxKind.VariableDeclaration]: (node: ts.VariableDeclaration) => {
        if (node.initializer && typescript.isIdentifier(node.name)) table(node.name.text, node.initializer, {});
      },
      [SyntaxKind.ArrayLiteralExpression]: (node: ts.ArrayLiteralExpression) => {
        if (done.has(node) || node.elements.length === 0 || node.elements.length > 500) return;
        const args = node.elements.map((element) => argument(element));
        if (!command(args)) pairList(node, args);
        for (const element of node.elements) if (!typescript.isObjectLiteralExpression(bare(typescript, element))) markAll(element);
      },
      [SyntaxKind.StringLiteral]: commandText,
      [SyntaxKind.NoSubstitutionTemplateLiteral]: commandText,
      [SyntaxKind.TemplateExpression]: commandText,
    },
  };

  /** A list of `NAME=value` texts on its way to a command. */
  function pairList(node: ts.ArrayLiteralExpression, args: readonly Argument[]): void {
    const bound = typescript.isVariableDeclaration(node.parent) && typescript.isIdentifier(node.parent.name) ? node.parent.name.text : '';
    for (const entry of pairListEntries(args, bound, undefined)) context.add(entry);
  }
};

/** Constants of the file that hold one string. */
function stringConstants({ ts: typescript, sourceFile }: Context): Map<string, string> {
  const constants = new Map<string, string>();
  for (const statement of sourceFile.statements) {
    if (!typescript.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (typescript.isIdentifier(name) && initializer && typescript.isStringLiteralLike(initializer)) constants.set(name.text, initializer.text);
    }
  }
  return constants;
}
