import type { ChatId } from '../../core/ids.ts';
import type { Store, Stored } from '../../ports/store.ts';
import { change } from '../change.ts';

/** Up to where the journal of a copy counts. */
export interface Cut {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The first line of each room that came later. */
  readonly firstLater: ReadonlyMap<ChatId, number>;
}

/** Finds out where the journal is to be cut: hears every document of a copy once. */
export function findCut(time: number): { readonly hear: (stored: Stored) => void; readonly cut: Cut } {
  const firstLater = new Map<ChatId, number>();
  function hear({ collection, document }: Stored): void {
    if (collection !== 'messages' || document.createdAt <= time) return;
    const { chat, order } = document;
    firstLater.set(chat, Math.min(order, firstLater.get(chat) ?? order));
  }
  return { hear, cut: { time, firstLater } };
}

/**
 * A document of a copy as far as the journal counts, or null where it began later. Messages, turns, the audit and dead letters are the
 * journal, and so are tasks with their steps and files, of which the state stays as it is; what rooms, agents and limits were before is not kept, and they stay as they are. Pure.
 */
export function asOf(stored: Stored, cut: Cut | null): Stored | null {
  if (cut === null) return stored;
  switch (stored.collection) {
    case 'messages':
    case 'turns':
    case 'tasks':
    case 'task_steps':
    case 'task_files':
    case 'memories':
      return stored.document.createdAt <= cut.time ? stored : null;
    case 'task_updates':
    case 'audit':
    case 'dead_letters':
      return stored.document.timestamp <= cut.time ? stored : null;
    // They tell of turns that are not there, and are made again.
    case 'agent_attention_states':
      return null;
    default:
      return stored;
  }
}

/** Puts the cursors before what is not restored. Whose turn is not there any more gives the floor back by itself. May be repeated. */
export async function cutFloors(store: Store, { firstLater }: Cut): Promise<void> {
  for (const [chat, later] of firstLater)
    await change(store.collection('speaker_queues'), chat, floor =>
      floor.handledThrough < later ? floor : { ...floor, handledThrough: later - 1 },
    );
}
