import type { FactIndex } from '../facts/fact-index.js';
import { compareText, sortedDistinct } from '../util/compare.js';
import { append } from '../util/multimap.js';
import { folderOf, foldersUp } from '../util/paths.js';

export interface LoopProposal {
  /** `source`: where the port is stated. The path of the address is a guess. */
  services: readonly { name: string; health: string; source: string }[];
  suites: readonly ProposedSuite[];
}

export interface ProposedSuite {
  name: string;
  command: string;
  /** Folder it is run in; `.` is the root. */
  cwd: string;
  reports: readonly string[];
  environment?: Readonly<Record<string, string>>;
  files: readonly string[];
  isEndToEnd: boolean;
  /** What shows it: a script, a configuration, a folder of tests. */
  source: string;
}

const MOST_SUITES = 8;
const SCRIPT = /^(?:tests?|e2e|spec)(?:[:._-].+)?$/;
/** Scripts that wait, repair or only look. */
const NO_RUN = /watch|coverage|debug|update|lint|types?check|(?:^|:)ui$|headed/i;
const END_TO_END = /e2e|end-to-end|playwright|cypress|browser/i;
/** What stands in a command as it is. */
const PLAIN = /^[\w./@-]+$/;

/** How each runner is told to write a report, after the words of its script. */
const RUNNERS: readonly { name: string; inCommand: RegExp; words(report: string, command: string): string; extension: string; environment?(report: string): Record<string, string> }[] = [
  { name: 'playwright', inCommand: /\bplaywright\b/, extension: 'xml', words: () => '--reporter=junit', environment: (report) => ({ PLAYWRIGHT_JUNIT_OUTPUT_NAME: report }) },
  { name: 'vitest', inCommand: /\bvitest\b/, extension: 'xml', words: (report, command) => `${/\bvitest\b.*(?:\brun\b|--run\b)/.test(command) ? '' : '--run '}--reporter=junit --outputFile=${report}` },
  { name: 'jest', inCommand: /\bjest\b|react-scripts test/, extension: 'json', words: (report) => `--json --outputFile=${report}` },
  { name: 'mocha', inCommand: /\bmocha\b/, extension: 'xml', words: (report) => `--reporter xunit --reporter-options output=${report}` },
];

/** What a loop over this repository could probe and run, by what its files state: nothing is tried. */
export function proposeLoop(facts: FactIndex): LoopProposal {
  return { services: servicesOf(facts), suites: [...scriptSuites(facts), ...configuredSuites(facts), ...pythonSuites(facts)].slice(0, MOST_SUITES) };
}

/** Services that a compose file builds from this tree and gives a port of the machine. */
function servicesOf(facts: FactIndex): LoopProposal['services'] {
  const found = new Map<string, LoopProposal['services'][number]>();
  for (const { name, format, context, dockerfile, ports = [], file } of facts.of('deployment')) {
    if (format !== 'compose' || (context === undefined && dockerfile === undefined) || found.has(name)) continue;
    const port = ports.flatMap((text) => /^(?:[\d.]+:)?(\d{2,5}):\d{2,5}(?:\/tcp)?$/.exec(text)?.[1] ?? []).at(0);
    if (port !== undefined) found.set(name, { name, health: `http://localhost:${port}/health`, source: file.path });
  }
  return [...found.values()].sort((a, b) => compareText(a.name, b.name));
}

