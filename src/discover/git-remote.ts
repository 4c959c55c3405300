import { runGit } from '../util/run-git.js';

export interface Remote {
  /** Host name: `github.com`. */
  host: string;
  owner: string;
  name: string;
}

/** Where `origin` points to; undefined without git or remote, or when its address is not one of host, owner and name. */
export function originOf(root: string): Remote | undefined {
  const address = runGit(root, ['config', '--get', 'remote.origin.url'])?.trim();
  return address === undefined ? undefined : parseRemote(address);
}

/** `git@github.com:shop/web.git`, `https://github.com/shop/web`, `ssh://git@host:22/shop/web.git`. */
export function parseRemote(address: string): Remote | undefined {
  const match = /^(?:[a-z+]+:\/\/(?:[^@/]+@)?([\w.-]+)(?::\d+)?\/|(?:[^@/:]+@)?([\w.-]+):)([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/i.exec(address);
  return match ? { host: (match[1] ?? match[2])!.toLowerCase(), owner: match[3]!, name: match[4]! } : undefined;
}

/** The checked-out commit; undefined without git. */
export function headOf(root: string): string | undefined {
  const sha = runGit(root, ['rev-parse', 'HEAD'])?.trim();
  return sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined;
}
