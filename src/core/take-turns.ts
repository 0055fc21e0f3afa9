import type { Draft } from './document.ts';
import type { AgentSpeaker, Floor } from './floor/floor.ts';
import { isQuiet, personHeard } from './floor/limits.ts';
import { address, enqueue } from './floor/queue.ts';
import type { Choice } from './floor-policies/policy.ts';
import { agentMember, type MemberId, turnId, withoutRound } from './ids.ts';
import type { SaidMessage } from './message.ts';
import { type Room, threadKey } from './room.ts';
import { chooseSpeakers } from './strategies/strategies.ts';
import type { Part, Turn } from './turn.ts';

export interface Decision {
  readonly floor: Floor;
  /** Turns that wait for the floor; the floor has them in its queue. */
  readonly turns: readonly Draft<Turn>[];
  /** Turns that are run at once, beside the floor. Left out: none. */
  readonly asides?: readonly Draft<Turn>[];
  /** The network is asked for something first: nothing is decided yet, and the message is dealt with again when that is there. */
  readonly waits?: boolean;
}

/** A turn that waits to be spoken. */
export function newTurn(
  given: Pick<Turn, '_id' | 'chat' | 'agent' | 'trigger' | 'reason' | 'thread'> & Partial<Turn>,
): Draft<Turn> {
  return {
    hop: 0,
    aside: false,
    state: 'queued',
    stop: null,
    outcome: null,
    attempts: 0,
    round: 0,
    reply: null,
    parts: [],
    usage: null,
    error: null,
    ...given,
  };
}

/** A turn whose text is known from the start (an introduction, a command's answer): it only has to be sent. */
export function scriptedTurn(given: Parameters<typeof newTurn>[0], text: string, notice: boolean): Draft<Turn> {
  const part: Part = { body: { kind: 'markdown', text, notice }, state: 'pending', externalId: null };
  return newTurn({ ...given, state: 'replied', outcome: 'answered', reply: text, parts: [part] });
}

/** A turn that speaks at once, beside the floor. */
export const asideTurn = (turn: Draft<Turn>): Draft<Turn> => ({ ...turn, aside: true });

/** A turn as one who asks for the floor. */
export const speakerOf = (turn: Draft<Turn>, since: number, direct = true): AgentSpeaker => ({
  kind: 'agent',
  turn: turn._id,
  agent: turn.agent,
  reason: turn.reason,
  trigger: turn.trigger,
  since,
  direct,
});

/** So many agents answer one message at most, the first that it names. */
const mostSpeakers = 10;

interface Asked {
  readonly room: Room;
  readonly strategy: string;
  readonly now: number;
  /** How many agents may answer. */
  readonly most?: number;
}

/** Who answers a message that a person wrote: the turns to insert, and the floor after that. Pure; a repeat gives the same. */
export function answerPerson(
  message: SaidMessage,
  floor: Floor,
  { room, strategy, now, most = mostSpeakers }: Asked,
): Decision {
  const heard = personHeard(floor);
  const choices = speakersFor(message, heard, { room, strategy, isQuiet: isQuiet(floor, now) }).slice(0, most);
  const turns = choices.map(choice =>
    newTurn({
      _id: turnId(message._id, choice.agent),
      chat: message.chat,
      agent: choice.agent,
      trigger: message._id,
      reason: choice.reason,
      thread: message.thread,
    }),
  );
  const last = choices.at(-1);
  const addressed = last ? address(heard, threadKey(message.thread), last.agent) : heard;
  return {
    floor: enqueue(
      addressed,
      turns.map(turn => speakerOf(turn, now)),
    ),
    turns,
  };
}

/** The agents that a strategy chooses for a message. */
export function speakersFor(
  message: SaidMessage,
  floor: Floor,
  { room, strategy, isQuiet }: { readonly room: Room; readonly strategy: string; readonly isQuiet: boolean },
): readonly Choice[] {
  const candidates = room.agents.filter(agent => agent.role === 'agent' && agentMember(agent._id) !== message.from);
  const only = candidates[0];
  if (room.chatType === 'private') return only ? [{ agent: only._id, reason: 'direct message' }] : [];
  const chosen = chooseSpeakers(strategy, { message, room, floor, candidates, isQuiet });
  return chosen;
}

/** The same turn once more (🔁 of `askedBy`): it goes on in the message that stands there, so that no answer stands twice. */
export function repeatTurn(turn: Turn, askedBy: MemberId): Draft<Turn> {
  const standing = turn.parts.filter(part => part.externalId !== null && part.body.kind !== 'removed');
  const parts = standing.map<Part>((part, index) => (index === 0 ? { ...part, state: 'opened' } : part));
  return newTurn({
    _id: `${withoutRound(turn._id)}~${turn.round + 1}` as Turn['_id'],
    chat: turn.chat,
    agent: turn.agent,
    trigger: turn.trigger,
    reason: 'asked again',
    thread: turn.thread,
    // A person asks, as if by a message: a debate that has paused goes on.
    hop: 0,
    round: turn.round + 1,
    askedBy,
    parts,
  });
}
