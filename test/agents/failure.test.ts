import { describe, expect, test } from 'vitest';
import { ModelTrouble, toFailure } from '../../src/agents/failures/failure.ts';

const at = { modelName: 'gpt-x', secrets: ['topsecret-key'], begun: false };
const failureOf = (error: unknown, begun = false) => toFailure(error, { ...at, begun });

/** An error as an SDK throws it. */
const thrown = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);
const fetchFailed = (code: string) => new TypeError('fetch failed', { cause: thrown(`connect ${code}`, { code }) });

/** What OpenAI's SDK throws; LangChain's and most compatible servers' look the same. */
const openAi = (
  status: number | undefined,
  message: string,
  fields: object = {},
  headers: Record<string, string> = {},
) =>
  thrown(`${status} ${message}`, { status, headers: new Headers(headers), error: { message, ...fields }, ...fields });
const anthropic = (status: number | undefined, type: string, message: string) =>
  thrown(`${status} {"type":"error"}`, { status, error: { type: 'error', error: { type, message } } });
const google = (status: number, message: string, errorDetails: object[] = []) =>
  thrown(`[GoogleGenerativeAI Error]: Error fetching from https://example.org: [${status} x] ${message}`, {
    status,
    errorDetails,
  });
const mistral = (statusCode: number, body: object) =>
  thrown(`API error occurred: Status ${statusCode}`, {
    statusCode,
    body: JSON.stringify(body),
    headers: new Headers(),
  });
const ollama = (status_code: number, error: string) => thrown(error, { name: 'ResponseError', status_code, error });

