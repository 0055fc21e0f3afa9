import type { Envelope, Unreadable } from '../../core/message.ts';
import { plainName } from '../../core/plain-name.ts';
import type { Decision } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { agentsIn, displayName } from './room-view.ts';
import { sayOnce } from './say-once.ts';

type Why = 'no key' | 'withheld' | 'clear';

const dayMs = 24 * 3_600_000;

const texts: Readonly<Record<Why, (name: string) => string>> = {
  'no key': name =>
    `I can’t read a message of ${name}, as the key to it has not come. Please send it again; should the key come after all, I ` +
    'answer by myself.',
  withheld: name =>
    `I can’t read a message of ${name}: the client sends no keys to devices that are not verified. Verify me, or allow in ` +
    'the client’s settings (security and privacy) that messages go to unverified devices, and send it again.',
  clear: name =>
    `I don’t read a message of ${name}, as it was not encrypted though this room is. Send it again with a client that encrypts.`,
};

/** Tells what can't be read and what to do; for each member and reason at most once a day. */
export async function unreadNotice(event: Envelope & Unreadable, why: Why, scene: Scene): Promise<Decision> {
  const { parley, chat } = scene;
  const [speaker] = agentsIn(parley, chat);
  if (speaker === undefined) return nothing(scene);
  const day = Math.floor(event.timestamp / dayMs);
  const text = texts[why](plainName(displayName(chat, event.from, parley.agents)));
  const what = `unread-${why === 'no key' ? 'key' : why}-${event.from}-${day}` as const;
  return sayOnce(scene, { agent: speaker._id, what, text, notice: true });
}
