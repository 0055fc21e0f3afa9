import type { Floor } from '../../core/floor/floor.ts';
import type { ChatId } from '../../core/ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** Who waits shorter than this is not told of it. */
export const patienceMs = 2_000;

/** Decides when a room's card and signs are looked at. A room in which nobody waits costs nothing. */
export interface FloorViews {
  /** The floor has changed, or who is kept waiting. */
  changed(floor: Floor, isModerated: boolean): void;
  /** Somebody waits for an agent that is busy elsewhere, or does not any more. */
  look(chat: ChatId): void;
  /** What became of the look: whether anything is shown, and when to look again (ms since 1970). */
  looked(chat: ChatId, shown: boolean, again: number | null): void;
}

interface FloorViewsOptions {
  readonly clock: Clock;
  /** Whether other processes show things, too: then it is not known here where nothing is shown. */
  readonly shared: boolean;
  readonly look: (chat: ChatId) => void;
}

export function floorViews({ clock, shared, look }: FloorViewsOptions): FloorViews {
  const shown = new Set<ChatId>();
  const timers = new Map<ChatId, { readonly at: number; readonly cancel: () => void }>();

  function lookAt(chat: ChatId, at: number): void {
    const known = timers.get(chat);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const cancel = clock.after(Math.max(0, at - clock.now()), () => {
      timers.delete(chat);
      look(chat);
    });
    timers.set(chat, { at, cancel });
  }

  return {
    changed(floor, isModerated) {
      const chat = floor._id;
      const moderated = isModerated || floor.held || floor.currentSpeaker?.kind === 'person';
      if (shown.has(chat) || moderated || (shared && floor.slot !== null)) lookAt(chat, clock.now());
      else if (floor.queue.length > 0) lookAt(chat, clock.now() + patienceMs);
    },
    look: chat => lookAt(chat, clock.now() + (shown.has(chat) ? 0 : patienceMs)),
    looked(chat, isShown, again) {
      if (isShown) shown.add(chat);
      else shown.delete(chat);
      if (again !== null) lookAt(chat, again);
    },
  };
}
