import type { ModelConfig } from '../../../src/agents/models/model-config.ts';
import type { Reaction } from './provider-server.ts';

/** How each provider's stream looks on the wire: the text "Hello room" in two pieces, 7 tokens in and 3 out. */
export interface Wire {
  readonly type: ModelConfig['type'];
  /** The whole stream. */
  readonly whole: Reaction;
  /** "Hm." and a call of `lookup` with `{"q":"x"}`. */
  readonly calling: Reaction;
  /** The first piece, and then silence. */
  readonly begun: Reaction;
  readonly error: (status: number, message: string) => Reaction;
}

const sse = { 'content-type': 'text/event-stream' };
const data = (...events: readonly object[]) => events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('');
const named = (...events: readonly { type: string }[]) =>
  events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
const lines = (...events: readonly object[]) => events.map(event => `${JSON.stringify(event)}\n`).join('');
const json = (status: number, body: object): Reaction => ({ status, body: JSON.stringify(body) });

const openAiPiece = (delta: object, finish: string | null = null) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const openAiCall = (head: object, called: object) => ({ index: 0, ...head, function: called });
const openAiUsage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };

const openAi: Wire = {
  type: 'openai_compatible',
  whole: {
    headers: sse,
    body: `${data(
      openAiPiece({ role: 'assistant', content: '' }),
      openAiPiece({ content: 'Hello' }),
      openAiPiece({ content: ' room' }),
      openAiPiece({}, 'stop'),
      { ...openAiPiece({}), choices: [], usage: openAiUsage },
    )}data: [DONE]\n\n`,
  },
  calling: {
    headers: sse,
    body: `${data(
      openAiPiece({ role: 'assistant', content: 'Hm.' }),
      openAiPiece({
        tool_calls: [openAiCall({ id: 'call12345', type: 'function' }, { name: 'lookup', arguments: '' })],
      }),
      openAiPiece({ tool_calls: [openAiCall({}, { arguments: '{"q":' })] }),
      openAiPiece({ tool_calls: [openAiCall({}, { arguments: '"x"}' })] }),
      openAiPiece({}, 'tool_calls'),
    )}data: [DONE]\n\n`,
  },
  begun: { headers: sse, body: data(openAiPiece({ content: 'Hello' })), ending: 'hang' },
  error: (status, message) => json(status, { error: { message, type: 'some_error', code: null } }),
};

const mistralUsage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const mistral: Wire = {
  type: 'mistral',
  whole: {
    headers: sse,
    body: `${data(openAiPiece({ role: 'assistant', content: 'Hello' }), openAiPiece({ content: ' room' }), {
      ...openAiPiece({ content: '' }, 'stop'),
      usage: mistralUsage,
    })}data: [DONE]\n\n`,
  },
  calling: {
    headers: sse,
    body: `${data(
      openAiPiece({ role: 'assistant', content: 'Hm.' }),
      openAiPiece(
        { tool_calls: [openAiCall({ id: 'call12345' }, { name: 'lookup', arguments: '{"q":"x"}' })] },
        'tool_calls',
      ),
    )}data: [DONE]\n\n`,
  },
  begun: { headers: sse, body: data(openAiPiece({ role: 'assistant', content: 'Hello' })), ending: 'hang' },
  error: (status, message) => json(status, { object: 'error', message, type: 'some_error', code: null }),
};

const anthropicStart = {
  type: 'message_start',
  message: {
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 7, output_tokens: 0 },
  },
};
const anthropicBlock = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const anthropicText = (text: string) => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text },
});
const anthropicCall = {
  type: 'content_block_start',
  index: 1,
  content_block: { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: {} },
};
const anthropicArgs = (json: string) => ({
  type: 'content_block_delta',
  index: 1,
  delta: { type: 'input_json_delta', partial_json: json },
});
const anthropic: Wire = {
  type: 'anthropic',
  whole: {
    headers: sse,
    body: named(
      anthropicStart,
      anthropicBlock,
      anthropicText('Hello'),
      anthropicText(' room'),
      { type: 'content_block_stop', index: 0 } as { type: string },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } } as { type: string },
      { type: 'message_stop' },
    ),
  },
  calling: {
    headers: sse,
    body: named(
      anthropicStart,
      anthropicBlock,
      anthropicText('Hm.'),
      { type: 'content_block_stop', index: 0 } as { type: string },
      anthropicCall,
      anthropicArgs('{"q":'),
      anthropicArgs('"x"}'),
      { type: 'content_block_stop', index: 1 } as { type: string },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 3 } } as { type: string },
      { type: 'message_stop' },
    ),
  },
  begun: { headers: sse, body: named(anthropicStart, anthropicBlock, anthropicText('Hello')), ending: 'hang' },
  error: (status, message) => json(status, { type: 'error', error: { type: 'some_error', message } }),
};

const googlePiece = (text: string, finish?: string) => ({
  candidates: [
    { index: 0, content: { role: 'model', parts: [{ text }] }, ...(finish ? { finishReason: finish } : {}) },
  ],
  ...(finish ? { usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 } } : {}),
});
const googleCall = {
  candidates: [
    {
      index: 0,
      content: {
        role: 'model',
        parts: [{ functionCall: { name: 'lookup', args: { q: 'x' } }, thoughtSignature: 'signed' }],
      },
      finishReason: 'STOP',
    },
  ],
};
const google: Wire = {
  type: 'google',
  whole: { headers: sse, body: data(googlePiece('Hello'), googlePiece(' room', 'STOP')) },
  calling: { headers: sse, body: data(googlePiece('Hm.'), googleCall) },
  begun: { headers: sse, body: data(googlePiece('Hello')), ending: 'hang' },
  error: (status, message) => json(status, { error: { code: status, message, status: 'SOME_STATUS' } }),
};

const ollamaPiece = (content: string) => ({
  model: 'm',
  created_at: '2026-01-01T00:00:00Z',
  message: { role: 'assistant', content },
  done: false,
});
const ollamaCall = {
  ...ollamaPiece(''),
  message: { role: 'assistant', content: '', tool_calls: [{ function: { name: 'lookup', arguments: { q: 'x' } } }] },
};
const ollama: Wire = {
  type: 'ollama',
  whole: {
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines(ollamaPiece('Hello'), ollamaPiece(' room'), {
      ...ollamaPiece(''),
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 7,
      eval_count: 3,
    }),
  },
  calling: {
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines(ollamaPiece('Hm.'), ollamaCall, { ...ollamaPiece(''), done: true, done_reason: 'stop' }),
  },
  begun: { headers: { 'content-type': 'application/x-ndjson' }, body: lines(ollamaPiece('Hello')), ending: 'hang' },
  error: (status, message) => json(status, { error: message }),
};

export const wires: readonly Wire[] = [openAi, anthropic, google, mistral, ollama];
