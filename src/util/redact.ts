/** What must not leave the machine in a text: a secret, or an address of a person. Offsets are UTF-16 units, `end` exclusive. */
export interface SecretMatch {
  /** Stable word: `github-token`, `url-credentials`, `email`. */
  kind: string;
  start: number;
  end: number;
}

interface SecretRule {
  kind: string;
  /** Global; every run is bounded, so that a hostile text costs linear time. The group `value` is the secret, else the whole match. */
  pattern: RegExp;
  /** Says no to what only looks like one. */
  accept?: (value: string, match: RegExpExecArray) => boolean;
}

const PLACEHOLDER = /\[redacted:[a-z-]+\]/;
const MAX_PASSES = 4;

/**
 * Puts `[redacted:<kind>]` in the place of every secret. Hosts, variable names, paths and commit hashes stay: they are evidence. Redacting twice
 * changes nothing, and `findSecrets` finds nothing in what is returned.
 */
export function redact(text: string): string {
  let redacted = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const found = findSecrets(redacted);
    if (found.length === 0) return redacted;
    redacted = replaceAll(redacted, found);
  }
  // A text that keeps making secrets out of what is left was made to: none of it is shown.
  return findSecrets(redacted).length === 0 ? redacted : '[redacted:text]';
}

/** All secrets in a text, by position; overlapping ones are joined under the kind of the first. */
export function findSecrets(text: string): SecretMatch[] {
  const found: SecretMatch[] = [];
  for (const rule of RULES) {
    rule.pattern.lastIndex = 0;
    for (let match = rule.pattern.exec(text); match !== null; match = rule.pattern.exec(text)) {
      const { value, start } = valueOf(match);
      if (match[0] === '') rule.pattern.lastIndex++;
      else if (value !== '' && !startsRedacted(value) && (rule.accept?.(value, match) ?? true)) found.push({ kind: rule.kind, start, end: start + value.length });
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: SecretMatch[] = [];
  for (const secret of found) {
    const last = joined.at(-1);
    // `password@db.shop.example` inside an address looks like an e-mail; the host is evidence and stays.
    if (last && secret.start < last.end) last.end = secret.kind === 'email' && last.kind === 'url-credentials' ? last.end : Math.max(last.end, secret.end);
    else joined.push({ ...secret });
  }
  return joined;
}

function replaceAll(text: string, secrets: readonly SecretMatch[]): string {
  let result = '';
  let from = 0;
  for (const { kind, start, end } of secrets) {
    result += `${text.slice(from, start)}[redacted:${kind}]`;
    from = end;
  }
  return result + text.slice(from);
}

/** The group is searched from the right: what stands before it in a match may hold the same letters. */
function valueOf(match: RegExpExecArray): { value: string; start: number } {
  const groups = match.groups;
  const value = groups === undefined ? match[0] : Object.entries(groups).find(([name, text]) => name.startsWith('value') && text !== undefined)?.[1] ?? match[0];
  return { value, start: match.index + Math.max(0, match[0].lastIndexOf(value)) };
}

function startsRedacted(value: string): boolean {
  return value.startsWith('[redacted:') || PLACEHOLDER.test(value) && value.replace(new RegExp(PLACEHOLDER, 'g'), '').length < 4;
}

/** A name that says its value is secret, whatever the value. */
const STRONG = 'pass(?:word|wd|phrase)|pwd|secret|(?:api|access|account|shared|private|signing|encryption|master|storage|auth|deploy|bypass|service)[_-]?key|client[_-]?secret|connection[_-]?string|shared[_-]?access[_-]?signature';
/** A name that says so only of a value that looks like one. */
const WEAK = 'token|credentials?|authorization|auth|session[_-]?id|signature|\\bsig|cookie|bearer|sid|nonce|otp|dsn';
/** The words of a placeholder name no value. */
const NOT_OURS = '(?<!\\[redacted:[a-z-]{0,20})';
const SEPARATOR = '["\'`\\]]{0,2}\\s{0,3}(?:=>|:=|==?|:)\\s{0,3}';
const VALUE = '(?:[bfru]{0,2}"(?<value1>(?:[^"\\\\\\n]|\\\\.){1,2000})"|[bfru]{0,2}\'(?<value2>(?:[^\'\\\\\\n]|\\\\.){1,2000})\'|`(?<value3>[^`\\n]{1,2000})`|(?<value4>[^\\s"\'`,;&<>]{1,2000}))';

const NO_SECRET = /^(?:undefined|null|none|nil|true|false|required|missing|invalid|unset|empty|expired|optional|unknown|string|str|number|boolean|bool|bytes|any|int|object|Optional|Union|SecretStr|Promise|Record|getenv|environ)(?:$|\[)|^\*+$|^<[\w -]+>$|^\$\{|^\$[A-Z_]+$|^%[sd]$|^\{\{|^\.{3}$|^-+$|^…$/i;
const EXPRESSION = /^(?:process|os|import\.meta|self|this|config|settings|env|options|secrets|vars|var|local|data|ctx|req|request)\.[\w.?![\]]+$/;
const CALL = /^[A-Za-z_][\w.]{2,60}\(/;
const VARIABLE_NAME = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const PROSE = /^(?:must|is|was|are|were|not|should|cannot|could|has|have|does|did|expected|got|wrong|incorrect|too|at|field|the|a|an|no|for|in|of|on|to|please|from|with|this|that|it|when|and|or|but)$/i;
/** Last parts of file names that are no top-level domains: `logo@2x.png` is no address. */
const FILE_ENDING = /\.(?:png|jpe?g|gif|svg|webp|css|scss|json|[cm]?[jt]sx?)$/i;

const RULES: readonly SecretRule[] = [
  // Lines of base64 as far as they go: a key that is cut off has no end.
  { kind: 'private-key', pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\\]{0,8}(?:[A-Za-z0-9+/=\\]{12,20000}|(?:Proc-Type|DEK-Info|Version|Comment): [^\n]{0,100}))*(?:[\s\\]{0,8}[A-Za-z0-9+/=\\]{0,100}[\s\\]{0,8}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?/g },
  { kind: 'private-key', pattern: /AGE-SECRET-KEY-1[A-Z0-9]{20,100}/g },
  { kind: 'private-key', pattern: /PuTTY-User-Key-File-\d:[\s\S]{0,8000}?(?:Private-MAC: [0-9a-f]{20,100}|$)/g },
  { kind: 'github-token', pattern: /(?:gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_[A-Za-z0-9_]{16,255})/g },
  { kind: 'gitlab-token', pattern: /gl(?:pat|ptt|rt|dt|ft|soat|cbt|imt|agent|oas|ffct)-[\w-]{16,255}/g },
  { kind: 'aws-key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { kind: 'google-key', pattern: /AIza[\w-]{30,60}/g },
  { kind: 'google-token', pattern: /(?:ya29\.[\w-]{16,2000}|GOCSPX-[\w-]{16,100}|1\/\/0[\w-]{30,200})/g },
  { kind: 'slack-token', pattern: /(?:xox[abceoprs](?:\.xox[bp])?-[\w-]{8,300}|xapp-\d-[\w-]{8,300})/g },
  { kind: 'webhook', pattern: /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{8,300}/g },
  { kind: 'webhook', pattern: /(?<=discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/)\d{5,30}\/[\w-]{8,200}/g },
  { kind: 'webhook', pattern: /(?<=\.webhook\.office\.com\/webhookb2\/)[\w@/-]{8,400}/g },
  { kind: 'stripe-key', pattern: /(?:(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,255}|whsec_[A-Za-z0-9+/=]{16,255})/g },
  { kind: 'anthropic-key', pattern: /sk-ant-[\w-]{16,255}/g },
  { kind: 'openai-key', pattern: /(?<![A-Za-z0-9])sk-(?:proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9][\w-]{19,255}/g, accept: (value) => /\d/.test(value) },
  { kind: 'huggingface-token', pattern: /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{20,100}/g },
  { kind: 'npm-token', pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,100}/g },
  { kind: 'pypi-token', pattern: /pypi-[\w-]{40,600}/g },
  { kind: 'sendgrid-key', pattern: /SG\.[\w-]{12,100}\.[\w-]{12,100}/g },
  { kind: 'mailgun-key', pattern: /(?<![A-Za-z0-9])key-[0-9a-f]{32}/g },
  { kind: 'twilio-key', pattern: /(?<![A-Za-z0-9])(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])/g },
  { kind: 'digitalocean-token', pattern: /do[opr]_v1_[0-9a-f]{32,100}/g },
  { kind: 'databricks-token', pattern: /(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?:-\d)?/g },
  { kind: 'telegram-token', pattern: /(?<!\d)\d{8,10}:AA[\w-]{30,40}/g },
  { kind: 'shopify-token', pattern: /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g },
  { kind: 'vault-token', pattern: /(?<![A-Za-z0-9])(?:hv[sbr]\.[\w-]{20,300}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,100})/g },
  { kind: 'grafana-token', pattern: /(?:glc_[A-Za-z0-9+/=]{20,400}|glsa_[\w]{20,100})/g },
  { kind: 'service-token', pattern: /(?:lin_api_[A-Za-z0-9]{20,100}|ntn_[A-Za-z0-9]{30,100}|figd_[\w-]{20,100}|dp\.(?:pt|st|ct|sa)\.[\w.-]{20,100}|NRAK-[A-Z0-9]{20,60}|PMAK-[0-9a-f-]{40,80}|ATATT3x[\w=-]{20,400}|sq0(?:atp|csp|idp)-[\w-]{16,60}|sbp_[0-9a-f]{30,60}|pscale_(?:tkn|pw|oauth)_[\w.-]{20,80}|sntry[su]_[\w=+/-]{20,400}|rubygems_[0-9a-f]{40,60}|dckr_pat_[\w-]{20,60}|tskey-[\w-]{16,80}|phc_[A-Za-z0-9]{30,60}|CFPAT-[\w-]{30,60}|EAA[A-Za-z0-9]{40,400}|FlyV1 [\w+/=,-]{20,2000}|fo1_[\w-]{30,80})/g },
  { kind: 'jwt', pattern: /eyJ[\w-]{6,4000}\.[\w-]{4,8000}(?:\.[\w-]{0,2000}){0,3}/g },
  // A password in an address of a database may hold what it should have escaped: all up to the last @ is taken for it.
  { kind: 'url-credentials', pattern: /(?<=(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|clickhouse|mssql|sqlserver|oracle|nats|kafka|ldaps?|smtps?|s?ftp|cockroachdb|cassandra|neo4j|bolt)(?:\+[\w]{1,20})?:\/\/)(?<value>[^\s"'`<>]{1,300})(?=(?:@|&(?:#0*64|#x0*40|commat);)[^\s"'`<>@]*)/gi },
  { kind: 'url-credentials', pattern: /(?<=[a-z][a-z0-9+.-]{1,20}:\/\/)(?<value>[^\s/"'`<>@?#]{1,300})(?=@|&(?:#0*64|#x0*40|commat);)/gi, accept: (value, { input, index }) => !(value === 'git' && /ssh:\/\/$/.test(input.slice(Math.max(0, index - 6), index))) },
  { kind: 'azure-key', pattern: /(?<=(?:AccountKey|SharedAccessKey)=)[A-Za-z0-9+/=]{8,200}/gi },
  { kind: 'authorization', pattern: /\b(?:Bearer|Basic|Digest|Negotiate|ApiKey|Token)\s{1,3}(?<value>[A-Za-z0-9._~+/=-]{8,4000})/gi, accept: (value) => /\d/.test(value) && /[A-Za-z]/.test(value) && !FILE_ENDING.test(value) || value.length >= 24 },
  { kind: 'authorization', pattern: /\b(?:Proxy-)?Authorization["']?\s{0,3}[:=]\s{0,3}(?<value>[^\r\n"']{4,4000})/gi, accept: (value) => !NO_SECRET.test(value) && !PROSE.test(value.split(/\s/)[0]!) && !/^(?:Bearer|Basic|Digest|Token)?\s*\[redacted:/i.test(value) },
  { kind: 'cookie', pattern: /\b(?:Set-)?Cookie["']?:\s{0,3}["']?(?<value>[^\s=;"']{1,100}=[^\r\n"']{1,4000})/gi, accept: (value) => !/^[^=]+=\[redacted:/.test(value) },
  { kind: 'secret-value', pattern: new RegExp(`${NOT_OURS}(?:${STRONG})[\\w-]{0,40}${SEPARATOR}${VALUE}`, 'gi'), accept: acceptNamed },
  { kind: 'secret-value', pattern: new RegExp(`${NOT_OURS}(?:${WEAK})(?:[_-][\\w-]{0,40})?${SEPARATOR}${VALUE}`, 'gi'), accept: (value, match) => acceptNamed(value, match) && looksSecret(value) },
  { kind: 'secret-value', pattern: new RegExp(`(?:${STRONG}|token)[\\w-]{0,40}["'\`]{0,1}\\s(?:[a-z]+\\s){0,4}?(?:falls back to|defaults? (?:to|is)|default|set to|equals|is|was|be|as|value)\\s["'\`](?<value>[^"'\`\\n]{3,500})["'\`]`, 'gi'), accept: acceptNamed },
  { kind: 'secret-value', pattern: /(?<=--?(?:password|passwd|token|secret|api-?key|auth)[ =])(?<value>[^\s"'`-][^\s"'`]{2,500})/gi, accept: acceptNamed },
  { kind: 'email', pattern: /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}[\p{L}]{2,24}/gu, accept: (value) => !value.startsWith('git@') && !FILE_ENDING.test(value) },
  { kind: 'random-text', pattern: /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_=-]{24,4000}(?![A-Za-z0-9+/_=-])/g, accept: isRandom },
];

function acceptNamed(value: string, match: RegExpExecArray): boolean {
  const word = value.replace(/[)}\]|]+$/, '');
  if (word === '' || NO_SECRET.test(word) || NO_SECRET.test(value) || VARIABLE_NAME.test(word)) return false;
  const isQuoted = match.groups?.['value4'] === undefined;
  return isQuoted || !(PROSE.test(word) || EXPRESSION.test(word) || CALL.test(value));
}

/** Neither a word, nor a small number, nor an expression. */
function looksSecret(value: string): boolean {
  if (value.length < 6 || /^\d{1,9}$/.test(value)) return false;
  if (/^[A-Za-z]+(?:[_. -][A-Za-z]+)*$/.test(value) && value.length < 24) return false;
  return !/^[\w.]+\($/.test(value) && !FILE_ENDING.test(value);
}

/**
 * Letters of either case and digits that change about as often as chance has it (0.64 of the time in base64; about 0.3 in names written in camel
 * case). Hex is not taken for a secret: commits, fingerprints and hashes are evidence.
 */
function isRandom(value: string): boolean {
  if (/^[0-9a-f-]+$/i.test(value)) return false;
  if (!/\d/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false;
  // Short words with hyphens between them are a title or a name, as in `E2E-DEPLOY-CartTotal-120`; chance makes longer runs.
  if (!value.split(/[-_/+=]/).some((run) => run.length >= 12 && /\d/.test(run))) return false;
  let changes = 0;
  for (let index = 1; index < value.length; index++) {
    const [before, after] = [classOf(value.charCodeAt(index - 1)), classOf(value.charCodeAt(index))];
    // What stands beside a dash is the edge of a word: names are written so.
    if (before !== after && before !== SEPARATING && after !== SEPARATING) changes++;
  }
  return changes / (value.length - 1) >= 0.45;
}

const SEPARATING = 3;

function classOf(unit: number): number {
  if (unit >= 48 && unit <= 57) return 0;
  if (unit >= 65 && unit <= 90) return 1;
  return unit >= 97 && unit <= 122 ? 2 : SEPARATING;
}
