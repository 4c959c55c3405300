import { stripVTControlCharacters } from 'node:util';
import { cutText, wellFormed } from '../util/cut-text.js';
import { codeSpan, escapeMarkdown } from '../util/markdown-text.js';
import { printableLines, withoutUnprintable } from '../util/printable.js';
import { findSecrets, redact } from '../util/redact.js';

/** Zero-width space: GitHub's filters and bots no longer see the word that it stands in. */
const BREAK = '\u200b';
const MAX_READ = 200_000;

/** Text of others without secrets, terminal escapes and halves of characters. Everything below begins with it. */
export function cleaned(text: string): string {
  const visible = wellFormed(stripVTControlCharacters(text.slice(0, MAX_READ)));
  const bare = withoutUnprintable(visible);
  // Characters that nobody sees may stand inside a secret: what a reader would copy is searched too.
  return redact(findSecrets(bare).length > findSecrets(visible).length ? bare : visible);
}

/** One line of Markdown text. */
export function plain(text: string, length = 400): string {
  return disarmed(unlinked(escapeMarkdown(cutText(cleaned(text), length))));
}

/** A code span. */
export function code(text: string, length = 200): string {
  return disarmed(codeSpan(shortRuns(cutText(cleaned(text), length))));
}

/** A fenced block of at most so many lines and characters; what is left out is said. */
export function codeBlock(text: string, { lines = 40, length = 4_000 }: { lines?: number; length?: number } = {}): string {
  const all = printableLines(cleaned(text)).split('\n');
  const kept = all.slice(0, lines).map((line) => cutText(line, 500));
  let shown = disarmed(shortRuns(kept.join('\n')));
  if (shown.length > length) shown = cutText(shown, length);
  const left = all.length - kept.length;
  return `\`\`\`\`text\n${shown}\n\`\`\`\`${left > 0 ? `\n\n${left} more lines are in the report.` : ''}`;
}

/** The text of a title: one line, nothing in it fires. */
export function titleText(text: string, length = 250): string {
  const line = withoutUnprintable(cleaned(text)).replace(/\s+/g, ' ').trim();
  return cutText(disarmed(line), length);
}

/**
 * Breaks what GitHub or a bot would act on, inside code too, for bots read the raw text: mentions, references to issues, links to them, slash
 * commands, HTML comments and our own markers.
 */
function disarmed(text: string): string {
  return text
    .replace(/@(?=[\w-])/g, `@${BREAK}`)
    .replace(/&(?=#|commat;|num;)/gi, `&${BREAK}`)
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/\bGH-(?=\d)/gi, `$&${BREAK}`)
    .replace(/\/(?:issues|pulls?|discussions)\/(?=\d)/gi, `$&${BREAK}`)
    .replace(/^([ \t>]*)\/(?=[A-Za-z][\w-]*(?:\s|$))/gm, `$1${BREAK}/`)
    .replaceAll('<!--', `<${BREAK}!--`).replaceAll('-->', `--${BREAK}>`)
    .replace(/ssot-audit(?=:)/gi, `$&${BREAK}`);
}

/** Addresses that GitHub would make links of by itself. */
function unlinked(text: string): string {
  return text.replaceAll('://', `:${BREAK}//`).replace(/\bwww(?=\.)/gi, `$&${BREAK}`);
}

/** Runs of backticks and tildes that could end a block, broken up. */
function shortRuns(text: string): string {
  return text.replace(/[`~]{3,}/g, (run) => run.replace(/../g, `$&${BREAK}`));
}
