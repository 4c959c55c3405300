import type { Language } from '../language.js';
import { dotenv } from './dotenv.js';
import { json } from './json.js';
import { toml } from './toml.js';
import { versionFile } from './version-file.js';

/** Languages that hold data. YAML is among those of infra, because most of it deploys something. */
export const dataLanguages: readonly Language[] = [dotenv, json, toml, versionFile];
