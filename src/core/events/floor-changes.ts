import type { Floor, Speaker } from '../floor/floor.ts';
import { keyOf } from '../floor/queue.ts';
import { agentMember, type ChatId, type MemberId, type TurnId } from '../ids.ts';
import { event, type NewEvent } from './event.ts';
import { cutFact } from './fields.ts';

type Standing = Pick<Floor, '_id' | 'currentSpeaker' | 'queue' | 'slot' | 'moderator' | 'freeSince'>;

/** Who is done or waits no more in the second state of a floor: their turns have ended before it is stored. Pure. */
export function floorEndings(before: Standing, after: Standing): NewEvent[] {
  const now = keysOf(after);
  const gone = standing(before).filter(speaker => !now.has(keyOf(speaker)));
  return gone.flatMap(speaker =>
    speaker === before.currentSpeaker
      ? [...expired(before, after.freeSince), released(after._id, speaker, 'ended')]
      : [released(after._id, speaker, 'withdrawn')],
  );
}

/** Who asks and who speaks now in the second state of a floor: true as soon as it is stored. Pure. */
export function floorBeginnings(before: Standing, after: Standing): NewEvent[] {
  const known = keysOf(before);
  const asking = standing(after).filter(speaker => !known.has(keyOf(speaker)));
  const speaking = after.currentSpeaker;
  const spoke = before.currentSpeaker === null ? null : keyOf(before.currentSpeaker);
  return [
    ...asking.map(speaker => event('SpeakRequested', asked(after._id, speaker), turnOf(speaker))),
    ...(speaking === null || keyOf(speaking) === spoke ? [] : [granted(after, speaking)]),
  ];
}

const keysOf = (floor: Standing): ReadonlySet<string> => new Set(standing(floor).map(keyOf));

const standing = ({ currentSpeaker, queue }: Standing): Speaker[] => [
  ...(currentSpeaker === null ? [] : [currentSpeaker]),
  ...queue,
];

const turnOf = (speaker: Speaker): TurnId | null => (speaker.kind === 'agent' ? speaker.turn : null);

const who = (chat: ChatId, speaker: Speaker) => ({
  chat,
  speaker: speaker.kind === 'agent' ? agentMember(speaker.agent) : speaker.person,
  turn: turnOf(speaker),
});

const asked = (chat: ChatId, speaker: Speaker) => ({
  ...who(chat, speaker),
  since: speaker.since,
  reason: cutFact(speaker.reason),
  trigger: speaker.kind === 'agent' ? speaker.trigger : null,
});

function granted(floor: Standing, speaker: Speaker): NewEvent {
  const by = speaker.granted ? moderating(floor) : null;
  const data = { ...asked(floor._id, speaker), by, endsAt: floor.slot?.endsAt ?? null };
  return event('SpeakGranted', data, turnOf(speaker));
}

function moderating({ moderator }: Standing): MemberId | null {
  if (moderator.kind === 'rule') return null;
  return moderator.kind === 'agent' ? agentMember(moderator.agent) : moderator.person;
}

const released = (chat: ChatId, speaker: Speaker, how: 'ended' | 'withdrawn'): NewEvent =>
  event('SpeakReleased', { ...who(chat, speaker), since: speaker.since, how }, turnOf(speaker));

/** The floor was given back at the end of the slot, or after it. */
function expired({ _id, currentSpeaker, slot }: Standing, endedAt: number): NewEvent[] {
  if (currentSpeaker === null || slot === null || endedAt < slot.endsAt) return [];
  const data = { ...who(_id, currentSpeaker), startedAt: slot.startedAt, endedAt };
  return [event('SlotExpired', data, turnOf(currentSpeaker))];
}
