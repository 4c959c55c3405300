import { UserError } from '../util/user-error.js';
import { reasonOf } from '../util/write-file.js';

/**
 * Writes to stdout and waits until it is taken. A reader that closes early (`| head`) is not a failure of the audit: it is said on stderr,
 * and the exit code stays that of the result.
 * @throws UserError when stdout cannot be written for another reason, such as a full disk
 */
export async function writeStdout(text: string): Promise<void> {
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    process.stdout.once('error', resolve);
    process.stdout.write(text, (failure) => resolve(failure ?? undefined));
  });
  if (!error) return;
  process.stdout.on('error', () => undefined); // the same failure again when the stream is flushed at exit
  if (error.code === 'EPIPE') {
    process.stderr.write('ssot-audit: the reader of the output closed it before the end; what it read is not the whole report.\n');
    return;
  }
  throw new UserError(`The report was not written to stdout: ${reasonOf(error)}.`, { code: 'output-failed', cause: error, hint: 'What was written of it is incomplete.' });
}
