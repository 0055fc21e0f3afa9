import type { ReplyPiece, ReplyRequest } from '../ports/agent-runtime.ts';
import { ModelTrouble } from './failures/failure.ts';
import type { ModelSource } from './models/source.ts';
import { byteLimit } from './output/limit.ts';
import { inOwnWords } from './output/speaker.ts';
import { withoutThinking } from './output/thinking.ts';
import { pipeline, type Transform } from './output/transform.ts';
import { cleanName } from './prompts/clean.ts';
import type { Prompt } from './prompts/prompt.ts';
import { type ChunkFacts, readChunk } from './streaming/chunk.ts';
import { watched } from './streaming/watch.ts';

export interface AnswerTask {
  readonly request: ReplyRequest;
  readonly prompt: Prompt;
  readonly source: ModelSource;
  readonly replyBytes: number;
  readonly signal: AbortSignal;
}

/** One call of one model. Throws what went wrong in the words of whoever noticed it. */
export async function* answer(task: AnswerTask): AsyncGenerator<ReplyPiece> {
  const { source } = task;
  const clean = cleaner(task.request);
  const limit = byteLimit(task.replyBytes);
  const seen = tally();
  let given = false;
  for await (const chunk of chunks(task)) {
    seen.add(chunk);
    const text = clean.push(limit.take(chunk.text));
    if (text !== '') {
      given = true;
      yield { type: 'text', text };
    }
    if (limit.reached) break;
  }
  const rest = clean.end().trimEnd();
  if (rest !== '') yield { type: 'text', text: rest };
  if (!given && rest === '') throw nothingSaid(seen.finish);
  yield { type: 'usage', usage: { model: source.config.id, inputTokens: seen.input, outputTokens: seen.output } };
}

async function* chunks({ source, prompt, signal }: AnswerTask): AsyncGenerator<ChunkFacts> {
  const { firstTokenSeconds, stallSeconds, answerSeconds } = source.config;
  const open = async (connection: AbortSignal) => {
    const model = await source.open(connection);
    return model.stream(prompt.messages, { signal: connection });
  };
  const stream = watched(open, {
    signal,
    firstMs: firstTokenSeconds * 1000,
    gapMs: stallSeconds * 1000,
    wholeMs: answerSeconds * 1000,
    onTimeout: phase =>
      ({
        first: new ModelTrouble('first token', `Nothing came within ${firstTokenSeconds} s.`),
        gap: new ModelTrouble('stall', `Nothing more came for ${stallSeconds} s.`),
        whole: new ModelTrouble('timeout', `The answer was not complete after ${answerSeconds} s.`),
      })[phase],
    // Many servers announce the role at once, long before the model has read the prompt.
    idle: chunk => readChunk(chunk).text === '',
  });
  for await (const chunk of stream) yield readChunk(chunk);
}

function cleaner({ agent, chat }: ReplyRequest): Transform {
  const thinking = withoutThinking();
  if (chat.kind === 'private') return thinking;
  return pipeline(thinking, inOwnWords({ ownId: `agent:${agent._id}`, ownName: cleanName(agent.name) }));
}

/** Providers count in different chunks: all at the end, or the request at the beginning, or what was added. Their sum is right for each. */
function tally() {
  let input: number | null = null;
  let output: number | null = null;
  let finish: string | null = null;
  return {
    add(chunk: ChunkFacts) {
      if (chunk.inputTokens !== null) input = (input ?? 0) + chunk.inputTokens;
      if (chunk.outputTokens !== null) output = (output ?? 0) + chunk.outputTokens;
      finish = chunk.finish ?? finish;
    },
    get input() {
      return input;
    },
    get output() {
      return output;
    },
    get finish() {
      return finish;
    },
  };
}

const declined = /content_filter|safety|prohibited|blocklist|refusal/;

function nothingSaid(finish: string | null): ModelTrouble {
  const trouble = finish !== null && declined.test(finish) ? 'policy' : 'empty';
  return new ModelTrouble(trouble, `The stream ended without text (finish: ${finish ?? 'none'}).`);
}
