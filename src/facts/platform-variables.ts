/**
 * Variables that the operating system, a shell, a platform or a tool sets by itself: nobody has to deploy them, and their defaults say
 * only what to do where that platform is not. One table, so that all rules agree.
 */
export function isPlatformVariable(name: string): boolean {
  return NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}

const NAMES: ReadonlySet<string> = new Set([
  // operating systems and shells
  'HOME', 'PATH', 'PWD', 'USER', 'USERNAME', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'HOSTNAME', 'HOST', 'DISPLAY', 'EDITOR', 'OS',
  'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'PROGRAMFILES', 'SYSTEMROOT', 'WINDIR', 'COMSPEC', 'COMPUTERNAME', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'COLUMNS',
  'PROCESSOR_ARCHITECTURE', 'NUMBER_OF_PROCESSORS', 'SSH_AUTH_SOCK', 'LD_LIBRARY_PATH', 'WSL_DISTRO_NAME', 'VIRTUAL_ENV', 'PAGER', 'BROWSER', 'UID', 'GID',
  // proxies
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy',
  // runtimes and frameworks
  'NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'NEXT_RUNTIME', 'NEXT_PHASE', 'PYTHONPATH', 'PYTHONUNBUFFERED', 'PYTHONIOENCODING', 'PYTHONUTF8',
  'JEST_WORKER_ID', 'TEST_WORKER_INDEX', 'INIT_CWD', 'MODE', 'DEV', 'PROD', 'SSR', 'BASE_URL', 'DEBUG_COLORS',
  // where the platform says on which port to listen
  'PORT',
  // Cloud Run, App Engine, Cloud Functions
  'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION', 'GAE_APPLICATION', 'GAE_ENV', 'GAE_INSTANCE', 'GAE_SERVICE', 'GAE_VERSION', 'FUNCTION_NAME', 'FUNCTION_TARGET',
  'CLOUD_RUN_JOB', 'CLOUD_RUN_EXECUTION', 'CLOUD_RUN_TASK_INDEX', 'GOOGLE_CLOUD_PROJECT', 'GCP_PROJECT', 'GCLOUD_PROJECT', 'GOOGLE_APPLICATION_CREDENTIALS',
  // other platforms
  'DYNO', 'WEBSITE_SITE_NAME', 'WEBSITE_INSTANCE_ID', 'LAMBDA_TASK_ROOT', 'CODESPACES', 'GITPOD_WORKSPACE_ID', 'NETLIFY', 'VERCEL', 'RENDER', 'SOURCE_VERSION',
  // continuous integration
  'CI', 'CONTINUOUS_INTEGRATION', 'BUILD_NUMBER', 'BUILD_ID', 'BUILDKITE', 'TRAVIS', 'JENKINS_URL', 'JENKINS_HOME', 'TEAMCITY_VERSION', 'TF_BUILD', 'GITLAB_CI', 'ACT',
]);

const PREFIXES: readonly string[] = [
  'GITHUB_', 'RUNNER_', 'AWS_', 'PYTEST_', 'VERCEL_', 'NEXT_PUBLIC_VERCEL_', 'NETLIFY_', 'RENDER_', 'RAILWAY_', 'HEROKU_', 'FLY_', 'KUBERNETES_', 'npm_', 'NPM_CONFIG_',
  'YARN_', 'PNPM_', 'CI_', 'CIRCLE_', 'GITLAB_', 'BUILDKITE_', 'TRAVIS_', 'XDG_', 'LC_', 'CF_PAGES', 'AZURE_FUNCTIONS_', 'WEBSITE_', 'VITEST', 'PLAYWRIGHT_', 'TURBO_', 'NX_',
];
