import type { LoadedRoom } from '../progress.ts';
import type { SealedSpeaker } from './sealed-speaker.ts';

export interface SealedRoom extends LoadedRoom {
  readonly people: readonly [SealedSpeaker, ...SealedSpeaker[]];
}

type Agents = Readonly<Record<string, string>>;

/** Everybody begins another session after so many messages. */
const encryption = { rotation_period_msgs: 3 };
const patienceMs = 60_000;

/** An encrypted room, in which everybody is and all agents have introduced themselves. */
export async function openSealed(
  people: readonly [SealedSpeaker, ...SealedSpeaker[]],
  agents: Agents,
  more: object = {},
): Promise<SealedRoom> {
  const [{ secret }, ...guests] = people;
  const ids = Object.values(agents);
  const id = await secret.room({ invite: ids, encryption, ...more });
  const view = people[0].view(id);
  const have = (agent: string): boolean => view.messages().some(({ sender }) => sender === agent);
  await secret.until('introductions', () => ids.every(have) || undefined, patienceMs);
  // What is encrypted while they come in is for those who were there before.
  for (const guest of guests) {
    await secret.client.invite(id, guest.id);
    await guest.secret.enter(id);
  }
  return { id, people, partner: undefined };
}

/** An encrypted direct chat. */
export async function openSealedDialogue(person: SealedSpeaker, partner: string, agents: Agents): Promise<SealedRoom> {
  const room = await openSealed([person], { [partner]: agents[partner] ?? '' }, { is_direct: true });
  return { ...room, partner };
}

/** An encrypted room in which the second decides who speaks, and only who has the floor can. */
export async function openSealedChamber(
  people: readonly [asker: SealedSpeaker, moderator: SealedSpeaker],
  agents: Agents,
): Promise<SealedRoom> {
  const [asker, moderator] = people;
  const users = { [agents.parley ?? '']: 100, [moderator.id]: 50 };
  const room = await openSealed(people, agents, { room_version: '12', power_level_content_override: { users } });
  await asker.secret.ask(room.id, '!floor strategy moderated', { timeoutMs: patienceMs });
  await asker.secret.ask(room.id, `!floor moderator ${moderator.id}`, { timeoutMs: patienceMs });
  return room;
}
