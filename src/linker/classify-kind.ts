import type { FailureError, TestResult } from '../model/test-run.js';

/** What kind of failure it is. The kind decides which evidence is asked first. */
export type FailureKind =
  | 'unknown-host' | 'connection' | 'authentication' | 'environment' | 'missing-module' | 'missing-name' | 'contract' | 'isolation'
  | 'timeout' | 'load' | 'assertion' | 'exception' | 'unknown';

interface KindRule {
  kind: FailureKind;
  /** Tested against `type: message`, code included. */
  pattern: RegExp;
}

/** In this order: a code says more than a type, a type more than words. */
const RULES: readonly KindRule[] = [
  { kind: 'unknown-host', pattern: /\bENOTFOUND\b|\bEAI_AGAIN\b|\bEAI_NONAME\b|gaierror|getaddrinfo|Name or service not known|nodename nor servname|ERR_NAME_NOT_RESOLVED|UnknownHostException|could not resolve host/i },
  { kind: 'connection', pattern: /\bE(?:CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|PIPE)\b|Connection ?Refused|ConnectionError|ConnectError|ERR_CONNECTION|Connection (?:reset|aborted|closed)|ConnectionClosed|socket hang up|unreachable|(?:HTTP|status)(?: code)?:? 50[234]\b|Service Unavailable|Bad Gateway/i },
  // What was to be raised was not: the name in the message is not what happened.
  { kind: 'assertion', pattern: /\b[A-Z]\w* not raised\b|DID NOT RAISE|to throw (?:an )?error|did not throw/ },
  { kind: 'missing-module', pattern: /ModuleNotFoundError|No module named|Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|Failed to resolve import|Could not resolve "|ClassNotFoundException|NoClassDefFoundError/i },
  { kind: 'missing-name', pattern: /cannot import name|does not provide an export named|has no attribute|AttributeError|NameError|is not defined|is not a (?:function|constructor)|Cannot read propert(?:y|ies) of undefined|got an unexpected keyword argument|missing \d+ required (?:positional|keyword)|NoSuchMethodError/i },
  { kind: 'authentication', pattern: /\b40[13]\b|Unauthori[sz]ed|Forbidden|invalid (?:token|key|credentials|signature)|bypass key|JWT|OAuth|Permission ?Denied|EACCES/i },
  { kind: 'environment', pattern: /(?:environment variable|env var)|KeyError: '[A-Z][A-Z0-9_]{3,}'|\b[A-Z][A-Z0-9]*_[A-Z0-9_]{2,}\b.{0,40}(?:is not set|not set|missing|required|undefined|must be)|(?:missing|required).{0,40}\b[A-Z][A-Z0-9]*_[A-Z0-9_]{2,}\b/ },
  { kind: 'contract', pattern: /missing (?:required )?(?:field|key|property)|required field|(?:field|property) .{1,60} (?:is )?(?:missing|required)|ValidationError|ZodError|schema|toHaveProperty|to have property|KeyError/i },
  { kind: 'isolation', pattern: /isolat|contaminat|leak(?:ed|s)? (?:between|across|to)|another user|other user|cross-user|shared (?:state|instance)/i },
  { kind: 'timeout', pattern: /Timeout|timed out|ETIMEDOUT|deadline exceeded/i },
  { kind: 'assertion', pattern: /Assert|expect\(|expected|ExpectationFailed|ComparisonFailure|ERR_ASSERTION/i },
];

/** Kind of a failure, with the words that decided. */
export function classifyFailure(test: Pick<TestResult, 'kind'>, error: FailureError): { kind: FailureKind; span: string } {
  const text = [error.code, error.type, error.message].filter((part) => part !== undefined).join(': ');
  for (const { kind, pattern } of RULES) {
    const match = pattern.exec(text);
    if (match) return { kind, span: match[0] };
  }
  if (test.kind === 'load') return { kind: 'load', span: '' };
  return error.type === undefined ? { kind: 'unknown', span: '' } : { kind: 'exception', span: error.type };
}
