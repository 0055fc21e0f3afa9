import { takesTurns } from '../../core/agent.ts';
import { isParleyError, ParleyError } from '../../core/errors.ts';
import type { Message, SaidMessage } from '../../core/message.ts';
import { isSaid } from '../../core/message.ts';
import { below, unfinished } from '../../core/reply/fence.ts';
import type { Turn, Usage } from '../../core/turn.ts';
import type { ReplyRequest } from '../../ports/agent-runtime.ts';
import { canShowTyping } from '../../ports/bridge-capabilities.ts';
import { type StepAbout, step } from '../../telemetry/step.ts';
import { reserve } from '../budgets/reserve.ts';
import { settle } from '../budgets/settle.ts';
import { pausedNotice } from '../handle/away-agents.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { type Offer, offerTools } from '../tools/offer-tools.ts';
import { topics } from '../topics.ts';
import { buildRequest } from './build-request.ts';
import { claimTurn, reload } from './claim-turn.ts';
import { endTurn, failedAgain, replied } from './end-turn.ts';
import { type LiveMessage, liveMessage } from './live-message.ts';
import type { Interrupted } from './running-turns.ts';

/** An answer that ends the process each time must not do so for ever; being killed for other reasons counts too, so time counts as well. */
const maxAttempts = 50;

/**
 * Has the agent answer. Gives the turn with its reply stored (`replied`), or done where nothing is to be said, or as it now stands where it
 * was changed meanwhile and has to be looked at again.
 */
export async function composeReply(parley: Installation, turn: Turn): Promise<Turn> {
  if (turn.stop !== null) return endTurn(parley, turn, '');
  const trigger = turn.trigger === null ? null : await parley.store.collection('messages').get(turn.trigger);
  if (!isAnswerable(trigger)) return endTurn(parley, { ...turn, stop: 'redacted' }, '');
  if (isTooOld(parley, turn, trigger)) return endTurn(parley, { ...turn, stop: 'out' }, '');
  if (turn.attempts === 0 && !isThere(parley, turn)) return leaveOut(parley, turn);
  if (isHopeless(parley, turn)) return abandon(parley, turn);
  return claimTurn(parley, turn, (claimed, signal) => think(parley, claimed, { trigger, signal }));
}

const isAnswerable = (trigger: Message | null): trigger is SaidMessage =>
  trigger !== null && isSaid(trigger) && trigger.status !== 'redacted';

/** A turn that waited too long while Parley was down is dropped, unless the room has seen its beginning or a person asked again. */
const isTooOld = ({ clock, settings, startedAt }: Installation, turn: Turn, trigger: SaidMessage): boolean =>
  turn.parts.length === 0 &&
  turn.round === 0 &&
  turn.createdAt < startedAt &&
  clock.now() - trigger.timestamp > settings.answerWithinMs;

const isHopeless = ({ clock, settings }: Installation, turn: Turn): boolean =>
  turn.attempts >= maxAttempts && clock.now() - turn.createdAt > settings.answerWithinMs;

const isThere = ({ agents }: Installation, turn: Turn): boolean => {
  const agent = agents.get(turn.agent);
  return agent !== undefined && takesTurns(agent);
};

/** Whose agent was paused or retired before it got to this is not answered; of a pause the room is told, once. */
async function leaveOut(parley: Installation, turn: Turn): Promise<Turn> {
  const chat = await parley.store.collection('chats').get(turn.chat);
  const agent = parley.agents.get(turn.agent);
  const notice = chat && agent ? pausedNotice(parley, { chat, agent, thread: turn.thread }) : null;
  if (notice !== null) {
    await parley.store.collection('turns').insert([notice], 'process');
    parley.queue.wake(topics.turns, notice._id);
  }
  return endTurn(parley, { ...turn, stop: 'out' }, '');
}

