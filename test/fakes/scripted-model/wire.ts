import type { ServerResponse } from 'node:http';
import type { Failure } from './directive.ts';
import type { ChatRequest } from './prompt.ts';
import type { CalledTool } from './script.ts';

/** The shapes of the OpenAI chat-completion API, as far as clients look at them. */
export interface Answer {
  readonly id: string;
  readonly request: ChatRequest;
}

type Delta = Record<string, unknown>;

export function writeJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function writeChunk(response: ServerResponse, answer: Answer, delta: Delta, finish: string | null = null) {
  writeData(response, {
    ...head(answer, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
}

export function writeEnd(response: ServerResponse, answer: Answer, text: string) {
  if (answer.request.stream_options?.include_usage === true) {
    writeData(response, { ...head(answer, 'chat.completion.chunk'), choices: [], usage: usage(answer, text) });
  }
  response.end('data: [DONE]\n\n');
}

export function completion(answer: Answer, text: string, tools?: readonly CalledTool[]) {
  const message = tools === undefined ? { role: 'assistant', content: text } : toolMessage(answer, text, tools);
  const finish = tools === undefined ? 'stop' : 'tool_calls';
  return {
    ...head(answer, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finish }],
    usage: usage(answer, text),
  };
}

function toolCall(answer: Answer, { name, args }: CalledTool, index: number) {
  return { index, id: `call_${answer.id}_${index}`, type: 'function', function: { name, arguments: args } };
}

/** Calls as they come in a stream: first the name, then the arguments in pieces of a few characters. */
export function toolPieces(answer: Answer, tools: readonly CalledTool[]): object[] {
  return tools.flatMap((tool, index) => [
    toolCall(answer, { ...tool, args: '' }, index),
    ...(tool.args.match(/[\s\S]{1,7}/gu) ?? []).map(piece => ({ index, function: { arguments: piece } })),
  ]);
}

const errors: Record<Failure, { readonly status: number; readonly error: Record<string, unknown> }> = {
  '500': { status: 500, error: { message: 'The server had an error.', type: 'server_error', code: null } },
  '503': { status: 503, error: { message: 'The engine is overloaded.', type: 'server_error', code: 'overloaded' } },
  '429-quota': {
    status: 429,
    error: { message: 'You exceeded your current quota.', type: 'insufficient_quota', code: 'insufficient_quota' },
  },
  '429-rate': {
    status: 429,
    error: { message: 'Rate limit reached.', type: 'requests', code: 'rate_limit_exceeded' },
  },
  '401': {
    status: 401,
    error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
  },
  '400-context': {
    status: 400,
    error: { message: 'Too many tokens.', type: 'invalid_request_error', code: 'context_length_exceeded' },
  },
};

export function writeFailure(response: ServerResponse, failure: Failure) {
  const { status, error } = errors[failure];
  writeJson(
    response,
    status,
    { error: { param: null, ...error } },
    failure === '429-rate' ? { 'retry-after': '1' } : {},
  );
}

function toolMessage(answer: Answer, text: string, tools: readonly CalledTool[]) {
  const content = text === '' ? null : text;
  return { role: 'assistant', content, tool_calls: tools.map((tool, index) => toolCall(answer, tool, index)) };
}

function head(answer: Answer, object: string) {
  return { id: `chatcmpl-${answer.id}`, object, created: 1_700_000_000, model: answer.request.model ?? 'scripted' };
}

function usage(answer: Answer, text: string) {
  const prompt = Math.ceil(JSON.stringify(answer.request.messages ?? []).length / 4);
  const made = Math.ceil(text.length / 4);
  return { prompt_tokens: prompt, completion_tokens: made, total_tokens: prompt + made };
}

function writeData(response: ServerResponse, data: unknown) {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
}
