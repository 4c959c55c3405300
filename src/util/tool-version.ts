import { readFileSync } from 'node:fs';

let version: string | undefined;

/** Version of this package, from its package.json: the one place that states it. */
export function toolVersion(): string {
  version ??= versionIn('../../package.json') ?? versionIn('../../../package.json') ?? '0.0.0';
  return version;
}

/** Sources stand two folders below the package, built files three. */
function versionIn(relative: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(new URL(relative, import.meta.url), 'utf8')) as { name?: string; version?: string };
    return manifest.name === 'ssot-audit' ? manifest.version : undefined;
  } catch {
    return undefined; // not there: the other place has it
  }
}
