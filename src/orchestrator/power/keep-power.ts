import type { Chat } from '../../core/chat.ts';
import type { Floor } from '../../core/floor/floor.ts';
import type { ChatId } from '../../core/ids.ts';
import { floorRules } from '../floor/floor-rules.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { ensurePower } from './ensure-power.ts';

/** The rooms whose power levels are looked after, as this process knows them. */
export type EnforcedRooms = Set<ChatId>;

const page = 200;

/** The rooms to look after at a start: one by one they are put right, whatever was left undone. */
export async function enforcedRooms(parley: Installation): Promise<EnforcedRooms> {
  const rooms: EnforcedRooms = new Set();
  let after: Chat | undefined;
  do {
    const chats: Chat[] = await parley.store.collection('chats').find({ limit: page, ...(after ? { after } : {}) });
    for (const chat of chats) if (isEnforced(parley, chat)) rooms.add(chat._id);
    after = chats.length === page ? chats.at(-1) : undefined;
  } while (after);
  return rooms;
}

function isEnforced(parley: Installation, chat: Chat): boolean {
  return (chat.enforcement ?? null) !== null || floorRules(parley, chat, { moderator: byOrder }).moderated;
}

const byOrder: Floor['moderator'] = { kind: 'rule', rule: 'order' };

/**
 * Sees to it that who speaks may speak, before their turn begins. Most rooms have nothing to look after, and cost nothing: the chat is not
 * even read for it, unless what was dealt with, or another process, may have changed it. True: they may speak only from now on.
 */
export async function keepPower(
  parley: Installation,
  enforced: EnforcedRooms,
  { floor, chat, mayDiffer }: { readonly floor: Floor; readonly chat: Chat | null; readonly mayDiffer: boolean },
): Promise<boolean> {
  if (chat === null && !mayDiffer && !enforced.has(floor._id) && !parley.crew.shared) return false;
  const known = chat ?? (await ensureChat(parley, floor._id));
  if (!isEnforced(parley, known)) {
    enforced.delete(floor._id);
    return false;
  }
  enforced.add(floor._id);
  return ensurePower(parley, known, floor);
}
