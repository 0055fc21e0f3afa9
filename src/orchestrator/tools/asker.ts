import { agentOf, type MemberId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import type { Talk } from './talk.ts';

const mostHops = 100;

/** Who is answered in the end: a person, or somebody whose word gives no rights, and whose role may narrow all the same. */
interface Answered {
  readonly member: MemberId;
  readonly isPerson: boolean;
}

/** The person whose message is answered in the end, over hand-overs; null: none. */
export async function askerOf(talk: Pick<Talk, 'parley' | 'turn'>): Promise<MemberId | null> {
  const answered = await answeredIn(talk);
  return answered?.isPerson === true ? answered.member : null;
}

/** The same, or somebody’s bot, or who wants the task in which an agent asks a colleague; null: nobody. */
export async function answeredIn({ parley: { store }, turn }: Pick<Talk, 'parley' | 'turn'>): Promise<Answered | null> {
  let current: Turn | null = turn;
  for (let hops = 0; current !== null && hops < mostHops; hops += 1) {
    const { trigger, task, askedBy }: Turn = current;
    if (trigger === null)
      return task === undefined || askedBy === undefined ? null : { member: askedBy, isPerson: false };
    const message = await store.collection('messages').get(trigger);
    if (message === null) return null;
    const { from, fromPerson, cause } = message;
    if (agentOf(from) === null) return { member: from, isPerson: fromPerson !== false };
    current = cause === null ? null : await store.collection('turns').get(cause);
  }
  return null;
}
