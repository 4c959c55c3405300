import type { FailureError } from '../model/test-run.js';
import { sortedDistinct } from '../util/compare.js';

/** What the text of a failure names, sorted apart by what it can be compared with. All lists are sorted and distinct. */
export interface FailureWords {
  /** Modules that could not be found: `shop.prices`, `./cart.js`. */
  modules: readonly string[];
  /** A module that asked for one which was not found, where the message says so. */
  importers: readonly string[];
  /** Names that something should have and has not: an export, attribute, function or keyword argument. */
  missingNames: readonly MissingName[];
  /** Fields or keys that the message calls missing, or that only one side of a comparison has. */
  missingFields: readonly string[];
  /** Names of environment variables: UPPER_CASE with an underscore. */
  variables: readonly string[];
  /** Host names, without port. */
  hosts: readonly string[];
  /** `host:port` or a port after a colon. */
  ports: readonly string[];
  /** Words that look like names of code: with an underscore, inner capitals, a digit, or in quotes. */
  names: ReadonlySet<string>;
  /** Literal values: quoted texts and numbers of the message, expected and received. */
  values: ReadonlySet<string>;
  expected: string | undefined;
  received: string | undefined;
}

export interface MissingName {
  name: string;
  /** Class, object or module that lacks it. */
  owner?: string;
}

