import tseslint from 'typescript-eslint';

const IMPURE = [
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Same input, same bytes: no randomness.' },
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Same input, same bytes: a command passes the date in.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Same input, same bytes: a command passes the date in.' },
  { selector: "CallExpression[callee.property.name='localeCompare']", message: 'Order must not depend on the locale: use compareText.' },
  { selector: "CallExpression[callee.property.name=/^toLocale/]", message: 'Output must not depend on the locale.' },
];

export default tseslint.config(
  { ignores: ['dist/', '.out/', 'fixtures/', 'node_modules/', 'ssot-report/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    files: ['src/**/*.ts', 'rules/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...IMPURE] },
  },
  {
    // Only the edge talks to people and the process.
    files: ['src/**/*.ts', 'rules/**/*.ts'],
    // The cache needs the user's cache folder and a name for its temporary file; git is run with the environment that it was given.
    ignores: ['src/cli.ts', 'src/commands/**', 'src/extract/cache-location.ts', 'src/extract/fact-cache.ts', 'src/util/write-file.ts', 'src/util/run-git.ts', 'src/loop/run-command.ts', 'src/discover/discover-files.ts', 'src/config/import-module.ts'],
    rules: { 'no-restricted-globals': ['error', 'console', 'process'] },
  },
  {
    files: ['src/commands/**/*.ts', 'src/cli.ts'],
    rules: { 'no-restricted-syntax': ['error', ...IMPURE.filter(({ message }) => !message.includes('date'))] },
  },
);
