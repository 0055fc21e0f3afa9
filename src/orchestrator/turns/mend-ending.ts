import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { canEdit, canReadEdits } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { chatOf, deliveryOf } from './delivery.ts';

const lookAgainMs = 500;

/** In the ids of settings: an answer that is to be looked at. */
const mark = 'ending:';
const mostAtOnce = 1_000;

/**
 * Answers that were seen to grow: where one had its end before, that is written down, and it is looked at. Only a process that others have given
 * up can have done that. The edit comes once, and a wake-up may be lost.
 */
export async function noteGrowth({ store, crew, queue }: Installation, seen: readonly string[]): Promise<void> {
  if (!crew.shared || seen.length === 0) return;
  const turns = await store.collection('turns').getMany([...new Set(seen)] as TurnId[]);
  const grown = turns.filter(hasEnd);
  if (grown.length === 0) return;
  await store.collection('settings').insert(grown.map(({ _id }) => ({ _id: `${mark}${_id}`, value: 'yes' })));
  for (const { _id } of grown) queue.wake(topics.endings, _id);
}

/** Wakes the answers that are still to be looked at. */
export async function wakeEndings({ store, queue }: Pick<Installation, 'store' | 'queue'>): Promise<void> {
  // `;` is the sign behind `:`.
  const where = { _id: { above: mark, below: `${mark.slice(0, -1)};` } };
  for (const { _id } of await store.collection('settings').find({ where, limit: mostAtOnce }))
    queue.wake(topics.endings, _id.slice(mark.length));
}

const hasEnd = ({ state }: Turn): boolean => state === 'replied' || state === 'done';

/**
 * Makes an answer end as it was meant to, where people see something else: an edit that was on its way for long came after the last one. May
 * be repeated: what is sent has an id that follows from the edit that came too late.
 */
export async function mendEnding(parley: Installation, id: TurnId): Promise<void> {
  const turn = await parley.store.collection('turns').get(id);
  if (turn?.state === 'replied') {
    parley.clock.after(lookAgainMs, () => parley.queue.wake(topics.endings, id));
    return;
  }
  if (turn?.state === 'done') await mend(parley, turn);
  await parley.store.collection('settings').delete(`${mark}${id}`);
}

async function mend(parley: Installation, turn: Turn): Promise<void> {
  const bridge = bridgeFor(parley, turn.chat);
  const [part] = turn.parts;
  if (bridge === null || !canEdit(bridge) || !canReadEdits(bridge)) return;
  if (part?.state !== 'sent' || part.externalId === null || part.body.kind !== 'markdown') return;
  const { externalId, body } = part;
  const latest = await bridge.latestEdit({ chat: turn.chat, as: turn.agent, externalId });
  if (latest?.state !== 'streaming') return;
  parley.log.warn({ turn: turn._id, chat: turn.chat }, 'An answer grew after its end; it is put right.');
  const chat = await chatOf(parley, turn);
  const edit = `after/${latest.id}`;
  await bridge.edit(externalId, deliveryOf(turn, { part: 0, body, state: 'complete', edit, chat }));
}
