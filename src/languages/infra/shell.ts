import type { ConfigEntryFact, DeploymentFact, Extraction, ParseError } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import { textLines } from '../../util/text-lines.js';
import { assignmentEntries } from '../assignments.js';
import { configEntry, isVariableName, nothing, statedEnvironment } from '../config-facts.js';
import { deployCommandFacts, type Argument } from '../deploy-strings.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import { interpolation } from '../interpolation.js';
import type { Language, SourceText } from '../language.js';
import { shellCommands, type ShellCommand, type ShellWord } from '../shell-words.js';

/** Shell scripts: what they export, hand to the commands they deploy with, and read with a default. */
export const shell: Language = {
  id: 'shell',
  matches: (path) => /\.(?:sh|bash|zsh)$|(?:^|\/)\.envrc$/.test(path),
  dialect: () => '.sh',
  load: async () => {},
  extract,
};

const MAX_LENGTH = 500_000;
const MAX_ERRORS = 20;

function extract(file: SourceText): Extraction {
  const { text } = file;
  const lines = textLines(text);
  if (text.length > MAX_LENGTH) return nothing(lines.count);
  const problems: ParseError[] = [];
  const facts = shellFacts({
    text, from: 0, to: text.length, spanOf: lines.spanOf, format: 'deploy-script', keyPath: [],
    problem: (message, span) => {
      if (problems.length < MAX_ERRORS) problems.push({ message, span });
    },
  });
  return { facts, parseErrors: problems, suppressionComments: lineCommentSuppressions(text, lines), lineCount: lines.count };
}

export interface ShellSource {
  text: string;
  from: number;
  to: number;
  /** Span of two offsets in `text`. */
  spanOf: (from: number, to: number) => Span;
  format: ConfigEntryFact['format'];
  keyPath: readonly string[];
  environment?: string | undefined;
  service?: string | undefined;
  phase?: 'build';
  /** Texts of variables that are set before the script starts. */
  known?: ReadonlyMap<string, string>;
  problem?: (message: string, span: Span) => void;
}

/** Facts of a shell script or of a piece of one in another file: exports, deploy commands, variables that it reads from outside. */
export function shellFacts(source: ShellSource): (ConfigEntryFact | DeploymentFact)[] {
  const { commands, problems } = shellCommands(source.text, source.from, source.to);
  for (const { message, from, to } of problems) source.problem?.(message, source.spanOf(from, to));
  const facts: (ConfigEntryFact | DeploymentFact)[] = [];
  const exported = commands.flatMap((command) => exportsOf(command).map(({ name, value }) => [name, value.text] as const));
  const environment = source.environment ?? statedEnvironment(exported);
  const assigned = new Map<string, string | undefined>(source.known);
  const resolve = (text: string): string | undefined => substituted(text, assigned);
  for (const command of commands) {
    for (const { name, word, value } of exportsOf(command)) {
      facts.push(...assignmentEntries({
        keyPath: [...source.keyPath, name], text: value.text, format: source.format, span: source.spanOf(word.from, word.to),
        spanIn: spanIn(value, source), verbatim: value.verbatim, environment, service: source.service, phase: source.phase,
      }).filter((fact) => fact.effect !== 'reads'));
    }
    facts.push(...deployCommandFacts(command.words.map((word) => argument(word, source)), {
      format: source.format, keyPath: source.keyPath, environment: source.environment, service: source.service, resolve,
    }));
    for (const word of command.words) facts.push(...reads(word, assigned, source, passedOn(command, word)));
    for (const word of command.words) {
      const [, name, value] = /^([A-Za-z_]\w*)\+?=([\s\S]*)$/.exec(word.text) ?? [];
      if (name) assigned.set(name, resolve(value!));
      else if (command.words[0]!.text === 'for' || command.words[0]!.text === 'read') assigned.set(word.text, undefined);
    }
  }
  return facts;
}

/** A text with its references replaced by what the script has assigned; undefined when one is not known. */
function substituted(text: string, assigned: ReadonlyMap<string, string | undefined>): string | undefined {
  const { literal, references } = interpolation(text);
  if (literal !== undefined || references.length === 0) return literal;
  let result = '';
  let offset = 0;
  for (const { name, from, to } of references) {
    const value = assigned.get(name);
    if (value === undefined || from < offset) return undefined;
    result += text.slice(offset, from) + value;
    offset = to;
  }
  return result + text.slice(offset);
}

/** `export X=y Z`, `declare -x X=y`: the variables that the commands after it see. */
function exportsOf(command: ShellCommand): { name: string; word: ShellWord; value: ShellWord }[] {
  const [first, second] = command.words;
  const isExport = first?.text === 'export' || ((first?.text === 'declare' || first?.text === 'typeset') && /^-\w*x/.test(second?.text ?? ''));
  if (!isExport) return [];
  return command.words.slice(1).flatMap((word) => {
    const match = /^([A-Za-z_]\w*)=/.exec(word.text);
    if (!match) return [];
    const shift = match[0].length;
    const value = { ...word, text: word.text.slice(shift), offsets: word.offsets.slice(shift), verbatim: word.verbatim };
    return [{ name: match[1]!, word, value }];
  });
}

/** `X` of `export X=${X:-d}`: the export itself says that it is read. */
function passedOn(command: ShellCommand, word: ShellWord): string | undefined {
  const name = /^([A-Za-z_]\w*)=\$\{?\1\b/.exec(word.text)?.[1];
  return name !== undefined && exportsOf(command).some((exported) => exported.name === name) ? name : undefined;
}

/** Upper-case variables that a word takes from outside the script. One that the script has set before is its own. */
function reads(word: ShellWord, assigned: ReadonlyMap<string, unknown>, source: ShellSource, except: string | undefined): ConfigEntryFact[] {
  if (word.verbatim || !word.text.includes('$')) return [];
  return interpolation(word.text).references.filter(({ name }) => name !== except && isVariableName(name) && !assigned.has(name) && !SHELL_OWN.has(name)).map((reference) => configEntry({
    keyPath: [...source.keyPath, reference.name], span: spanIn(word, source)(reference.from, reference.to), format: source.format,
    effect: 'reads', default: reference.default, required: reference.required ? true : undefined, phase: source.phase,
  }));
}

const SHELL_OWN: ReadonlySet<string> = new Set([
  'BASH_SOURCE', 'BASH_VERSION', 'BASH_REMATCH', 'FUNCNAME', 'LINENO', 'PWD', 'OLDPWD', 'HOME', 'PATH', 'SHELL', 'USER', 'UID', 'EUID', 'IFS',
  'HOSTNAME', 'RANDOM', 'SECONDS', 'OSTYPE', 'OPTARG', 'OPTIND', 'REPLY', 'PIPESTATUS', 'TERM', 'TMPDIR', 'PS1', 'LANG', 'BASHPID', 'PPID', 'GITHUB_ENV',
  'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_PATH',
]);

function argument(word: ShellWord, source: ShellSource): Argument {
  return { text: word.text, span: source.spanOf(word.from, word.to), spanIn: spanIn(word, source), verbatim: word.verbatim };
}

function spanIn(word: ShellWord, source: ShellSource): (from: number, to: number) => Span {
  return (from, to) => {
    const last = word.offsets[Math.max(to - 1, 0)] ?? word.to;
    return source.spanOf(word.offsets[from] ?? word.from, to > from ? last + 1 : last);
  };
}
