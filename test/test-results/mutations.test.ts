import { describe, expect, test } from 'vitest';
import { failuresOf, fixtureBytes, isDoubted, reportFixtures, runOf } from './report-fixtures.js';

const PLACES = 100;
const places = (length: number): number[] => Array.from({ length: PLACES }, (_, index) => Math.floor(((index + 0.37) * length) / PLACES));
/** A worklog's end is no different from its middle. */
const withEnd = reportFixtures.filter((path) => !path.endsWith('.md'));

describe.each(withEnd)('%s', (path) => {
  const bytes = fixtureBytes(path);
  const whole = failuresOf(runOf(bytes, path)!).length;

  test('cut off anywhere: no crash, and no failure lost in silence', () => {
    for (const end of places(bytes.length)) {
      const run = runOf(bytes.subarray(0, end), path);
      // Nothing recognised: the reader says so of every file it was given by name. The first tenth is enough to be recognised.
      if (run === undefined) expect(end, 'a report that is not recognised').toBeLessThan(bytes.length / 5);
      else if (failuresOf(run).length < whole) expect(isDoubted(run), `cut at ${end} of ${bytes.length}`).toBe(true);
    }
  });

  test('control bytes anywhere: no crash, and no failure lost in silence', () => {
    for (const [index, at] of places(bytes.length).entries()) {
      const byte = [0x00, 0x07, 0x1b, 0x08][index % 4]!;
      const run = runOf(Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]), path);
      if (run === undefined) expect(at, 'a report that is not recognised').toBeLessThan(200);
      else if (failuresOf(run).length < whole) expect(isDoubted(run), `control byte ${byte} at ${at}`).toBe(true);
    }
  });
});

test.each(reportFixtures.filter((path) => path.endsWith('.xml')))('%s says the same with its attributes in another order', (path) => {
  const text = fixtureBytes(path).toString();
  const shuffled = text.replace(/<(test\w+|failure|error|skipped)((?:\s+[\w:-]+="[^"]*")+)/g, (_, name: string, attributes: string) => `<${name} ${[...attributes.matchAll(/[\w:-]+="[^"]*"/g)].map(([one]) => one).reverse().join(' ')}`);
  expect(shuffled).not.toBe(text);
  expect(runOf(shuffled, path)).toEqual(runOf(text, path));
});

test('entities that multiply are not resolved', () => {
  const entities = Array.from({ length: 10 }, (_, level) => `<!ENTITY l${level} "${level === 0 ? 'lol' : `&l${level - 1};`.repeat(10)}">`).join('');
  const run = runOf(`<?xml version="1.0"?><!DOCTYPE testsuites [${entities}]><testsuites><testsuite name="cart" tests="1" failures="1"><testcase name="adds up" classname="cart"><failure message="&l9;">Error: &l9;</failure></testcase></testsuite></testsuites>`)!;
  expect(failuresOf(run)).toHaveLength(1);
  expect(JSON.stringify(run).length).toBeLessThan(5000);
  expect(run.sources[0]!.warnings).not.toEqual([]);
});

test('a file that an entity names is not read', () => {
  const run = runOf('<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuites><testsuite name="cart"><testcase name="adds up"><failure>Error: &x;</failure></testcase></testsuite></testsuites>')!;
  expect(JSON.stringify(run)).not.toContain('root:');
});

test.each([
  ['XML', `<testsuites>${'<testsuite name="s">'.repeat(20_000)}<testcase name="adds up"><failure>Error: no</failure></testcase>`],
  ['Mochawesome', `{"stats":{"suites":1},"results":[${'{"title":"s","suites":['.repeat(5000)}${']}'.repeat(5000)}]}`],
  ['Playwright', `{"config":{},"errors":[],"suites":[${'{"title":"s","suites":['.repeat(5000)}${']}'.repeat(5000)}]}`],
])('%s nested beyond reason is told of and crashes nothing', (_, text) => {
  expect(isDoubted(runOf(text)!)).toBe(true);
});