describe('what an error of a provider means', () => {
  test.each([
    [
      'MODEL_QUOTA',
      'quota',
      openAi(429, 'You exceeded your current quota', { code: 'insufficient_quota', type: 'insufficient_quota' }),
    ],
    ['MODEL_QUOTA', 'quota', openAi(402, 'Insufficient Balance')],
    ['MODEL_QUOTA', 'quota', openAi(403, 'Out of credits')],
    [
      'MODEL_QUOTA',
      'quota',
      anthropic(400, 'invalid_request_error', 'Your credit balance is too low to access the API'),
    ],
    [
      'MODEL_QUOTA',
      'quota',
      google(429, 'You exceeded your current quota, please check your plan and billing details'),
    ],
    [
      'MODEL_QUOTA',
      'rate',
      openAi(429, 'Rate limit reached', { code: 'rate_limit_exceeded' }, { 'retry-after': '20' }),
    ],
    ['MODEL_QUOTA', 'rate', anthropic(429, 'rate_limit_error', 'Too many requests')],
    ['MODEL_QUOTA', 'rate', anthropic(undefined, 'rate_limit_error', 'in the middle of a stream')],
    [
      'MODEL_QUOTA',
      'rate',
      google(429, 'You exceeded your current quota', [{ '@type': 'RetryInfo', retryDelay: '36s' }]),
    ],
    ['MODEL_QUOTA', 'rate', mistral(429, { message: 'Requests rate limit exceeded', type: 'rate_limited' })],
    ['MODEL_REJECTED_KEY', 'key', openAi(401, 'Incorrect API key provided', { code: 'invalid_api_key' })],
    ['MODEL_REJECTED_KEY', 'key', anthropic(401, 'authentication_error', 'invalid x-api-key')],
    [
      'MODEL_REJECTED_KEY',
      'key',
      google(400, 'API key not valid. Please pass a valid API key.', [{ reason: 'API_KEY_INVALID' }]),
    ],
    ['MODEL_REJECTED_KEY', 'key', mistral(401, { message: 'Unauthorized' })],
    ['MODEL_REJECTED_KEY', 'key', openAi(403, 'Your project has no access')],
    ['MODEL_REJECTED_KEY', 'key missing', thrown('Anthropic API key not found')],
    [
      'MODEL_REJECTED_KEY',
      'key missing',
      thrown('API key MISTRAL_API_KEY is missing for MistralAI, but it is required.'),
    ],
    ['MODEL_REFUSED', 'model missing', openAi(404, 'The model does not exist', { code: 'model_not_found' })],
    ['MODEL_REFUSED', 'model missing', ollama(404, 'model "x" not found, try pulling it first')],
    [
      'MODEL_REFUSED',
      'context',
      openAi(400, "This model's maximum context length is 8192 tokens", { code: 'context_length_exceeded' }),
    ],
    ['MODEL_REFUSED', 'context', thrown('Too long', { name: 'ContextOverflowError' })],
    [
      'MODEL_REFUSED',
      'context',
      anthropic(400, 'invalid_request_error', 'prompt is too long: 213462 tokens > 200000 maximum'),
    ],
    ['MODEL_REFUSED', 'context', google(400, 'The input token count (1200000) exceeds the maximum')],
    ['MODEL_REFUSED', 'context', openAi(400, 'request (9000 tokens) exceeds the available context size (4096 tokens)')],
    ['MODEL_REFUSED', 'context', anthropic(413, 'request_too_large', 'Request exceeds the maximum size')],
    ['MODEL_REFUSED', 'policy', openAi(400, 'filtered', { code: 'content_filter' })],
    ['MODEL_REFUSED', 'policy', openAi(403, 'Your input was flagged by moderation')],
    ['MODEL_REFUSED', 'policy', google(400, 'blocked', [{ reason: 'PROHIBITED_CONTENT' }])],
    ['MODEL_REFUSED', 'request', openAi(400, "Unsupported value: 'temperature'")],
    ['MODEL_REFUSED', 'request', mistral(422, { detail: [{ msg: 'Field required' }] })],
    ['MODEL_UNREACHABLE', 'server', openAi(500, 'The server had an error')],
    ['MODEL_UNREACHABLE', 'server', openAi(503, 'Overloaded')],
    ['MODEL_UNREACHABLE', 'server', anthropic(529, 'overloaded_error', 'Overloaded')],
    ['MODEL_UNREACHABLE', 'server', anthropic(undefined, 'overloaded_error', 'Overloaded')],
    ['MODEL_UNREACHABLE', 'server', google(503, 'The model is overloaded')],
    ['MODEL_UNREACHABLE', 'server', ollama(500, 'llama runner process has terminated')],
    ['MODEL_UNREACHABLE', 'network', fetchFailed('ECONNREFUSED')],
    ['MODEL_UNREACHABLE', 'network', fetchFailed('ENOTFOUND')],
    ['MODEL_UNREACHABLE', 'network', fetchFailed('UND_ERR_SOCKET')],
    ['MODEL_UNREACHABLE', 'network', thrown('Connection error.', { cause: fetchFailed('ECONNRESET') })],
    ['MODEL_UNREACHABLE', 'network', new TypeError('terminated')],
    ['MODEL_UNREACHABLE', 'network', thrown('[GoogleGenerativeAI Error]: Error fetching from https://x: fetch failed')],
    ['MODEL_UNREACHABLE', 'certificate', fetchFailed('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['MODEL_UNREACHABLE', 'unreadable', new SyntaxError('Unexpected token < in JSON')],
    ['MODEL_UNREACHABLE', 'unreadable', 'a string'],
    ['MODEL_UNREACHABLE', 'unreadable', undefined],
    ['MODEL_TIMEOUT', 'timeout', fetchFailed('UND_ERR_HEADERS_TIMEOUT')],
    ['MODEL_TIMEOUT', 'timeout', openAi(504, 'Gateway timeout')],
    ['MODEL_TIMEOUT', 'stall', new ModelTrouble('stall', 'Nothing more came')],
    ['MODEL_EMPTY', 'empty', new ModelTrouble('empty', 'Nothing')],
  ] as const)('%s (%s): %s', (code, trouble, error) => {
    const failure = failureOf(error);
    expect([failure.error.code, failure.trouble]).toEqual([code, trouble]);
  });
});

test('a broken connection is another thing when the answer had begun', () => {
  const failure = failureOf(fetchFailed('UND_ERR_SOCKET'), true);
  expect(failure.trouble).toBe('broken');
  expect(failure.error.message).toContain('in the middle');
});

test('very long words of a provider take no time', { timeout: 1_000 }, () => {
  for (const word of ['a', 'apikey', 'bearer ', 'sk-']) {
    const { cause } = failureOf(thrown(word.repeat(60_000))).error;
    expect((cause as Error).message.length).toBeLessThanOrEqual(600);
  }
});

describe('how long to wait', () => {
  test.each([
    [openAi(429, 'x', {}, { 'retry-after': '20' }), 20_000],
    [openAi(429, 'x', {}, { 'retry-after-ms': '1500', 'retry-after': '2' }), 1_500],
    [google(429, 'x', [{ retryDelay: '36.5s' }]), 36_500],
    [openAi(503, 'x', {}, { 'retry-after': '3' }), 3_000],
    [openAi(429, 'x'), undefined],
  ])('%s', (error, expected) => {
    expect(failureOf(error).error.retryAfterMs).toBe(expected);
  });

  test('is told in words', () => {
    const text = (seconds: string) => failureOf(openAi(429, 'x', {}, { 'retry-after': seconds })).error.message;
    expect(text('1')).toContain('in 1 second ');
    expect(text('20')).toContain('in 20 seconds');
    expect(text('600')).toContain('in 10 minutes');
    expect(text('36000')).toContain('in 10 hours');
    expect(text('90000')).toContain('React with 🔁 later to try again.');
    expect(text('1e999')).toContain('React with 🔁 later to try again.');
  });
});

describe('what people read and what the log gets', () => {
  const leaky = () =>
    openAi(
      401,
      'Incorrect API key provided: topsecret-key, sk-abcdef1234567890',
      {},
      { authorization: 'Bearer topsecret-key' },
    );

  test('people read one or two plain sentences with what to do, and nothing of the provider', () => {
    const { message } = failureOf(leaky()).error;
    expect(message).toBe(
      "The model does not accept Parley's API key. Ask whoever runs Parley to check it, then react with 🔁 to try again.",
    );
  });

  test('the log gets the words of the provider without keys, headers or requests', () => {
    const { cause } = failureOf(leaky()).error;
    expect(Object.keys(cause as object)).toEqual(['name']);
    expect(`${(cause as Error).stack}`).toContain('Incorrect API key provided: [key], [key]');
  });

  test.each([
    ['https://user:pass@models.example.org/v1', 'https://models.example.org/v1'],
    ['GET /v1?key=AIzaSyA-12345678901234567890&alt=sse', 'GET /v1?key=[key]&alt=sse'],
    ['authorization: Bearer abc.def-123', 'authorization: Bearer [key]'],
  ])('%s is redacted', (given, expected) => {
    expect((failureOf(new Error(given)).error.cause as Error).message).toBe(expected);
  });

  test('causes are kept, to a depth, also where they go round in a circle', () => {
    const error = new Error('outer', { cause: new Error('inner topsecret-key') });
    (error.cause as Error).cause = error;
    const { cause } = failureOf(error).error;
    expect(((cause as Error).cause as Error).message).toBe('inner [key]');
  });
});
