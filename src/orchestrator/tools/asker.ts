import { agentOf, type MemberId, type MessageId } from '../../core/ids.ts';
import type { Talk } from './talk.ts';

const mostHops = 100;

/** The person whose message is answered in the end, over hand-overs; null: none. */
export async function askerOf({ parley, turn }: Pick<Talk, 'parley' | 'turn'>): Promise<MemberId | null> {
  let trigger: MessageId | null = turn.trigger;
  for (let hops = 0; trigger !== null && hops < mostHops; hops += 1) {
    const message = await parley.store.collection('messages').get(trigger);
    if (message === null) return null;
    if (agentOf(message.from) === null) return message.fromPerson === false ? null : message.from;
    const made = message.cause === null ? null : await parley.store.collection('turns').get(message.cause);
    trigger = made?.trigger ?? null;
  }
  return null;
}
