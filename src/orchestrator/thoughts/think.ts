import { ParleyError } from '../../core/errors.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Turn, Usage } from '../../core/turn.ts';
import type { ReplyRequest } from '../../ports/agent-runtime.ts';
import { step } from '../../telemetry/step.ts';
import { reserve } from '../budgets/reserve.ts';
import { settle } from '../budgets/settle.ts';
import type { Installation } from '../installation.ts';
import { Interrupted } from '../turns/running-turns.ts';

/** What a model was asked beside the conversation, and what came of it. */
export interface Thought {
  readonly text: string;
  readonly usage: Usage | null;
  /** Why there is no more; null: it is complete, or there was enough. */
  readonly error: Turn['error'];
}

/** What a model says may end at any time with `enough`: then what it has said counts. */
export interface Thinking {
  readonly turn: Turn;
  /** For whom it counts, beside agent and room. */
  readonly trigger: SaidMessage | null;
  readonly request: ReplyRequest;
  readonly signal: AbortSignal;
  readonly enough: AbortController;
  readonly onText?: (text: string) => void;
}

const longest = 4_000;

/**
 * Has a model think, within the budgets, without anybody seeing it. Nobody is told that it failed: whoever asked goes on without it. Null
 * where the turn was stopped; throws where it is to go on after the next start, and what the store throws.
 */
export async function think(parley: Installation, thinking: Thinking): Promise<Thought | null> {
  const { turn, trigger, request, signal } = thinking;
  const held = await reserve(parley, { turn, trigger, request }).catch(refused);
  if (held instanceof ParleyError) return { text: '', usage: null, error: detail(held) };
  let text = '';
  let usage: Usage | null = null;
  let failure: unknown = null;
  try {
    step('model.called');
    for await (const piece of pieces(parley, thinking)) {
      if (piece.type === 'usage') usage = piece.usage;
      else text = `${text}${piece.text}`.slice(0, longest);
      thinking.onText?.(text);
    }
  } catch (error) {
    failure = error;
  }
  const enough = thinking.enough.signal.aborted;
  const error = enough || signal.aborted ? null : failure;
  await settle(parley, turn, { held, heard: { usage, text, error } });
  if (!enough && signal.aborted) return givenUp(signal);
  if (error !== null)
    parley.log.warn({ turn: turn._id, chat: turn.chat, agent: turn.agent, err: error }, 'A thought failed.');
  return { text: text.trim(), usage, error: error === null ? null : detail(error) };
}

async function* pieces(parley: Installation, { request, signal, enough }: Thinking) {
  const over = AbortSignal.any([signal, enough.signal]);
  for await (const piece of parley.runtime.reply(request, over)) {
    if (over.aborted) return;
    yield piece;
  }
}

function givenUp(signal: AbortSignal): null {
  if (signal.reason instanceof Interrupted && signal.reason.why === 'stop') return null;
  throw signal.reason;
}

/** A store that fails is no refusal. */
function refused(error: unknown): ParleyError {
  if (error instanceof ParleyError && error.code === 'BUDGET_SPENT') return error;
  throw error;
}

function detail(error: unknown): NonNullable<Turn['error']> {
  if (error instanceof ParleyError) return { code: error.code, message: error.message };
  return { code: 'MODEL_REFUSED', message: 'Something went wrong; the log tells more.' };
}
