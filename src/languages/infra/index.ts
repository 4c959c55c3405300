import type { Language } from '../language.js';
import { dockerfile } from './dockerfile.js';
import { procfile } from './procfile.js';
import { shell } from './shell.js';
import { terraform } from './terraform.js';
import { yaml } from './yaml.js';

/** Languages that describe where and how something runs. */
export const infraLanguages: readonly Language[] = [dockerfile, procfile, shell, terraform, yaml];
