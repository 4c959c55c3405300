export interface WorkflowOptions {
  /** Of ssot-audit, as npx takes it: `0.1`. */
  version: string;
  /** Path from the repository to the audited root; `` when they are one. */
  folder: string;
}

/** Where the workflow stands in a repository. */
export const WORKFLOW_PATH = '.github/workflows/ssot-audit.yml';

/** The text of a GitHub workflow that checks pull requests: only what the change makes worse fails it. */
export function workflowTemplate({ version, folder }: WorkflowOptions): string {
  return `# Fails a pull request that states something a second time, or breaks a contract: only what the change makes worse.
name: ssot-audit

on:
  pull_request:

permissions:
  contents: read

jobs:
  ssot-audit:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # the base of the comparison must be in the clone
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - name: Audit what the pull request changes
        env:
          BASE: origin/\${{ github.base_ref }}
        # The configuration is code of this repository. Where strangers open pull requests, write it as JSON and add --no-code-config.
        run: npx --yes ssot-audit@${version} --base "$BASE" --report${folder === '' ? '' : ` --root ${shellQuote(folder)}`}
      - name: Keep the reports
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: ssot-report
          path: ssot-report/
          if-no-files-found: ignore
`;
}

function shellQuote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
