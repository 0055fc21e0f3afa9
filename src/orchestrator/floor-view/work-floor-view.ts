import type { Chat } from '../../core/chat.ts';
import type { FloorView } from '../../core/floor-view.ts';
import type { ChatId } from '../../core/ids.ts';
import { change, ensure } from '../change.ts';
import { floorRules, strategyOf } from '../floor/floor-rules.ts';
import { readFloor } from '../floor/read-floor.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { agentsIn, displayName } from '../rooms/room-view.ts';
import { topics } from '../topics.ts';
import { canShowCards, showCard } from './show-card.ts';
import { canShowSigns, showSigns } from './show-signs.ts';
import { takeOffPressed } from './take-off-pressed.ts';
import { type WantedView, wantedView } from './wanted-view.ts';

/**
 * Shows a room what its floor is now: makes the difference between what is wanted and what stands there. One run at a time for each
 * room; may be repeated at any step. What is shown nowhere is not stored either.
 */
export async function workFloorView(parley: Installation, chat: ChatId): Promise<void> {
  const views = parley.store.collection('floor_views');
  const known = await views.get(chat);
  const stored = await parley.store.collection('chats').get(chat);
  const wanted = await viewOf(parley, chat, stored);
  const nothing = wanted.card === null && wanted.signs.length === 0;
  if (known === null && nothing) return parley.views.looked(chat, false, wanted.lookAgainAt);
  const view = known ?? (await ensure(views, { _id: chat, card: null, signs: [] }));
  const again = stored === null ? null : await show(parley, { view, chat: stored }, wanted);
  if (nothing) await views.delete(chat);
  const looks = [again, wanted.lookAgainAt].filter(at => at !== null);
  parley.views.looked(chat, !nothing, looks.length === 0 ? null : Math.min(...looks));
}

/** What the room is to be shown, by its floor and chat as they are stored. */
async function viewOf(parley: Installation, id: ChatId, chat: Chat | null): Promise<WantedView> {
  const floor = await readFloor(parley, id);
  if (chat === null) return { card: null, signs: [], lookAgainAt: null };
  const host = agentsIn(parley, chat).find(agent => agent.role === 'orchestrator')?._id ?? null;
  const { currentSpeaker: speaker } = floor;
  return wantedView({
    floor,
    chat,
    host,
    strategy: strategyOf(parley, chat),
    moderatorHere: floorRules(parley, chat, floor).moderatorHere,
    isKeptWaiting:
      speaker?.kind === 'agent' &&
      (await parley.attention.of(speaker.agent)).waiting.some(({ turn }) => turn === speaker.turn),
    nameOf: member => displayName(chat, member, parley.agents),
    now: parley.clock.now(),
  });
}

/** Gives when to look again, as far as the card says. */
async function show(
  parley: Installation,
  { view, chat }: { readonly view: FloorView; readonly chat: Chat },
  wanted: WantedView,
): Promise<number | null> {
  const bridge = bridgeFor(parley, view._id);
  if (bridge === null) return null;
  const keep = async (part: Partial<Pick<FloorView, 'card' | 'signs'>>): Promise<void> => {
    await change(parley.store.collection('floor_views'), view._id, stored => ({ ...stored, ...part }), 'process');
  };
  if (canShowSigns(bridge)) {
    await showSigns({ bridge, chat: chat._id, keep: signs => keep({ signs }) }, view.signs, wanted.signs);
  }
  if (!canShowCards(bridge)) return null;
  const done = async (taken: readonly string[]): Promise<void> => {
    await change(
      parley.store.collection('floor_views'),
      view._id,
      stored => ({ ...stored, pressed: stored.pressed?.filter(id => !taken.includes(id)) ?? [] }),
      'process',
    );
  };
  await takeOffPressed({ bridge, chat: chat._id, done }, view);
  return showCard({ bridge, chat, now: parley.clock.now(), keep: card => keep({ card }) }, view.card, wanted.card);
}

const page = 200;

/** Looks at what rooms were shown when Parley ended. */
export async function wakeViews({ store, queue }: Installation): Promise<void> {
  let after: FloorView | undefined;
  do {
    const found: FloorView[] = await store.collection('floor_views').find({ limit: page, ...(after ? { after } : {}) });
    for (const { _id } of found) queue.wake(topics.floorViews, _id);
    after = found.length === page ? found.at(-1) : undefined;
  } while (after);
}
