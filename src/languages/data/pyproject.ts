import type { Fact, PackageFact } from '../../model/facts.js';
import { compareText, sortedDistinct } from '../../util/compare.js';
import { configEntry } from '../config-facts.js';
import { at, child, entriesOf, itemsOf, joined, settingFacts, textOf, type DataNode } from '../settings.js';

/** The package of a pyproject.toml (PEP 621 or Poetry) and its tools' settings. */
export function pyprojectFacts(root: DataNode): Fact[] {
  const project = child(root, 'project') ?? at(root, 'tool', 'poetry');
  const facts: Fact[] = settingFacts(child(root, 'tool') ?? root, 'toml').map((fact) => (
    fact.kind === 'config-entry' && child(root, 'tool') ? { ...fact, keyPath: ['tool', ...fact.keyPath] } : fact
  ));
  if (!project || project.type !== 'map') return facts;
  const scripts = entriesOf(child(project, 'scripts')).map(({ key, value }) => ({ name: key, command: textOf(value) ?? '' }));
  const fact: PackageFact = {
    kind: 'package',
    name: textOf(child(project, 'name')) ?? '',
    scope: [],
    exported: true,
    span: project.span,
    ecosystem: 'python',
    private: false,
    workspaces: itemsOf(at(root, 'tool', 'uv', 'workspace', 'members')).flatMap((item) => textOf(item) ?? []),
    dependencies: sortedDistinct(dependencyNames(project)),
    scripts: scripts.sort((a, b) => compareText(a.name, b.name)),
    importable: true,
  };
  const python = project.entries.find(({ key }) => key === 'requires-python')
    ?? entriesOf(child(project, 'dependencies')).find(({ key }) => key === 'python');
  const version = textOf(python?.value);
  if (python && version !== undefined) {
    facts.push(configEntry({ keyPath: ['engines', 'python'], span: joined(python.keySpan, python.value.span), format: 'toml', effect: 'setting', value: version }));
  }
  return [fact, ...facts];
}

function dependencyNames(project: DataNode): string[] {
  const listed = [child(project, 'dependencies'), ...entriesOf(child(project, 'optional-dependencies')).map(({ value }) => value)]
    .flatMap((list) => itemsOf(list).flatMap((item) => /^[\w.-]+/.exec(textOf(item) ?? '')?.[0] ?? []));
  const mapped = [child(project, 'dependencies'), ...entriesOf(child(project, 'group')).map(({ value }) => child(value, 'dependencies'))]
    .flatMap((map) => entriesOf(map).map(({ key }) => key));
  return [...listed, ...mapped].filter((name) => name !== 'python');
}
