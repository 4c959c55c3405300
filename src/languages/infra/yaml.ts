import type { Extraction, Fact } from '../../model/facts.js';
import { textLines } from '../../util/text-lines.js';
import { nothing } from '../config-facts.js';
import { loadYaml, parseYaml } from '../data/yaml-tree.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import type { Language, SourceText } from '../language.js';
import { settingFacts, type DataNode } from '../settings.js';
import { actionsFacts, isActions } from './actions.js';
import { cloudbuildFacts, isCloudbuild } from './cloudbuild.js';
import { composeFacts, isCompose } from './compose.js';
import { gitlabFacts, isGitlab } from './gitlab.js';
import { isKubernetes, kubernetesFacts } from './kubernetes.js';

/** YAML of any purpose. What a file is for is told by what it says, not by its name. */
export const yaml: Language = {
  id: 'yaml',
  matches: (path) => /\.ya?ml(?:\.(?:example|sample|template|dist|tpl))?$/.test(path) && !/(?:^|\/)(?:pnpm-lock|[\w.-]*\.lock)\.ya?ml$/.test(path),
  dialect: () => '.yaml',
  load: loadYaml,
  extract,
};

/** Characters; a longer file is data (an API description, a lock file, translations). */
const MAX_LENGTH = 400_000;

/** What a document can be, the more certain first. */
const KINDS: readonly { is: (root: DataNode) => boolean; facts: (root: DataNode, context: YamlContext) => Fact[] }[] = [
  { is: isKubernetes, facts: kubernetesFacts },
  { is: isCompose, facts: composeFacts },
  { is: isActions, facts: actionsFacts },
  { is: isCloudbuild, facts: cloudbuildFacts },
  { is: isGitlab, facts: gitlabFacts },
  { is: isDescription, facts: () => [] },
  { is: () => true, facts: (root) => settingFacts(root, 'yaml') },
];

export interface YamlContext {
  /** Template lines stand in the file: there may be more than it shows. */
  templated: boolean;
}

function extract(file: SourceText): Extraction {
  const { text } = file;
  const lines = textLines(text);
  if (text.length > MAX_LENGTH) return nothing(lines.count);
  const { documents, templated, parseErrors } = parseYaml(text, lines);
  return {
    facts: documents.flatMap((root) => KINDS.find(({ is }) => is(root))!.facts(root, { templated })),
    parseErrors,
    suppressionComments: lineCommentSuppressions(text, lines),
    lineCount: lines.count,
  };
}

/** API descriptions, schemas and lock files: they describe data and set nothing. */
function isDescription(root: DataNode): boolean {
  if (root.type !== 'map') return true;
  const keys = new Set(root.entries.map(({ key }) => key));
  return keys.has('openapi') || keys.has('swagger') || keys.has('lockfileVersion') || keys.has('asyncapi') || (keys.has('properties') && keys.has('type'));
}
