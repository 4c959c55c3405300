import { createRequire } from 'node:module';
import type { Argument, Copy, Dockerfile, Instruction, Property, PropertyInstruction } from 'dockerfile-ast';
import type { Fact, Extraction, ParseError } from '../../model/facts.js';
import type { Span } from '../../model/location.js';
import { textLines } from '../../util/text-lines.js';
import { assignmentEntries } from '../assignments.js';
import { configEntry, deployment, nothing, statedEnvironment } from '../config-facts.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import { interpolation } from '../interpolation.js';
import type { Language, SourceText } from '../language.js';

/** `Dockerfile`, `Dockerfile.staging`, `backend.Dockerfile`, `Containerfile`. */
export const dockerfile: Language = {
  id: 'dockerfile',
  matches: (path) => /(?:^|\/)(?:Docker|Container)file(?:\.[\w.-]+)?$|\.(?:Docker|docker|Container)file$/.test(path) && !/\.(?:md|txt|ya?ml|json|[jt]s|py|sh|dockerignore)$/.test(path),
  dialect: () => 'Dockerfile',
  load: async () => {
    library ??= createRequire(import.meta.url)('dockerfile-ast') as typeof import('dockerfile-ast');
  },
  extract,
};

let library: typeof import('dockerfile-ast') | undefined;

const MAX_LENGTH = 200_000;

const KEYWORDS = new Set([
  'ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL',
  'USER', 'VOLUME', 'WORKDIR',
]);

interface Range { start: { line: number; character: number }; end: { line: number; character: number } }

function extract(file: SourceText): Extraction {
  if (!library) throw new Error('load() has not run');
  const { text } = file;
  const lines = textLines(text);
  if (text.length > MAX_LENGTH) return nothing(lines.count);
  const tree = library.DockerfileParser.parse(text);
  const instructions = tree.getInstructions();
  return {
    facts: instructions.length === 0 ? [] : [deploymentOf(tree, instructions), ...instructions.flatMap((instruction) => variableFacts(instruction))],
    parseErrors: instructions.flatMap((instruction) => problemOf(instruction)).slice(0, 20),
    suppressionComments: lineCommentSuppressions(text, lines),
    lineCount: lines.count,
  };
}

/** The image as one deployment: what it starts from, copies and runs. Of several stages the last one runs, yet each copies. */
function deploymentOf(tree: Dockerfile, instructions: readonly Instruction[]): Fact {
  const last = lastStage(instructions);
  const commandOf = (keyword: string): string | undefined => wordsOf(last.findLast((instruction) => instruction.getKeyword() === keyword));
  const command = [commandOf('ENTRYPOINT'), commandOf('CMD')].filter((part) => part !== undefined).join(' ');
  const froms = tree.getFROMs();
  const stages = new Set(froms.flatMap((from) => from.getBuildStage() ?? []));
  const image = froms.at(-1)?.getImage() ?? undefined;
  const environment = statedEnvironment(last.flatMap((instruction) => propertiesOf(instruction).map((property) => [property.getName(), property.getValue() ?? undefined] as const)));
  return deployment({
    name: '',
    span: spanOf(instructions[0]!.getRange(), instructions.at(-1)!.getRange()),
    format: 'dockerfile',
    image: image !== undefined && stages.has(image) ? froms.find((from) => from.getBuildStage() === image)?.getImage() ?? image : image,
    command: command === '' ? undefined : command,
    copies: [...new Set(instructions.flatMap((instruction) => sourcesOf(instruction)))],
    ports: last.filter((instruction) => instruction.getKeyword() === 'EXPOSE').flatMap((instruction) => instruction.getArguments().map((argument) => argument.getValue())),
    environment,
  });
}

function lastStage(instructions: readonly Instruction[]): readonly Instruction[] {
  const from = instructions.findLastIndex((instruction) => instruction.getKeyword() === 'FROM');
  return instructions.slice(Math.max(from, 0));
}

function propertiesOf(instruction: Instruction): Property[] {
  const keyword = instruction.getKeyword();
  return keyword === 'ENV' || keyword === 'ARG' ? (instruction as PropertyInstruction).getProperties() : [];
}

function variableFacts(instruction: Instruction): Fact[] {
  const keyword = instruction.getKeyword();
  return propertiesOf(instruction).flatMap((property) => {
    const name = property.getName();
    const span = spanOf(property.getRange());
    if (!/^[A-Za-z_]\w*$/.test(name)) return [];
    const value = property.getValue();
    if (keyword === 'ARG') {
      // `ARG X` demands nothing: the value is empty unless the build gives one.
      return [configEntry({ keyPath: ['ARG', name], span, format: 'dockerfile', effect: 'passes', reference: name, default: value === null ? undefined : interpolation(value).literal, phase: 'build' })];
    }
    return assignmentEntries({ keyPath: ['ENV', name], text: value ?? '', format: 'dockerfile', span }).filter((fact) => fact.effect !== 'reads');
  });
}

/** Paths that a COPY or ADD takes from the build context; none for a copy from another stage. */
function sourcesOf(instruction: Instruction): string[] {
  const keyword = instruction.getKeyword();
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const copy = instruction as Copy;
  if (copy.getFlags().some((flag) => flag.getName() === 'from')) return [];
  const content = copy.getArgumentsContent() ?? '';
  // The library drops the spaces inside the strings of the exec form.
  const paths = jsonWords(content.slice(Math.max(content.indexOf('['), 0))) ?? copy.getArguments().map((argument: Argument) => argument.getValue());
  return paths.slice(0, -1).filter((path) => !/^(?:https?:|git@|<<)/.test(path));
}

/** Words of a command, in exec form (`["node", "server.js"]`) or shell form. */
function wordsOf(instruction: Instruction | undefined): string | undefined {
  const content = instruction?.getArgumentsContent() ?? undefined;
  return content === undefined ? undefined : jsonWords(content)?.join(' ') ?? content;
}

/** Words of the exec form; undefined for the shell form, also when that begins with a bracket. */
function jsonWords(content: string): string[] | undefined {
  if (!content.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(content);
    return Array.isArray(words) ? words.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function problemOf(instruction: Instruction): ParseError[] {
  const keyword = instruction.getKeyword();
  if (KEYWORDS.has(keyword)) return [];
  return [{ message: `"${keyword.slice(0, 30)}" is no Dockerfile instruction.`, span: spanOf(instruction.getInstructionRange()) }];
}

/** Zero-based ranges of the library as a span. */
function spanOf(from: Range, to: Range = from): Span {
  return [from.start.line + 1, from.start.character + 1, to.end.line + 1, to.end.character + 1];
}
