import { unfinished } from '../../core/reply/fence.ts';
import { pauseBefore, shortAnswer } from '../../core/reply/pacing.ts';
import { splitUpTo } from '../../core/reply/split-text.ts';
import type { OutgoingBody, Turn } from '../../core/turn.ts';
import { canEdit } from '../../ports/bridge-capabilities.ts';
import { step } from '../../telemetry/step.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { chatOf, deliveryOf } from './delivery.ts';
import { openPart } from './open-part.ts';

/** An answer while it grows: shown in the room in a few edits. */
export interface LiveMessage {
  add(text: string): void;
  text(): string;
  /** Shows nothing more, waits for what is under way, and gives the turn as it is stored now. */
  settle(): Promise<Turn>;
}

/**
 * Shows an answer while it grows. That a message is about to be opened is stored before it is sent, so that after a crash the answer
 * goes on in it. An answer that is taken up again after a crash is shown only when it is complete. One request is under way at a time; what
 * fails here is logged and left to the final sending.
 */
export function liveMessage(parley: Installation, begun: Turn): LiveMessage {
  const { clock, settings } = parley;
  const bridge = bridgeFor(parley, begun.chat);
  const takenUp = begun.parts.length > 0 && begun.attempts > 1;
  let turn = begun;
  let text = '';
  let shownText = '';
  let shown = begun.parts.length > 0 ? 1 : 0;
  let shownAt: number | null = shown > 0 ? clock.now() : null;
  let cancelTimer: (() => void) | null = null;
  let underWay: Promise<void> | null = null;
  let over = bridge === null || !canEdit(bridge) || takenUp;

  const schedule = (): void => {
    const pause = pauseBefore(shown, settings.pacing);
    const tooShort = shown === 0 && text.length < shortAnswer;
    if (over || underWay !== null || cancelTimer !== null || pause === null || tooShort || text === shownText) return;
    cancelTimer = clock.after(Math.max(0, (shownAt ?? clock.now()) + pause - clock.now()), show);
  };

  const show = (): void => {
    cancelTimer = null;
    underWay = showOnce()
      .catch(error => {
        over = true;
        parley.log.warn(
          { turn: turn._id, err: error },
          'A growing answer could not be shown; it comes when it is complete.',
        );
      })
      .finally(() => {
        underWay = null;
        shownAt = clock.now();
        schedule();
      });
  };

  const showOnce = async (): Promise<void> => {
    if (bridge === null || !canEdit(bridge)) return;
    shownText = text;
    // Whoever has come in since the model began is to be known, too.
    const chat = await chatOf(parley, begun);
    const body = growing(shownText, given => bridge.fits(given, chat?.encrypted ?? false));
    if (turn.parts.length === 0) turn = await open(parley, turn, { bridge, chat, part: 0, body });
    else {
      const externalId = turn.parts[0]?.externalId;
      const edit = `${turn.attempts}.${shown}`;
      if (externalId)
        await bridge.edit(externalId, deliveryOf(turn, { part: 0, body, state: 'streaming', edit, chat }));
    }
    shown += 1;
  };

  return {
    add(more) {
      text += more;
      shownAt ??= clock.now();
      schedule();
    },
    text: () => text,
    async settle() {
      over = true;
      cancelTimer?.();
      await underWay;
      return turn;
    },
  };
}

/** As much of the text as fits into one message. */
function growing(text: string, fits: (text: string) => boolean): OutgoingBody {
  const whole = unfinished(text.trim());
  return { kind: 'markdown', text: fits(whole) ? whole : (splitUpTo(1, text, fits).pieces[0] ?? ''), notice: false };
}

async function open(parley: Installation, turn: Turn, opening: Parameters<typeof openPart>[2]): Promise<Turn> {
  const stored = await parley.store
    .collection('turns')
    .replace({ ...turn, parts: [{ body: opening.body, state: 'opened', externalId: null }] });
  step('stream.opened');
  return stored === null ? turn : (await openPart(parley, stored, opening)).turn;
}
