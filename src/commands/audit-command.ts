import { Command, InvalidArgumentError } from 'commander';

/** A command of this tool: knows the flags that most of them share, so that they read alike everywhere. */
export class AuditCommand extends Command {
  override createCommand(name?: string): AuditCommand {
    return new AuditCommand(name);
  }

  configOptions(): this {
    return this
      .option('-c, --config <file>', 'configuration file')
      .option('--no-code-config', 'refuse a configuration that is code');
  }

  /** What is audited, and by which configuration. */
  targetOptions(): this {
    return this.configOptions().option('--root <dir>', 'root of the audited tree');
  }

  cacheOptions(): this {
    return this
      .option('--cache-dir <dir>', 'where to keep what was learned of unchanged files')
      .option('--no-cache', 'neither read nor write the cache')
      .option('--threads <n>', 'worker threads', wholeNumber);
  }
}

/** @throws InvalidArgumentError for anything but a whole number above 0 */
export function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
}
