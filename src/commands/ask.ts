import { createInterface } from 'node:readline/promises';

/** Asks a person at a terminal. Every question has a default, which Enter takes. */
export interface Asker {
  yesNo(question: string, byDefault: boolean): Promise<boolean>;
  choice<T extends string>(question: string, choices: readonly T[], byDefault: T): Promise<T>;
  close(): void;
}

/** The person went away: Ctrl-C, or the end of the input. */
export class Interrupted extends Error {}

/** An asker on two streams; those of the process, or any others. */
export function createAsker(input: NodeJS.ReadableStream, output: NodeJS.WritableStream, terminal: boolean): Asker {
  const lines = createInterface({ input, output, terminal });
  const waiting: ((line: string | undefined) => void)[] = [];
  const read: string[] = [];
  let isClosed = false;
  // Lines that come before their question (a paste, a pipe) are kept for it; `question` would drop them.
  lines.on('line', (line) => { const next = waiting.shift(); if (next) next(line); else read.push(line); });
  lines.on('SIGINT', () => lines.close());
  lines.on('close', () => { isClosed = true; for (const next of waiting.splice(0)) next(undefined); });
  const answer = async (question: string): Promise<string> => {
    lines.setPrompt(`${question} `);
    if (!isClosed) lines.prompt();
    const line = read.shift() ?? (isClosed ? undefined : await new Promise<string | undefined>((done) => { waiting.push(done); }));
    if (line === undefined) throw new Interrupted('interrupted');
    return line.trim().toLowerCase();
  };
  return {
    yesNo: async (question, byDefault) => {
      for (;;) {
        const text = await answer(`${question} [${byDefault ? 'Y/n' : 'y/N'}]`);
        if (text === '') return byDefault;
        if (/^y(?:es)?$/.test(text)) return true;
        if (/^no?$/.test(text)) return false;
        output.write('Please answer y or n.\n');
      }
    },
    choice: async (question, choices, byDefault) => {
      for (;;) {
        const text = await answer(`${question} (${choices.join(', ')}) [${byDefault}]`);
        const chosen = text === '' ? byDefault : choices.find((choice) => choice === text) ?? (choices.filter((choice) => choice.startsWith(text)).length === 1 ? choices.find((choice) => choice.startsWith(text)) : undefined);
        if (chosen !== undefined) return chosen;
        output.write(`Please answer one of ${choices.join(', ')}.\n`);
      }
    },
    close: () => lines.close(),
  };
}
