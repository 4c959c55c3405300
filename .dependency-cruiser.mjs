/**
 * The walls of the house (ARCHITECTURE.md, "Walls"). Each entry says what a folder may not import. `npm run walls` checks them and that
 * the cruise really saw the modules, for a cruise of nothing is green too.
 */
const PACKAGES = '(^|/)node_modules/';

/** A folder of src may import only these folders of src (model and util always), and only these packages. */
function room(name, { from, folders = [], packages = [], builtIns = [] }) {
  const allowedFolders = ['model', 'util', ...folders].map((folder) => `^src/${folder}(/|\\.ts$|$)`);
  return [
    {
      name: `${name}-imports-only-its-neighbours`,
      severity: 'error',
      from: { path: from },
      to: { path: '^(src|rules)/', pathNot: [...allowedFolders, from] },
    },
    {
      name: `${name}-uses-only-its-packages`,
      severity: 'error',
      from: { path: from },
      to: { path: PACKAGES, pathNot: packages.length > 0 ? [`node_modules/(${packages.join('|')})/`] : [] },
    },
    {
      name: `${name}-uses-only-its-built-ins`,
      severity: 'error',
      from: { path: from },
      to: { dependencyTypes: ['core'], pathNot: builtIns.length > 0 ? [`^(node:)?(${builtIns.join('|')})$`] : [] },
    },
  ];
}

export default {
  forbidden: [
    ...room('model', { from: '^src/model/', packages: ['zod'] }),
    ...room('util', { from: '^src/util/', packages: ['zod'], builtIns: ['crypto', 'path', 'fs', 'url', 'child_process'] }),
    ...room('typescript-language', { from: '^src/languages/typescript/', folders: ['languages/[^/]+\\.ts'], packages: ['typescript'], builtIns: ['module'] }),
    ...room('python-language', { from: '^src/languages/python/', folders: ['languages/[^/]+\\.ts'], packages: ['@lezer/python', '@lezer/common', '@lezer/lr'] }),
    ...room('data-languages', { from: '^src/languages/data/', folders: ['languages/[^/]+\\.ts', 'languages/infra'], packages: ['yaml', 'toml-eslint-parser', 'jsonc-parser'], builtIns: ['module'] }),
    ...room('infra-languages', { from: '^src/languages/infra/', folders: ['languages/[^/]+\\.ts', 'languages/data'], packages: ['yaml', 'dockerfile-ast', 'vscode-languageserver-types'], builtIns: ['module'] }),
    ...room('facts', { from: '^src/facts/' }),
    ...room('engine', { from: '^src/engine/', folders: ['facts', 'findings'], packages: ['zod', 'picomatch'] }),
    ...room('findings', { from: '^src/findings/', folders: ['facts'], builtIns: ['fs'] }),
    ...room('reporters', { from: '^src/reporters/', packages: ['cli-table3'] }),
    ...room('discover', { from: '^src/discover/', folders: ['facts', 'config'], packages: ['fast-glob', 'ignore', 'jsonc-parser', 'picomatch', 'toml-eslint-parser'], builtIns: ['fs', 'path', 'child_process'] }),
    ...room('init', { from: '^src/init/', folders: ['facts'] }),
    ...room('extract', { from: '^src/extract/', folders: ['languages', 'discover'], builtIns: ['fs', 'path', 'os', 'url', 'worker_threads'] }),
    ...room('gate', { from: '^src/gate/', folders: ['findings', 'facts'], packages: ['zod', 'picomatch'], builtIns: ['fs', 'path'] }),
    ...room('config', { from: '^src/config/', folders: ['engine'], packages: ['zod', 'typescript', 'picomatch', 'jsonc-parser'], builtIns: ['fs', 'path', 'url', 'os', 'module', 'fs/promises'] }),
    ...room('test-results', { from: '^src/test-results/', packages: ['zod', 'saxes', 'fflate'], builtIns: ['fs', 'path'] }),
    ...room('loop', { from: '^src/loop/', folders: ['config', 'facts', 'scan', 'compare', 'prove', 'link', 'linker', 'test-results', 'gate', 'issues', 'discover/resolve-base'], packages: ['zod', 'picomatch', 'fast-glob'], builtIns: ['fs', 'path', 'child_process'] }),
    ...room('linker', { from: '^src/linker/', folders: ['facts', 'test-results', 'discover', 'scan'], packages: ['@jridgewell/trace-mapping'], builtIns: ['fs', 'path', 'child_process'] }),
    ...room('issues', { from: '^src/issues/', folders: ['config'], packages: ['zod', '@octokit/rest', '@octokit/plugin-throttling'], builtIns: ['fs', 'util'] }),
    {
      name: 'only-one-file-speaks-with-github',
      severity: 'error',
      from: { path: '^(src|rules)/', pathNot: '^src/issues/github\\.ts$' },
      to: { path: 'node_modules/@octokit/' },
    },
    {
      name: 'only-the-reader-of-reports-reads-files',
      severity: 'error',
      from: { path: '^src/test-results/', pathNot: '^src/test-results/read-test-results\\.ts$' },
      to: { path: '^(?:node:)?(?:fs|path)$' },
    },
    {
      name: 'facts-and-rules-know-no-language',
      comment: 'AST types never leave languages/.',
      severity: 'error',
      from: { path: '^(src/(facts|engine|findings|reporters)|rules)/' },
      to: { path: '^src/languages/' },
    },
    {
      name: 'rules-use-the-public-door',
      comment: 'Built-in rules are written against the API that users have; what several share lives in rules/support or src/facts.',
      severity: 'error',
      from: { path: '^rules/', pathNot: '^rules/index\\.ts$' },
      to: { path: '^(src|rules)/', pathNot: ['^src/index\\.ts$', '^rules/support/'] },
    },
    {
      name: 'rules-do-no-io',
      severity: 'error',
      from: { path: '^rules/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'the-door-of-rules-knows-no-pipeline',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/(scan|api|extract|discover|languages|commands|cli)' },
    },
    {
      name: 'pipelines-do-not-present',
      severity: 'error',
      from: { path: '^src/(scan|compare|link)\\.ts$' },
      to: { path: '^src/(commands|reporters|cli)' },
    },
    {
      name: 'commands-stay-thin',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^src/(languages|extract)/' },
    },
    {
      name: 'cli-only-commands',
      comment: 'Whatever cli.ts imports statically is paid by --help.',
      severity: 'error',
      from: { path: '^src/cli\\.ts$' },
      to: { path: '^(src|rules)/', pathNot: '^src/(commands|util)/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'not-to-dev-dep',
      severity: 'error',
      from: { path: '^(src|rules)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'not-to-test', severity: 'error', from: { path: '^(src|rules)/' }, to: { path: '^(test|scripts|bench)/' } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(src|rules)/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