async function think(
  parley: Installation,
  turn: Turn,
  { trigger, signal }: { trigger: SaidMessage; signal: AbortSignal },
): Promise<Turn> {
  const agent = parley.agents.get(turn.agent);
  const chat = await parley.store.collection('chats').get(turn.chat);
  if (agent === undefined || chat === null) return endTurn(parley, { ...turn, stop: 'out' }, '');
  const offer = await offerTools({ parley, turn, agent, chat });
  const request = await buildRequest(parley, { turn, trigger, agent, chat, tools: offer.tools });
  const held = await reserve(parley, { turn, trigger, request }).catch(spent);
  if (held instanceof ParleyError) return failed(parley, turn, { text: '', error: held });
  const live = liveMessage(parley, turn);
  const stopTyping = showTyping(parley, turn);
  // Storing the reply stands outside: a store that fails must not look like a model that failed.
  const heard = await listen(parley, { about: { turn, trigger }, request, live, offer, signal }).catch(
    (error: unknown) => ({ error }),
  );
  stopTyping();
  const latest = await live.settle();
  const text = live.text();
  try {
    if (!('error' in heard)) return await replied(parley, latest, { text, outcome: 'answered', ...heard, error: null });
    if (signal.aborted) return await interrupted(parley, latest, { live, signal });
    return await failed(parley, latest, { text, error: heard.error });
  } finally {
    const error = 'error' in heard && !signal.aborted ? heard.error : null;
    await settle(parley, turn, { held, heard: { usage: null, ...heard, text, error } });
  }
}

/** A store that fails is no refusal: the turn is tried again. */
function spent(error: unknown): ParleyError {
  if (isParleyError(error, 'BUDGET_SPENT')) return error;
  throw error;
}

interface Listening {
  readonly about: StepAbout;
  readonly request: ReplyRequest;
  readonly live: LiveMessage;
  readonly offer: Offer;
  readonly signal: AbortSignal;
}

async function listen(
  parley: Installation,
  { about, request, live, offer, signal }: Listening,
): Promise<Pick<Turn, 'usage' | 'handsOver'>> {
  let usage: Usage | null = null;
  let begun = false;
  step('model.called', about);
  for await (const piece of parley.runtime.reply(request, signal)) {
    if (!begun) step('model.began', about);
    begun = true;
    if (piece.type === 'text') live.add(piece.text);
    else usage = piece.usage;
  }
  signal.throwIfAborted();
  step('model.answered');
  const closing = offer.closing(live.text());
  if (closing !== null) live.add(live.text() === '' ? closing : `\n\n${closing}`);
  if (offer.used() && live.text().trim() === '') throw nothingSaid();
  return { usage, handsOver: offer.handsOver() };
}

/** Tools were called, and then nothing was said. */
const nothingSaid = (): ParleyError =>
  new ParleyError(
    'MODEL_EMPTY',
    'The model answered with nothing. React with 🔁 to try again, or ask in other words.',
    { retry: true },
  );

async function interrupted(
  parley: Installation,
  turn: Turn,
  { live, signal }: { live: LiveMessage; signal: AbortSignal },
): Promise<Turn> {
  const { why } = signal.reason as Interrupted;
  if (why === 'shutdown') throw signal.reason;
  const latest = await reload(parley, turn);
  // An edit made the model start over: the attempt was no failure. Once the room has seen the beginning, it is too late.
  if (why === 'edited') return { ...latest, attempts: Math.max(0, latest.attempts - 1) };
  return endTurn(parley, latest, live.text());
}

function abandon(parley: Installation, turn: Turn): Promise<Turn> {
  const message = 'I was interrupted several times while I worked on this. React with 🔁 to let me try again.';
  return failed(parley, turn, { text: '', error: new ParleyError('TURN_ABANDONED', message) });
}

/** The person gets a plain notice, below what stands in the room already. */
function failed(parley: Installation, turn: Turn, { text, error }: { text: string; error: unknown }): Promise<Turn> {
  const known =
    error instanceof ParleyError
      ? error
      : new ParleyError(
          'MODEL_REFUSED',
          'Something went wrong while I answered; the log tells more. React with 🔁 to let me try again.',
        );
  parley.log.warn(
    { turn: turn._id, chat: turn.chat, agent: turn.agent, code: known.code, err: error },
    'An answer failed.',
  );
  const detail = { code: known.code, message: known.message };
  if (turn.round > 0 && text === '') return failedAgain(parley, turn, { text: `⚠️ ${known.message}`, error: detail });
  const notice = `⚠️ ${known.message}`;
  const whole = turn.parts.length > 0 && text !== '' ? below(unfinished(text), notice) : notice;
  return replied(parley, turn, { text: whole, outcome: 'failed', usage: null, error: detail });
}

function showTyping(parley: Installation, turn: Turn): () => void {
  const bridge = bridgeFor(parley, turn.chat);
  return bridge !== null && canShowTyping(bridge) ? bridge.showTyping(turn.chat, turn.agent) : () => undefined;
}
