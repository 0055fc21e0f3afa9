import { agentMember } from '../core/ids.ts';
import type { ReplyPiece, ReplyRequest } from '../ports/agent-runtime.ts';
import { TurnstileFull } from '../ports/turnstile.ts';
import { ModelTrouble } from './failures/failure.ts';
import type { ModelSource } from './models/source.ts';
import { inOwnWords } from './output/speaker.ts';
import { withoutThinking } from './output/thinking.ts';
import { pipeline, type Transform } from './output/transform.ts';
import type { Progress } from './progress.ts';
import { labelOf, labelsOf } from './prompts/labels.ts';
import type { Prompt } from './prompts/prompt.ts';
import { readChunk } from './streaming/chunk.ts';
import { watched } from './streaming/watch.ts';
import { type CallCollector, callCollector } from './tools/call.ts';
import type { ToolSpec } from './tools/specs.ts';

export interface RoundTask {
  readonly request: ReplyRequest;
  readonly prompt: Prompt;
  readonly source: ModelSource;
  readonly specs: readonly ToolSpec[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** How a call of the model ended. */
export interface RoundEnd {
  readonly finish: string | null;
  readonly text: string;
  readonly called: CallCollector;
}

/** One call of one model, when it is its turn: gives its text, cleaned, piece by piece. */
export async function* round(task: RoundTask): AsyncGenerator<ReplyPiece, RoundEnd> {
  const leave = await entered(task);
  try {
    return yield* call(task);
  } finally {
    leave();
  }
}

async function entered({ source: { turnstile }, signal }: RoundTask): Promise<() => void> {
  try {
    return (await turnstile?.enter(signal)) ?? (() => undefined);
  } catch (error) {
    if (error instanceof TurnstileFull) throw new ModelTrouble('rate', 'Too many calls of this model wait already.');
    throw error;
  }
}

async function* call(task: RoundTask): AsyncGenerator<ReplyPiece, RoundEnd> {
  const { progress } = task;
  const { limit, usage } = progress;
  progress.givenNow = false;
  const clean = cleaner(task.request);
  let finish: string | null = null;
  let text = '';
  const called = callCollector();
  const give = (piece: string): ReplyPiece => {
    text += piece;
    return given(piece, progress);
  };
  for await (const chunk of chunks(task)) {
    const facts = readChunk(chunk);
    usage.add(facts);
    finish = facts.finish ?? finish;
    called.add(facts);
    if (called.tooMuch) throw new ModelTrouble('unreadable', 'It calls tools with far too much.');
    const piece = clean.push(limit.take(facts.text));
    if (piece !== '') yield give(piece);
    if (limit.reached) break;
  }
  const rest = clean.end().trimEnd();
  if (rest !== '') yield give(rest);
  return { finish, text, called };
}

/** What is said in different rounds stands apart in the answer. */
function given(text: string, progress: Progress): ReplyPiece {
  const apart = progress.given && !progress.givenNow ? '\n\n' : '';
  progress.given = true;
  progress.givenNow = true;
  return { type: 'text', text: apart + text };
}

function chunks({ source, prompt, specs, progress, signal }: RoundTask) {
  const { firstTokenSeconds, stallSeconds, answerSeconds } = source.config;
  const open = async (connection: AbortSignal) => {
    const model = await source.open(connection);
    const able = specs.length === 0 ? model : (model.bindTools?.([...specs]) ?? model);
    return able.stream([...prompt.messages, ...progress.exchange], { signal: connection });
  };
  return watched(open, {
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
    idle: chunk => {
      const { text, calls } = readChunk(chunk);
      return text === '' && calls.length === 0;
    },
  });
}

function cleaner(request: ReplyRequest): Transform {
  const thinking = withoutThinking();
  if (request.chat.kind === 'private') return thinking;
  const labels = labelsOf(request);
  const id = agentMember(request.agent._id);
  const others = [...labels].flatMap(([member, label]) => (member === id ? [] : [label]));
  return pipeline(thinking, inOwnWords({ own: labelOf(labels, id), others }));
}
