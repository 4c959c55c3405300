import type { ScanProgress } from '../scan.js';
import { thousands } from '../util/plural.js';

const STAGES: Readonly<Record<ScanProgress['stage'], string>> = { list: 'listing files', read: 'reading', index: 'resolving imports', check: 'checking rules' };

export interface ProgressLine {
  show(progress: ScanProgress): void;
  /** Removes the line. */
  clear(): void;
}

/** One line on a terminal that says how far the scan is; nothing at all where stderr is not a terminal. */
export function createProgressLine(enabled: boolean): ProgressLine {
  let last = '';
  const draw = (text: string): void => {
    if (text === last) return;
    last = text;
    process.stderr.write(`\r\u001b[K${text}`);
  };
  return {
    show: ({ stage, done, total }) => {
      if (!enabled) return;
      // A new percent at most: writing for each of ten thousand files costs more than reading them.
      const percent = total > 1 ? ` ${Math.floor((done / total) * 100)} % of ${thousands(total)} files` : '';
      draw(`${STAGES[stage]}${stage === 'read' ? percent : ''} ...`);
    },
    clear: () => { if (enabled && last !== '') draw(''); },
  };
}