/** Reads what a failure names from its errors' messages, expected and received values, causes and, for a stated failure, its title. */
export function failureWords(errors: readonly FailureError[], title = ''): FailureWords {
  const texts = errors.flatMap(({ message, causes, expected, received }) => [message, ...causes.map((cause) => cause.message), expected ?? '', received ?? '']);
  const text = [...texts, title].join('\n');
  const first = errors[0];
  const sides = errors.flatMap(({ expected, received }) => (expected === undefined || received === undefined ? [] : [onlyOnOneSide(expected, received)])).flat();
  const found = modulesIn(text);
  return {
    modules: sortedDistinct(found.modules),
    importers: sortedDistinct(found.importers),
    missingNames: missingNamesIn(text),
    missingFields: sortedDistinct([...missingFieldsIn(text), ...diffFields(text), ...sides]),
    variables: sortedDistinct([...text.matchAll(/(?<![\w.])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map(([word]) => word).filter((word) => !/^(?:ERR|E)_/.test(word))),
    hosts: sortedDistinct(hostsIn(text)),
    ports: sortedDistinct([...text.matchAll(/(?:[\w.-]+|\]):(\d{2,5})\b(?!:)/g)].filter((match) => !/\.(?:py|[cm]?[jt]sx?):/.test(match[0])).map((match) => match[1]!)),
    names: new Set(namesIn(text)),
    values: new Set(texts.flatMap(valuesIn)),
    expected: valueOf(first?.expected),
    received: valueOf(first?.received),
  };
}

const QUOTED = String.raw`['"\`“]([^'"\`”\n]{1,200})['"\`”]`;

function modulesIn(text: string): { modules: string[]; importers: string[] } {
  const modules: string[] = [];
  const importers: string[] = [];
  const take = (pattern: string): void => {
    for (const match of text.matchAll(new RegExp(pattern, 'g'))) {
      if (match[1] !== undefined) modules.push(match[1]);
      if (match[2] !== undefined) importers.push(match[2]);
    }
  };
  take(`No module named ${QUOTED}`);
  take(`Cannot find (?:module|package) ${QUOTED}(?: (?:imported )?from ${QUOTED})?`);
  take(`Failed to resolve import ${QUOTED}(?: from ${QUOTED})?`);
  take(`Could not resolve ${QUOTED}`);
  take(`Failed to load url (\\S+)(?: \\([^)]*\\))?(?: in (\\S+?)\\.? )?`);
  return { modules, importers: importers.map((path) => path.replace(/\.$/, '')) };
}

function missingNamesIn(text: string): MissingName[] {
  const found = new Map<string, MissingName>();
  const add = (name: string | undefined, owner?: string): void => {
    if (name === undefined || name === '') return;
    found.set(`${owner ?? ''}\0${name}`, owner === undefined ? { name } : { name, owner });
  };
  for (const match of text.matchAll(new RegExp(`cannot import name ${QUOTED}(?: from (?:partially initialized module )?${QUOTED}?)?`, 'g'))) add(match[1], match[2]);
  for (const match of text.matchAll(/cannot import name '[^']+' from ([\w.]+)/g)) add(/'([^']+)'/.exec(match[0])![1], match[1]);
  for (const match of text.matchAll(new RegExp(`module ${QUOTED} does not provide an export named ${QUOTED}`, 'g'))) add(match[2], match[1]);
  for (const match of text.matchAll(new RegExp(`(?:No |no )?"?export(?: named)? ${QUOTED}`, 'g'))) if (/not|No |no /.test(match[0])) add(match[1]);
  for (const match of text.matchAll(new RegExp(`(?:module |type object )?['"\`]?([\\w.]+)['"\`]?(?: object)? has no attribute ${QUOTED}`, 'g'))) add(match[2], match[1]);
  for (const match of text.matchAll(new RegExp(`name ${QUOTED} is not defined`, 'g'))) add(match[1]);
  for (const match of text.matchAll(/\b([A-Za-z_$][\w$]*) is not defined/g)) add(match[1]);
  for (const match of text.matchAll(/([\w$.()]+) is not a (?:function|constructor)/g)) {
    const path = match[1]!.replace(/[()]/g, '').split('.');
    add(path.at(-1), path.length > 1 ? path.at(-2) : undefined);
  }
  for (const match of text.matchAll(new RegExp(`([\\w.]+)\\(\\) got an unexpected keyword argument ${QUOTED}`, 'g'))) add(match[2], match[1]);
  for (const match of text.matchAll(/([\w.]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: ([^\n]+)/g)) for (const [, name] of match[2]!.matchAll(/'([^']+)'/g)) add(name, match[1]);
  for (const match of text.matchAll(/Cannot (?:read|set) propert(?:y|ies) of (?:undefined|null) \((?:reading|setting) '([^']+)'\)/g)) add(match[1]);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const WORD = String.raw`[A-Za-z_$][\w$.-]*`;

function missingFieldsIn(text: string): string[] {
  const fields: string[] = [];
  for (const match of text.matchAll(new RegExp(`KeyError: ${QUOTED}`, 'g'))) fields.push(match[1]!);
  for (const match of text.matchAll(/(?:missing|lacks|without|requires?|required)(?: (?:the|a|an))?(?: required)?(?: (?:field|key|property|properties|fields|keys|argument))?s?:? ?((?:['"`]?[A-Za-z_][\w.-]*['"`]?(?:, | and )?)+)/gi)) {
    // `a missing b, c missing d`: c is what lacks d.
    const after = text.slice(match.index + match[0].length);
    const words = [...match[1]!.matchAll(new RegExp(WORD, 'g'))].map(([word]) => word);
    if (/^\s*(?:is |are )?(?:missing|lacks|without)\b/i.test(after) && words.length > 1) words.pop();
    for (const word of words) if (isCodeName(word) || match[1]!.includes(`'${word}'`) || match[1]!.includes(`"${word}"`) || match[1]!.trim() === word) fields.push(word);
  }
  for (const match of text.matchAll(new RegExp(`(?:field|key|property) ${QUOTED}(?: is| was)? (?:missing|required|absent|not)`, 'gi'))) fields.push(match[1]!);
  for (const match of text.matchAll(new RegExp(`${QUOTED} (?:is a required property|not found in|not in |is missing|is required|field required)`, 'g'))) fields.push(match[1]!);
  for (const match of text.matchAll(new RegExp(`assert ${QUOTED} in `, 'g'))) fields.push(match[1]!);
  for (const match of text.matchAll(new RegExp(`to have (?:a )?(?:property|key|path) ${QUOTED}`, 'g'))) fields.push(match[1]!);
  return fields.filter((field) => !COMMON.has(field.toLowerCase()));
}

/** Keys of lines that a diff takes away or adds, and that do not come back with another value. */
function diffFields(text: string): string[] {
  const key = /^\s*[-+]\s+['"]?([A-Za-z_$][\w$-]*)['"]?\s*[:=]/;
  const removed = new Set<string>();
  const added = new Set<string>();
  for (const line of text.split('\n')) {
    const match = key.exec(line);
    if (match) (line.trimStart().startsWith('-') ? removed : added).add(match[1]!);
  }
  // Where the sides share no key, a whole thing is missing and not a field of it.
  if (![...removed].some((name) => added.has(name)) && !/^\s{2,}['"]?[A-Za-z_$][\w$-]*['"]?\s*[:=]/m.test(text)) return [];
  return [...removed, ...added].filter((name) => removed.has(name) !== added.has(name) && !COMMON.has(name.toLowerCase()));
}

/** Keys that only one of two printed objects has. */
function onlyOnOneSide(expected: string, received: string): string[] {
  const keysOf = (text: string): Set<string> => new Set([...text.matchAll(/['"]?([A-Za-z_$][\w$-]*)['"]?\s*:/g)].map((match) => match[1]!));
  const [a, b] = [keysOf(expected), keysOf(received)];
  if (a.size === 0 || b.size === 0) return [];
  return [...a, ...b].filter((name) => a.has(name) !== b.has(name) && !COMMON.has(name.toLowerCase()));
}

function hostsIn(text: string): string[] {
  const hosts: string[] = [];
  for (const match of text.matchAll(/(?:https?|wss?|postgres(?:ql)?|redis|mysql|amqp|mongodb|clickhouse):\/\/(?:[^\s/@'"]*@)?([A-Za-z0-9.-]+)/g)) hosts.push(match[1]!);
  for (const match of text.matchAll(/(?:ENOTFOUND|EAI_AGAIN|getaddrinfo(?: failed)?|could not resolve(?: host)?:?|resolve host|translate host name|ECONNREFUSED|host)\s+(?:ENOTFOUND |EAI_AGAIN )?['"]?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)['"]?/gi)) hosts.push(match[1]!);
  for (const match of text.matchAll(/\b([A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*):\d{2,5}\b/g)) hosts.push(match[1]!);
  return hosts.filter((host) => /[-.]|^localhost$/.test(host) && !/\.(?:py|[cm]?[jt]sx?|json|html?)$/.test(host) && !/^\d+(?:\.\d+)?$/.test(host));
}

function namesIn(text: string): string[] {
  const plain = [...text.matchAll(new RegExp(WORD, 'g'))].map(([word]) => word.replace(/[.-]+$/, ''));
  const quoted = [...text.matchAll(new RegExp(QUOTED, 'g'))].map((match) => match[1]!).filter((word) => /^[A-Za-z_$][\w$.:/-]*$/.test(word));
  const parts = plain.flatMap((word) => [word, ...word.split('.')]);
  return [...parts.filter(isCodeName), ...quoted].filter((word) => word.length > 2 && !COMMON.has(word.toLowerCase()));
}

/** A word that somebody made up for code: `tool_name`, `cartTotal`, `HTTP2`, `CartService`; no plain word, no type of a test library. */
function isCodeName(word: string): boolean {
  return /[a-z0-9]_[a-z0-9]|[a-z][A-Z]|^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/i.test(word) && /_|[a-z][A-Z]|\d/.test(word);
}

function valuesIn(text: string): string[] {
  const quoted = [...text.matchAll(/'([^'\n]{1,200})'|"([^"\n]{1,200})"|`([^`\n]{1,200})`/g)].map((match) => match[1] ?? match[2] ?? match[3]!);
  const numbers = [...text.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)/g)].map(([number]) => String(Number(number)));
  return [...quoted, ...numbers];
}

/** A printed value in the form in which constants are compared: quotes off, numbers plain. */
function valueOf(text: string | undefined): string | undefined {
  const plain = text?.trim().replace(/^(['"`])(.*)\1$/s, '$2');
  return plain !== undefined && /^-?\d+(?:\.\d+)?$/.test(plain) ? String(Number(plain)) : plain;
}

/** Words of test libraries and languages, and names that say nothing. */
const COMMON: ReadonlySet<string> = new Set([
  'assertionerror', 'typeerror', 'referenceerror', 'valueerror', 'keyerror', 'attributeerror', 'modulenotfounderror', 'importerror', 'nameerror', 'runtimeerror', 'syntaxerror',
  'expected', 'received', 'actual', 'tobe', 'toequal', 'tostrictequal', 'tomatchobject', 'tothrow', 'tocontain', 'tohavelength', 'tohaveproperty', 'deepequal', 'strictequal',
  'deepstrictequal', 'undefined', 'null', 'none', 'true', 'false', 'object', 'array', 'string', 'number', 'boolean', 'function', 'promise', 'error', 'err_assertion', 'self', 'this',
  'the', 'and', 'field', 'fields', 'key', 'keys', 'property', 'required', 'argument', 'arguments', 'value', 'values', 'map', 'set', 'dict', 'list', 'str', 'int', 'float', 'bool', 'type', 'name', 'id',
  'data', 'instanceof', 'pytest', 'vitest', 'jest', 'mocha', 'invalidstatus',
]);
