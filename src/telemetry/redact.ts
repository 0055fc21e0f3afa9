import { isParleyError } from '../core/errors.ts';

const secretName =
  /token|passw(?:or)?d|passphrase|secret|authorization|(?:api|master|private|data)[-_]?key|cookie|credential|^mac$/i;
/** Fields that hold what somebody wrote. */
const textName = /^(text|body|formatted_?body|caption|reply|prompt|content|instructions)$/i;
/** Counts, such as `inputTokens`, have the word in their name, but are no secret. */
const isHarmless = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || value === null;
const secretText = /\b(?:Bearer|Basic)\s+[\w.~+/=-]+|\b(?:sk|gsk|syt|mat|mct)[-_][\w-]{8,}/gi;
/** What well-known services call their keys: Google, GitHub, GitLab, Hugging Face, Slack, AWS; and signed tokens. */
const knownKeys =
  /\b(?:AIza[\w-]{30,}|gh[a-z]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_\w{20,}|xox[a-z]-[\w-]{10,}|AKIA[A-Z\d]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g;
/** `?access_token=…`, `password=…`, `"apiKey":"…"`. */
const namedSecret =
  /((?:token|passw(?:or)?d|passphrase|secret|api[-_]?key|[?&]key)(?:=|"\s{0,5}:\s{0,5}"))[^\s&"'<>]{1,4000}/gi;
/** A password in an address: `mongodb://user:password@host`, also with signs in it that should be written otherwise; but no port. */
const passwordInAddress = /(:\/\/[^\s/@:]{0,100}:)(?!\d{1,5}(?:[/?#\s]|$))\S{1,300}@/g;

const hidden = '[hidden]';
const deepest = 6;
const longest = 4_000;

/** A copy that is fit for the log: without secrets, without texts of messages unless `texts`, and of a bounded size. */
export function loggable(fields: Readonly<Record<string, unknown>>, texts: boolean): Record<string, unknown> {
  return cleanObject(fields, texts, 0);
}

function cleanObject(value: object, texts: boolean, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => {
      if (secretName.test(name) && !isHarmless(child)) return [name, hidden];
      if (!texts && textName.test(name) && typeof child === 'string') return [name, `[${child.length} characters]`];
      return [name, clean(child, texts, depth + 1)];
    }),
  );
}

function clean(value: unknown, texts: boolean, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return cleanError(value, texts, depth);
  if (depth >= deepest) return '[…]';
  if (Array.isArray(value)) return value.slice(0, 100).map(item => clean(item, texts, depth + 1));
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return `[${value.constructor.name}]`;
  return cleanObject(value, texts, depth);
}

function cleanText(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut
    .replace(passwordInAddress, `$1${hidden}@`)
    .replace(secretText, hidden)
    .replace(knownKeys, hidden)
    .replace(namedSecret, `$1${hidden}`);
}

/**
 * The message of a foreign error may quote what somebody wrote (`JSON.parse` does), so only messages that can't are kept: ours, those
 * of the system, and those of the language itself.
 */
function cleanError(error: Error, texts: boolean, depth: number): Record<string, unknown> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const mayKeep =
    texts || isParleyError(error) || (code !== undefined && /^E[A-Z]/.test(code)) || isOfTheLanguage(error);
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(mayKeep ? { message: cleanText(error.message) } : {}),
    stack: frames(error),
    ...(error.cause instanceof Error && depth < deepest ? { cause: cleanError(error.cause, texts, depth + 1) } : {}),
  };
}

function isOfTheLanguage(error: Error): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

/** Where it was thrown, without the message that V8 puts above it. */
function frames(error: Error): string {
  const lines = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  return lines.map(line => line.trim()).join('\n');
}
