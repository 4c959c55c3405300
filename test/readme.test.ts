import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

it('the README shows what its command prints', () => {
  const shown = /<!-- the beginning of: node (?<command>.*?) -->\n```text\n(?<output>[\s\S]*?)\n```/.exec(readme)?.groups;
  const { stdout } = spawnSync(process.execPath, [...shown!['command']!.split(' '), '--no-cache'], { cwd: root, encoding: 'utf8' });
  expect(stdout.slice(0, shown!['output']!.length)).toBe(shown!['output']);
});

it('every file that the README links to is there', () => {
  const links = [...readme.matchAll(/\]\((?<path>[\w./-]+\.md)\)/g)].map((match) => match.groups!['path']!);
  expect(links.length).toBeGreaterThan(20);
  const tracked = execFileSync('git', ['ls-files', ...links], { cwd: root, encoding: 'utf8' }).trim().split('\n').sort();
  expect(tracked).toEqual([...new Set(links)].sort());
});
