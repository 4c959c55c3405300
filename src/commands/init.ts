import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { findConfig } from '../config/load-config.js';
import { configTemplate } from '../config/config-template.js';
import { defaultConfig } from '../config/schema.js';
import { UserError } from '../util/user-error.js';
import { writeFileWhole } from '../util/write-file.js';
import { writeStdout } from './output.js';
import { runScan, type RunFlags } from './run-scan.js';

export interface InitFlags extends Pick<RunFlags, 'quiet'> {
  force?: boolean;
}

const FILE_NAME = 'ssot-audit.config.mjs';

/** `ssot-audit init [dir]`: writes a configuration with the services that the repository shows, for a person to correct. */
export async function initCommand(dir: string | undefined, flags: InitFlags): Promise<number> {
  const root = resolve(dir ?? '.');
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`There is no folder "${dir}".`, { code: 'path-not-found', hint: `Looked for ${root}` });
  }
  const present = findConfig(root);
  if (present !== undefined && !flags.force) {
    throw new UserError(`There is a configuration already: ${present}.`, { code: 'config-exists', hint: 'Edit it, or write a new one with --force.' });
  }
  const { services } = await runScan({ root, paths: [], config: defaultConfig() }, { ...flags, skip: ['**'] });
  const file = join(root, FILE_NAME);
  writeFileWhole(file, configTemplate(services));
  const count = services.filter(({ name }) => name !== '').length;
  await writeStdout(`Wrote ${relative(process.cwd(), file) || FILE_NAME} with ${count === 0 ? 'no services: none were found' : `${count} services, as inferred`}. Correct it, commit it, and run: ssot-audit\n`);
  return 0;
}
