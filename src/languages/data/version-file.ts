import type { Extraction, Fact } from '../../model/facts.js';
import { textLines } from '../../util/text-lines.js';
import { configEntry } from '../config-facts.js';
import type { Language, SourceText } from '../language.js';

const TOOLS: Readonly<Record<string, string>> = {
  '.nvmrc': 'node', '.node-version': 'node', '.python-version': 'python', '.ruby-version': 'ruby', '.go-version': 'go', '.java-version': 'java',
  '.terraform-version': 'terraform',
};

/** Files that hold the version of a tool: `.nvmrc`, `.python-version`, `.tool-versions`, `runtime.txt`. */
export const versionFile: Language = {
  id: 'version-file',
  matches: (path) => baseName(path) in TOOLS || /(?:^|\/)(?:\.tool-versions|runtime\.txt)$/.test(path),
  dialect: baseName,
  load: async () => {},
  extract,
};

function extract({ path, text }: SourceText): Extraction {
  const lines = textLines(text);
  const tool = TOOLS[baseName(path)];
  const facts: Fact[] = [];
  text.split('\n').slice(0, 100).forEach((line, index) => {
    const pattern = tool ? /^\s*v?()([\w.*/-]+)/ : /^\s*([a-z][\w+]*?)[\s-]+v?([\w.*/-]+)/;
    const match = pattern.exec(line);
    if (!match || (tool && facts.length > 0)) return;
    const start = lines.startOf(index + 1);
    facts.push(configEntry({
      keyPath: ['engines', tool ?? match[1]!.replace('nodejs', 'node')], span: lines.spanOf(start, start + match[0].length), format: 'version-file', effect: 'setting', value: match[2],
    }));
  });
  return { facts, parseErrors: [], suppressionComments: [], lineCount: lines.count };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
