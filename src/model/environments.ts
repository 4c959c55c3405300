/** Words by which people name the environment that something is for, and the name that results use for it. */
export const ENVIRONMENT_WORDS: ReadonlyMap<string, string> = new Map([
  ['dev', 'development'], ['develop', 'development'], ['development', 'development'],
  ['stage', 'staging'], ['stg', 'staging'], ['staging', 'staging'], ['preprod', 'staging'], ['preproduction', 'staging'],
  ['prod', 'production'], ['prd', 'production'], ['production', 'production'], ['live', 'production'],
  ['test', 'test'], ['tests', 'test'], ['testing', 'test'], ['e2e', 'test'], ['ci', 'ci'],
  ['local', 'local'], ['localhost', 'local'],
  ['qa', 'qa'], ['uat', 'uat'], ['sandbox', 'sandbox'], ['preview', 'preview'], ['demo', 'demo'], ['canary', 'canary'],
]);
