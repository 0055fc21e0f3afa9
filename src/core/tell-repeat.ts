import type { Floor } from './floor/floor.ts';
import { agentOf, externalIdOf, type MemberId, type MessageId, noticeTurnId, type TurnId } from './ids.ts';
import { plainName } from './plain-name.ts';
import type { Room } from './room.ts';
import { asideTurn, type Decision, scriptedTurn } from './take-turns.ts';
import type { Turn } from './turn.ts';

/** People are told once, and not after each round. */
const pauseMs = 600_000;

/** Two who say nearly the same to each other go no further, and @parley says so, at most once in ten minutes. */
export function tellRepeat(
  floor: Floor,
  given: {
    /** What would have led to a further turn, and where. */
    readonly cause: { readonly id: TurnId | MessageId } & Pick<Turn, 'chat' | 'thread'>;
    readonly members: readonly [MemberId, MemberId];
    readonly room: Room;
    readonly now: number;
  },
): Decision {
  const { cause, members, room, now } = given;
  const keeper = room.agents.find(agent => agent.role === 'orchestrator');
  if (keeper === undefined || now - floor.repeatToldAt < pauseMs) return { floor, turns: [] };
  const [one, other] = members.map(member => nameOf(member, room));
  const text = `${one} and ${other} repeat each other, so I end it here. Write something, and they go on.`;
  const named = { chat: cause.chat, agent: keeper._id, trigger: null, reason: 'repetition', thread: cause.thread };
  const notice = scriptedTurn({ _id: noticeTurnId(cause.id, 'repetition', keeper._id), ...named }, text, true);
  return { floor: { ...floor, repeatToldAt: now }, turns: [], asides: [asideTurn(notice)] };
}

function nameOf(member: MemberId, room: Room): string {
  const agent = agentOf(member);
  const name =
    agent === null
      ? room.people.find(person => person.id === member)?.name
      : room.agents.find(({ _id }) => _id === agent)?.name;
  return plainName(name ?? externalIdOf(member).replace(/:.*$/, ''));
}
