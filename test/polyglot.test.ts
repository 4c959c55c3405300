import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalName } from '../src/facts/canonical-name.js';
import { typeName } from '../src/facts/type-name.js';
import { languageFor } from '../src/languages/registry.js';
import type { Fact, Literal } from '../src/model/facts.js';

const fixtures = fileURLToPath(new URL('../fixtures/polyglot/', import.meta.url));

/** What each topic is about, and the files that may say less than the others (a settings file has no lists of patterns). */
const topics = {
  order: { kinds: ['type'], partial: [] },
  'order-state': { kinds: ['enum'], partial: [] },
  limits: { kinds: ['constant', 'config-entry'], partial: ['limits.yaml'] },
} satisfies Record<string, { kinds: Fact['kind'][]; partial: string[] }>;

describe.each(Object.entries(topics))('the same knowledge in every language: %s', (topic, { kinds, partial }) => {
  const folder = new URL(`${topic}/`, `file://${fixtures}`);
  const files = readdirSync(folder).sort();
  const statements = async (file: string): Promise<string[]> => {
    const path = fileURLToPath(new URL(file, folder));
    const language = languageFor(file)!;
    await language.load();
    const { facts, parseErrors } = language.extract({ path: file, text: readFileSync(path, 'utf8') });
    expect(parseErrors).toEqual([]);
    return facts.filter(({ kind, scope }) => (kinds as string[]).includes(kind) && scope.length === 0).map(neutral).sort();
  };
  const [reference, ...others] = files.filter((file) => !(partial as string[]).includes(file));

  it.each(others)(`${reference} and %s`, async (file) => {
    const expected = await statements(reference!);
    expect(expected).not.toEqual([]);
    expect(await statements(file)).toEqual(expected);
  });

  it.each(partial)(`%s says no other than ${reference}`, async (file) => {
    const said = await statements(file);
    expect(said).not.toEqual([]);
    expect(await statements(reference!)).toEqual(expect.arrayContaining(said));
  });
});

/** A fact without its spelling: no place, no form, names and types in the words of no language. */
function neutral(fact: Fact): string {
  const name = canonicalName(fact.name).replace(/-schema$/, '');
  switch (fact.kind) {
    case 'type': {
      const fields = fact.fields.map((field) => {
        const { text, nullable } = typeName(field.type);
        return `${canonicalName(field.name)}${field.optional ? '?' : ''}: ${text}${nullable ? ' | null' : ''}`;
      });
      return `${name} { ${fields.join('; ')} }`;
    }
    case 'enum':
      return `${name} = ${fact.members.map(({ value }) => value).join(' | ')}`;
    case 'constant':
      return `${name} = ${text(fact.value)}`;
    case 'config-entry':
      return `${fact.keyPath.map(canonicalName).join('.')} = ${fact.value ?? ''}`;
    default:
      throw new Error(`no neutral form of ${fact.kind}`);
  }
}

function text(value: Literal): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
