import type { FailureFacts } from './facts.ts';

/** What can be told from an error. */
type FailureKind =
  | 'quota'
  | 'rate'
  | 'key'
  | 'key missing'
  | 'model missing'
  | 'context'
  | 'policy'
  | 'request'
  | 'timeout'
  | 'network'
  | 'certificate'
  | 'server'
  | 'unreadable';

/** With what Parley itself sees while it listens. */
export type Trouble = FailureKind | 'empty' | 'first token' | 'stall' | 'broken';

type Rule = readonly [FailureKind, (facts: FailureFacts) => boolean];

const has =
  (...codes: string[]) =>
  (facts: FailureFacts) =>
    codes.some(code => facts.codes.has(code));
const says = (pattern: RegExp) => (facts: FailureFacts) => pattern.test(facts.text);
const status =
  (...numbers: number[]) =>
  (facts: FailureFacts) =>
    facts.status !== null && numbers.includes(facts.status);
const isRefusal = (facts: FailureFacts) => facts.status === null || (facts.status >= 400 && facts.status < 500);

/** The first rule that holds. What a provider names comes before what its status lets one guess. */
const rules: readonly Rule[] = [
  [
    'certificate',
    facts => [...facts.codes].some(code => /^(cert_|err_tls|depth_zero|self_signed|unable_to_(get|verify))/.test(code)),
  ],
  ['timeout', has('und_err_headers_timeout', 'und_err_body_timeout', 'timeouterror', 'apiconnectiontimeouterror')],
  [
    'network',
    has('econnrefused', 'econnreset', 'enotfound', 'eai_again', 'epipe', 'etimedout', 'ehostunreach', 'enetunreach'),
  ],
  ['network', has('und_err_socket', 'und_err_connect_timeout', 'apiconnectionerror', 'connectionerror')],
  [
    'key missing',
    facts =>
      facts.status === null &&
      /api.?key.*(not found|missing|set an)|set an api.?key|missing credentials/.test(facts.text),
  ],
  [
    'key',
    facts =>
      has('invalid_api_key', 'api_key_invalid', 'authentication_error')(facts) ||
      says(/api.?key not valid|invalid x-api-key/)(facts),
  ],
  [
    'quota',
    facts => has('insufficient_quota', 'billing_hard_limit_reached', 'billing_error')(facts) || status(402)(facts),
  ],
  ['quota', facts => isRefusal(facts) && facts.retryAfterMs === null && quotaWords.test(facts.text)],
  ['rate', facts => status(429)(facts) || has('rate_limit_error', 'rate_limit_exceeded', 'resource_exhausted')(facts)],
  ['context', facts => has('context_length_exceeded', 'contextoverflowerror')(facts) || status(413)(facts)],
  ['context', facts => isRefusal(facts) && contextWords.test(facts.text)],
  ['policy', has('content_filter', 'content_policy_violation', 'moderation_blocked', 'safety', 'prohibited_content')],
  ['policy', facts => isRefusal(facts) && policyWords.test(facts.text)],
  ['key', facts => status(401, 403)(facts) || has('permission_error', 'permission_denied')(facts)],
  ['model missing', facts => status(404)(facts) || has('model_not_found', 'not_found_error')(facts)],
  ['timeout', status(408, 504)],
  ['server', facts => facts.status !== null && facts.status >= 500],
  ['server', has('overloaded_error', 'api_error', 'server_error', 'internal_server_error', 'overloaded')],
  ['request', facts => facts.status !== null || has('invalid_request_error')(facts)],
  [
    'network',
    says(
      /fetch failed|terminated|connection error|socket hang up|premature close|other side closed|reading from the stream|network/,
    ),
  ],
];

const quotaWords =
  /exceeded your current quota|credit balance|insufficient (balance|credits?|funds)|out of credits|quota exhausted|billing/;
const contextWords =
  /(maximum )?context length|context window|prompt is too long|too many tokens|input token count|exceeds? the (available )?context|input tokens exceed/;
const policyWords =
  /content (management )?policy|moderation|flagged|safety (system|settings)|usage policies|prohibited/;

export function kindOf(facts: FailureFacts): FailureKind {
  return rules.find(([, holds]) => holds(facts))?.[0] ?? 'unreadable';
}
