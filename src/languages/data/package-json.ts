import type { Fact, PackageFact } from '../../model/facts.js';
import { compareText, sortedDistinct } from '../../util/compare.js';
import { configEntry } from '../config-facts.js';
import { at, child, entriesOf, itemsOf, joined, textOf, type DataNode } from '../settings.js';

/** The package itself, and the versions of tools that it demands. Its other keys are no settings of the product. */
export function packageJsonFacts(root: DataNode): Fact[] {
  if (root.type !== 'map') return [];
  const fact: PackageFact = {
    kind: 'package',
    name: textOf(child(root, 'name')) ?? '',
    scope: [],
    exported: true,
    span: root.span,
    ecosystem: 'npm',
    private: textOf(child(root, 'private')) === 'true',
    workspaces: texts(child(root, 'workspaces')?.type === 'map' ? at(root, 'workspaces', 'packages') : child(root, 'workspaces')),
    dependencies: sortedDistinct(
      ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((group) => entriesOf(child(root, group)).map(({ key }) => key)),
    ),
    scripts: entriesOf(child(root, 'scripts'))
      .map(({ key, value }) => ({ name: key, command: textOf(value) ?? '' }))
      .sort((a, b) => compareText(a.name, b.name)),
    importable: ['main', 'module', 'exports', 'types', 'typings'].some((key) => child(root, key) !== undefined),
  };
  const versions = (['engines', 'volta'] as const).flatMap((group) => entriesOf(child(root, group)).map((entry) => ({ group, entry })));
  const facts: Fact[] = [fact];
  for (const { group, entry } of versions) {
    const value = textOf(entry.value);
    if (value !== undefined) {
      facts.push(configEntry({ keyPath: [group, entry.key], span: joined(entry.keySpan, entry.value.span), format: 'json', effect: 'setting', value }));
    }
  }
  const manager = root.entries.find(({ key }) => key === 'packageManager');
  const managerVersion = /^([^@]+)@(.+)$/.exec(textOf(manager?.value) ?? '');
  if (manager && managerVersion) {
    const span = joined(manager.keySpan, manager.value.span);
    facts.push(configEntry({ keyPath: ['packageManager', managerVersion[1]!], span, format: 'json', effect: 'setting', value: managerVersion[2] }));
  }
  return facts;
}

function texts(node: DataNode | undefined): string[] {
  return itemsOf(node).flatMap((item) => textOf(item) ?? []);
}
