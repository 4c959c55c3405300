import type { SyntaxNode } from '@lezer/common';
import type { EnvReadFact } from '../../model/facts.js';
import { branchOf, environmentWord, isSettingName, listsRequiredVariables, namesVariable } from '../env-access.js';
import { callArguments } from './call-arguments.js';
import type { Context, Extractor } from './context.js';
import { dotted } from './dotted.js';
import { environmentBranchOf } from './environment-branch.js';
import { elementsOf, literalOf, stringOf, withoutParentheses } from './literals.js';

/**
 * Environment variables that code declares rather than reads: fields of pydantic settings, lists of required variables
 * (`CRITICAL_VARIABLES = [...]`), and keyword arguments that name a variable (`Option(envvar="X")`, `Rule(env_var="X", required=True)`).
 */
export const extractEnvDeclarations: Extractor = (context) => {
  const { text } = context;
  const settings = new Set<string>();
  const requiredIn = (list: SyntaxNode | null | undefined, name: string): void => {
    for (const item of requiredStrings(list, text)) {
      context.add(declaration(context, stringOf(item, text)!, item, name, { required: true, defaultForm: 'none' }, environmentBranchOf(item, text)));
    }
  };

  return {
    enter: {
      ClassDefinition: (node) => {
        const bases = callArguments(node, text).positional.map((base) => dotted(base, text).split('.').at(-1)!);
        if (!bases.some((base) => base === 'BaseSettings' || settings.has(base))) return;
        const name = node.getChild('VariableName');
        if (name) settings.add(context.textOf(name));
        for (const fact of settingsFields(node, context)) context.add(fact);
      },
      AssignStatement: (node) => {
        const target = node.firstChild;
        if (!target) return;
        const name = dotted(target, text).split('.').at(-1)!;
        if (listsRequiredVariables(name)) requiredIn(node.lastChild, name);
      },
      DictionaryExpression: (node) => {
        for (let part = node.firstChild; part; part = part.nextSibling) {
          if (part.name !== ':' || !part.prevSibling) continue;
          const key = stringOf(part.prevSibling, text);
          if (key !== undefined && listsRequiredVariables(key)) requiredIn(part.nextSibling, key);
        }
      },
      ArgList: (node) => {
        for (let part = node.firstChild; part; part = part.nextSibling) {
          if (part.nextSibling?.name !== 'AssignOp') continue;
          const keyword = text.slice(part.from, part.to);
          const value = part.nextSibling.nextSibling;
          if (listsRequiredVariables(keyword)) requiredIn(value, keyword);
          if (namesVariable(keyword) && node.parent?.name === 'CallExpression') {
            const fact = namedVariable(node.parent, value, context);
            if (fact) context.add(fact);
          }
        }
      },
    },
  };
};

/** The variable names in a list, in the lists of a dict, or the keys of a dict of descriptions. */
function requiredStrings(node: SyntaxNode | null | undefined, text: string, depth = 0): SyntaxNode[] {
  const list = withoutParentheses(node);
  if (!list || depth > 4) return [];
  if (list.name === 'DictionaryExpression') {
    const found: SyntaxNode[] = [];
    for (let part = list.firstChild; part; part = part.nextSibling) {
      if (part.name !== ':' || !part.prevSibling || !part.nextSibling) continue;
      if (isVariable(part.prevSibling, text)) found.push(part.prevSibling);
      else found.push(...requiredStrings(part.nextSibling, text, depth + 1));
    }
    return found;
  }
  if (!LISTS.has(list.name)) return [];
  return elementsOf(list).filter((item) => isVariable(item, text));
}

const LISTS: ReadonlySet<string> = new Set(['ArrayExpression', 'TupleExpression', 'SetExpression']);

function isVariable(node: SyntaxNode, text: string): boolean {
  const name = stringOf(node, text);
  return name !== undefined && isSettingName(name);
}

function declaration(
  context: Context, name: string, at: SyntaxNode, accessor: string,
  more: Pick<EnvReadFact, 'required' | 'defaultForm'> & Partial<EnvReadFact>, branch: string | undefined,
): EnvReadFact {
  return {
    kind: 'env-read', name, scope: [...context.scope], exported: false, span: context.spanOf(at), accessor, via: 'declared', prefix: false,
    ...more, ...(branch !== undefined && { environmentBranch: branch }),
  };
}

/** `Rule(env_var="X", requirement=Requirement.REQUIRED, environments={Environment.STAGING}, default="d")`. */
function namedVariable(call: SyntaxNode, value: SyntaxNode | null, context: Context): EnvReadFact | undefined {
  const { text } = context;
  const name = stringOf(value, text);
  if (name === undefined || !isSettingName(name)) return undefined;
  const { keywords } = callArguments(call, text);
  const fallback = keywords.get('default') ?? keywords.get('default_value');
  const literal = literalOf(fallback, text);
  const obligation = keywords.get('required') ?? keywords.get('requirement');
  const said = obligation ? text.slice(obligation.from, obligation.to) : '';
  const required = !fallback && (said === 'True' || /(?:^|\.)REQUIRED/.test(said));
  const environments = keywords.get('environments') ?? keywords.get('environment');
  const words = environments ? namedEnvironments(environments, text) : [];
  const branch = words.length > 0 ? branchOf(words, false) : environmentBranchOf(call, text);
  const defaults = !fallback ? { defaultForm: 'none' as const } : literal === undefined
    ? { defaultForm: 'expression' as const }
    : { defaultForm: 'literal' as const, default: JSON.stringify(literal) };
  return declaration(context, name, call, dotted(call.firstChild!, text), { required, ...defaults }, branch);
}

