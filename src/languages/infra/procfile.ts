import type { Extraction, Fact, ParseError } from '../../model/facts.js';
import { textLines } from '../../util/text-lines.js';
import { deployment } from '../config-facts.js';
import { lineCommentSuppressions } from '../hash-comments.js';
import type { Language, SourceText } from '../language.js';

/** Process types of Heroku, Foreman and others: `web: node server.js`. */
export const procfile: Language = {
  id: 'procfile',
  matches: (path) => /(?:^|\/)Procfile(?:\.\w+)?$/.test(path),
  dialect: () => 'Procfile',
  load: async () => {},
  extract,
};

function extract({ text }: SourceText): Extraction {
  const lines = textLines(text);
  const facts: Fact[] = [];
  const parseErrors: ParseError[] = [];
  text.split('\n').forEach((line, index) => {
    const start = lines.startOf(index + 1);
    const span = lines.spanOf(start, start + line.trimEnd().length);
    const match = /^([\w-]+)\s*:\s*(.+?)\s*$/.exec(line);
    if (match) facts.push(deployment({ name: match[1]!, span, format: 'procfile', command: match[2] }));
    else if (!/^\s*(?:#.*)?$/.test(line) && parseErrors.length < 20) parseErrors.push({ message: 'This line is no process ("name: command").', span });
  });
  return { facts, parseErrors, suppressionComments: lineCommentSuppressions(text, lines), lineCount: lines.count };
}
