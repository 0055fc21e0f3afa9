import { below } from '../../core/reply/fence.ts';
import { planParts } from '../../core/reply/plan-parts.ts';
import { type OutgoingBody, type Part, removed, type Turn } from '../../core/turn.ts';
import { step } from '../../telemetry/step.ts';
import { change } from '../change.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { chatOf } from './delivery.ts';

type Result = Pick<Turn, 'usage' | 'error' | 'handsOver'> & {
  readonly text: string;
  readonly outcome: NonNullable<Turn['outcome']>;
};

/** Stores the finished text and how it is cut into messages. From here on no model is asked again for this turn. */
export async function replied(parley: Installation, turn: Turn, result: Result): Promise<Turn> {
  const { outcome, usage, error } = result;
  const text = result.text.trim();
  const bodies = await bodiesOf(parley, turn, { text, notice: outcome === 'failed' });
  const stored = await unlessEnded(parley, turn, current => ({
    ...current,
    state: 'replied',
    outcome,
    usage,
    error,
    handsOver: result.handsOver ?? null,
    reply: text,
    parts: outbox(current.parts, bodies),
  }));
  step('reply.stored');
  return stored;
}

/** An answer that failed again, before its first word, leaves what stands in the room and adds the notice below. */
export function failedAgain(parley: Installation, turn: Turn, given: Pick<Result, 'text' | 'error'>): Promise<Turn> {
  const notice: Part = {
    body: { kind: 'markdown', text: given.text, notice: true },
    state: 'pending',
    externalId: null,
  };
  return unlessEnded(parley, turn, current => ({
    ...current,
    state: 'replied',
    outcome: 'failed',
    error: given.error,
    parts: [...current.parts.map(part => ({ ...part, state: 'sent' as const })), notice],
  }));
}

/** Nobody takes back that a turn was answered or has ended, nor ends what another process has begun anew. */
async function unlessEnded({ store }: Installation, turn: Turn, edit: (current: Turn) => Turn): Promise<Turn> {
  const stored = await change(store.collection('turns'), turn._id, (current): Turn => {
    if (current.state === 'done' || current.state === 'replied') return current;
    if (current.state === 'running' && current.attempts > turn.attempts) return current;
    return current.stop === 'newer' ? { ...current, state: 'done', outcome: 'dropped' } : edit(current);
  });
  return stored ?? { ...turn, state: 'done' };
}

/** What is shorter fits anywhere. */
const surelyFits = 1_000;

async function bodiesOf(
  parley: Installation,
  turn: Turn,
  given: { text: string; notice: boolean },
): Promise<OutgoingBody[]> {
  const bridge = bridgeFor(parley, turn.chat);
  if (bridge === null) return [];
  const encrypted = given.text.length > surelyFits && (await chatOf(parley, turn))?.encrypted === true;
  const bodies = planParts(given.text, text => bridge.fits(text, encrypted));
  return given.notice ? bodies.map(body => (body.kind === 'markdown' ? { ...body, notice: true } : body)) : bodies;
}

/** A message that is open in the room takes the first piece; further messages of an earlier round go. */
function outbox(standing: readonly Part[], bodies: readonly OutgoingBody[]): Part[] {
  const [first, ...others] = standing;
  const parts = bodies.map<Part>((body, index) =>
    index === 0 && first ? { ...first, body, state: 'opened' } : { body, state: 'pending', externalId: null },
  );
  return [...parts, ...others.map(removed)];
}

/**
 * Ends a turn before its answer is complete. A person's 🛑, or the end of the slot, leaves what the room has seen so far; a redacted
 * question takes that back, too; an agent that is out of the room can do neither.
 */
export function endTurn(parley: Installation, turn: Turn, text: string): Promise<Turn> {
  const shown = turn.parts[0] ?? null;
  const untouched = turn.round > 0 && turn.attempts <= 1 && text.trim() === '';
  const partial = text.trim() || (shown?.body.kind === 'markdown' && !untouched ? shown.body.text : '');
  if (turn.stop === 'slot') return timeIsUp(parley, turn, partial);
  if (turn.stop === 'person' && shown !== null && !untouched)
    return replied(parley, turn, { text: below(partial, '*Stopped.*'), outcome: 'stopped', usage: null, error: null });
  const outcome = turn.stop === 'person' ? 'stopped' : 'dropped';
  return unlessEnded(parley, turn, current =>
    shown !== null && turn.stop === 'redacted'
      ? { ...current, state: 'replied', outcome, parts: current.parts.map(removed) }
      : { ...current, state: 'done', outcome },
  );
}

/** Whoever asked gets what there is, and learns why there is no more. */
function timeIsUp(parley: Installation, turn: Turn, partial: string): Promise<Turn> {
  if (partial !== '') {
    const text = below(partial, '*Time is up.*');
    return replied(parley, turn, { text, outcome: 'stopped', usage: null, error: null });
  }
  const text = '⚠️ Time was up before I had an answer. React with 🔁 to let me try again.';
  return turn.round > 0
    ? failedAgain(parley, turn, { text, error: null })
    : replied(parley, turn, { text, outcome: 'failed', usage: null, error: null });
}