function namedEnvironments(node: SyntaxNode, text: string): string[] {
  const list = withoutParentheses(node);
  if (!list) return [];
  return (LISTS.has(list.name) ? elementsOf(list) : [list]).flatMap((item) => environmentWord(stringOf(item, text) ?? dotted(item, text).split('.').at(-1)!) ?? []);
}

/** Fields of a `BaseSettings` class: the variable is an alias, or the prefix and the field's name in capitals. */
function settingsFields(cls: SyntaxNode, context: Context): EnvReadFact[] {
  const { text } = context;
  const className = context.textOf(cls.getChild('VariableName') ?? cls);
  const body = cls.getChild('Body');
  const prefix = body ? prefixOf(body, text) : '';
  const facts: EnvReadFact[] = [];
  for (let statement = body?.firstChild ?? null; statement; statement = statement.nextSibling) {
    const target = statement.firstChild;
    const type = statement.getChild('TypeDef');
    if (statement.name !== 'AssignStatement' || target?.name !== 'VariableName' || !type) continue;
    const field = context.textOf(target);
    const typeText = text.slice(type.from + 1, type.to).trim();
    if (field.startsWith('_') || field === 'model_config' || typeText.startsWith('ClassVar')) continue;
    const value = statement.lastChild && statement.lastChild.from >= type.to ? statement.lastChild : undefined;
    const { names, ...rest } = fieldOf(value, typeText, text);
    const parsedAs = parsedAsType(typeText);
    for (const name of names.length > 0 ? names : [`${prefix}${field}`.toUpperCase()]) {
      facts.push({
        ...declaration(context, name, statement, className, rest, undefined),
        scope: [...context.scope, className], feeds: field, ...(parsedAs && { parsedAs }),
      });
    }
  }
  return facts;
}

function fieldOf(value: SyntaxNode | undefined, type: string, text: string): Pick<EnvReadFact, 'required' | 'defaultForm' | 'default'> & { names: string[] } {
  const optional = /\bOptional\b|\|\s*None\b|\bNone\s*\|/.test(type);
  const none = { required: !optional, defaultForm: 'none' as const };
  if (!value) return { ...none, names: [] };
  const isField = value.name === 'CallExpression' && dotted(value.firstChild!, text).split('.').at(-1) === 'Field';
  if (!isField) return { required: false, ...defaultOf(value, text), names: [] };
  const { positional, keywords } = callArguments(value, text);
  const aliases = ['validation_alias', 'env', 'alias'].map((key) => keywords.get(key)).find((node) => node !== undefined);
  const names = aliases ? stringsIn(aliases, text) : [];
  const fallback = keywords.get('default') ?? positional[0];
  if (keywords.has('default_factory')) return { required: false, defaultForm: 'expression', names };
  if (!fallback || text.slice(fallback.from, fallback.to) === '...') return { ...none, names };
  return { required: false, ...defaultOf(fallback, text), names };
}

function defaultOf(node: SyntaxNode, text: string): Pick<EnvReadFact, 'defaultForm' | 'default'> {
  const value = literalOf(node, text);
  return value === undefined ? { defaultForm: 'expression' } : { defaultForm: 'literal', default: JSON.stringify(value) };
}

/** `"X"`, `["X", "Y"]`, `AliasChoices("X", "Y")`. */
function stringsIn(node: SyntaxNode, text: string): string[] {
  const items = node.name === 'CallExpression' ? callArguments(node, text).positional : LISTS.has(node.name) ? elementsOf(node) : [node];
  return items.flatMap((item) => stringOf(item, text)?.toUpperCase() ?? []);
}

/** `model_config = SettingsConfigDict(env_prefix="APP_")` or `class Config: env_prefix = "APP_"`. */
function prefixOf(body: SyntaxNode, text: string): string {
  return /\benv_prefix["']?\s*[=:]\s*["']([A-Za-z0-9_]*)["']/.exec(text.slice(body.from, body.to))?.[1] ?? '';
}

function parsedAsType(type: string): EnvReadFact['parsedAs'] {
  const inner = type.replace(/^Optional\[(.*)\]$/, '$1').replace(/\s*\|\s*None$/, '');
  if (/^(?:int|PositiveInt|NonNegativeInt|conint)\b/.test(inner)) return 'int';
  if (/^(?:float|PositiveFloat|Decimal)\b/.test(inner)) return 'float';
  if (inner === 'bool') return 'bool';
  return /^(?:list|List|set|Set|tuple|Tuple|dict|Dict)\b/.test(inner) ? 'json' : undefined;
}
