/** What is known about a failed call, whichever SDK threw it. */
export interface FailureFacts {
  readonly status: number | null;
  /** Every code, type and name found in the error and its causes, in lower case. */
  readonly codes: ReadonlySet<string>;
  /** All messages, in lower case. */
  readonly text: string;
  readonly retryAfterMs: number | null;
}

type Fields = Record<string, unknown>;

/**
 * OpenAI, Anthropic: `status`, `headers`, `error`; Google: `status`, `errorDetails`; Mistral: `statusCode`, `body`, `headers`;
 * Ollama: `status_code`, `error`; fetch: `cause.code`. LangChain wraps some of them as `cause`.
 */
export function failureFacts(error: unknown): FailureFacts {
  const all = family(error);
  const codes = all.flatMap(fields => [fields.code, fields.type, fields.name, fields.reason, fields.status]);
  const texts = all.flatMap(fields => [fields.message, fields.body, fields.error]);
  return {
    status: all.map(statusOf).find(status => status !== null) ?? null,
    codes: new Set(codes.filter(code => typeof code === 'string').map(code => code.toLowerCase())),
    text: texts
      .filter(text => typeof text === 'string')
      .map(text => text.slice(0, mostText))
      .join('\n')
      .toLowerCase(),
    retryAfterMs: cappedWait(all.map(retryAfter).find(wait => wait !== null) ?? null),
  };
}

const mostFamily = 12;
/** Of one message: what is wrong stands at its beginning, and patterns are slow in what a server may send. */
const mostText = 4_000;
const longestWait = 7 * 24 * 3_600_000;

const cappedWait = (ms: number | null): number | null => (ms === null ? null : Math.min(ms, longestWait));

/** The error, its causes, and what the provider sent with it. */
function family(error: unknown): Fields[] {
  const found: Fields[] = [];
  const open: unknown[] = [error];
  while (open.length > 0 && found.length < mostFamily) {
    const next = open.shift();
    const fields = typeof next === 'string' ? parsed(next) : next;
    if (typeof fields !== 'object' || fields === null || found.includes(fields as Fields)) continue;
    found.push(fields as Fields);
    const { cause, error: inner, body, response, errorDetails, details } = fields as Fields;
    open.push(cause, inner, body, response, ...[errorDetails, details].flat());
  }
  return found;
}

function parsed(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function statusOf(fields: Fields): number | null {
  const status = [fields.status, fields.statusCode, fields.status_code, fields.code].find(
    value => typeof value === 'number' && value >= 400 && value < 600,
  );
  return typeof status === 'number' ? status : null;
}

function retryAfter(fields: Fields): number | null {
  const exact = Number(header(fields.headers, 'retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return exact;
  const value =
    header(fields.headers, 'retry-after') ?? (typeof fields.retryDelay === 'string' ? fields.retryDelay : null);
  if (value === null) return null;
  const seconds = Number(value.replace(/s$/, ''));
  if (seconds >= 0) return Math.ceil(seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function header(headers: unknown, name: string): string | null {
  if (headers instanceof Headers) return headers.get(name);
  const value = typeof headers === 'object' && headers !== null ? (headers as Fields)[name] : null;
  return typeof value === 'string' ? value : null;
}