function scriptSuites(facts: FactIndex): ProposedSuite[] {
  const manager = facts.file('pnpm-lock.yaml') ? 'pnpm' : facts.file('yarn.lock') ? 'yarn' : 'npm';
  const suites = facts.of('package').filter(({ ecosystem, file }) => ecosystem === 'npm' && file.role !== 'fixture' && file.role !== 'example' && PLAIN.test(file.path)).flatMap(({ scripts, file }) => {
    const folder = folderOf(file.path);
    return scripts.filter(({ name, command }) => SCRIPT.test(name) && !NO_RUN.test(name) && !/no test specified/.test(command)).map((script) => {
      const name = folder === '' ? script.name : `${folder} ${script.name}`;
      const runner = RUNNERS.find(({ inCommand }) => inCommand.test(script.command));
      const report = runner === undefined ? undefined : `test-results/${slugOf(name)}.${runner.extension}`;
      const words = runner === undefined || report === undefined ? '' : `${manager === 'npm' ? ' --' : ''} ${runner.words(report, script.command)}`;
      const suite: ProposedSuite = {
        name, command: `${manager} run ${script.name}${words}`, cwd: folder === '' ? '.' : folder, reports: report === undefined ? [] : [report], files: [],
        isEndToEnd: END_TO_END.test(`${script.name} ${script.command}`), source: `script "${script.name}" of ${file.path}`,
        ...(runner?.environment === undefined || report === undefined ? {} : { environment: runner.environment(report) }),
      };
      return { suite, isRunner: runner !== undefined };
    });
  });
  // A script that only calls those of the packages would run everything twice.
  const direct = suites.filter(({ isRunner }) => isRunner);
  return (direct.length > 0 ? direct : suites).map(({ suite }) => suite);
}

const CONFIGURED = [
  { runner: 'playwright', files: /(?:^|\/)playwright\.config\.[cm]?[jt]s$/, command: (path: string) => `npx playwright test --config ${path} --reporter=junit`, environment: (report: string) => ({ PLAYWRIGHT_JUNIT_OUTPUT_NAME: report }), isEndToEnd: true },
  { runner: 'vitest', files: /(?:^|\/)vitest\.config\.[cm]?[jt]s$/, command: (path: string, report: string) => `npx vitest run --config ${path} --reporter=junit --outputFile=${report}`, isEndToEnd: false },
] as const;

/** Configurations of runners that no script calls. */
function configuredSuites(facts: FactIndex): ProposedSuite[] {
  const scripts = facts.of('package').flatMap((fact) => fact.scripts.map(({ command }) => command));
  return CONFIGURED.filter(({ runner }) => !scripts.some((command) => new RegExp(`\\b${runner}\\b`).test(command))).flatMap((kind) => (
    facts.files.filter(({ path }) => kind.files.test(path) && PLAIN.test(path)).map(({ path }): ProposedSuite => {
      const name = folderOf(path) || kind.runner;
      const report = `test-results/${slugOf(name)}.xml`;
      return { name, command: kind.command(path, report), cwd: '.', reports: [report], files: [], isEndToEnd: kind.isEndToEnd, source: path, ...('environment' in kind ? { environment: kind.environment(report) } : {}) };
    })
  ));
}

/** Python tests by the topmost folder of tests that holds them. */
function pythonSuites(facts: FactIndex): ProposedSuite[] {
  const folders = new Map<string, string[]>();
  for (const { file, count } of facts.of('tests')) {
    if (file.language !== 'python' || file.role !== 'test' || count === 0 || !PLAIN.test(file.path)) continue;
    const folder = foldersUp(folderOf(file.path)).filter((candidate) => /(?:^|\/)(?:tests?|e2e)$/.test(candidate)).at(-1) ?? folderOf(file.path);
    append(folders, folder, file.path);
  }
  const usesPytest = facts.of('import').some(({ name, file }) => name === 'pytest' && file.language === 'python') || facts.of('package').some(({ dependencies }) => dependencies.includes('pytest'));
  return [...folders].sort((a, b) => b[1].length - a[1].length || compareText(a[0], b[0])).map(([folder, paths]): ProposedSuite => {
    const place = folder === '' ? '.' : folder;
    const report = `test-results/${slugOf(folder || 'python')}.xml`;
    const pattern = sortedDistinct(paths.map((path) => (path.slice(path.lastIndexOf('/') + 1).startsWith('test_') ? 'test_*.py' : '*_test.py')));
    return {
      name: folder || 'python', command: usesPytest ? `python -m pytest ${place} --junitxml=${report}` : `python -m unittest discover -t . -s ${place}`, cwd: '.', reports: usesPytest ? [report] : [],
      files: pattern.map((name) => `${folder === '' ? '' : `${folder}/`}**/${name}`), isEndToEnd: END_TO_END.test(folder), source: `${paths.length === 1 ? '1 test file' : `${paths.length} test files`} in ${place}`,
    };
  });
}

function slugOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase();
}
