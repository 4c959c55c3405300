import { configPage } from './config-page.js';
import { jsonSchemas } from './json-schemas.js';
import { readme } from './readme.js';
import { rulePages } from './rule-pages.js';

/** A file that is derived from the code; the path is relative to the package. */
export interface GeneratedFile {
  path: string;
  text: string;
}

/** All of them. Run from the root of the package. */
export function generatedFiles(): GeneratedFile[] {
  return [
    ...jsonSchemas(),
    { path: 'docs/configuration.md', text: configPage() },
    { path: 'README.md', text: readme() },
    ...rulePages(),
  ];
}
