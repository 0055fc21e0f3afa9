import type { Floor, Speaker } from '../floor/floor.ts';
import { keyOf } from '../floor/queue.ts';
import { agentMember, type ChatId, type MemberId, type TurnId } from '../ids.ts';
import { event, type NewEvent } from './event.ts';
import { cutFact } from './fields.ts';

type Standing = Pick<Floor, '_id' | 'currentSpeaker' | 'queue' | 'slot' | 'moderator' | 'freeSince'>;

/** What one state of a floor tells that the one before did not: who is done, who asks, who has it now. Pure. */
export function floorChanges(before: Standing, after: Standing): NewEvent[] {
  const known = new Set(standing(before).map(keyOf));
  const now = new Set(standing(after).map(keyOf));
  const gone = standing(before).filter(speaker => !now.has(keyOf(speaker)));
  const asking = standing(after).filter(speaker => !known.has(keyOf(speaker)));
  const speaking = after.currentSpeaker;
  const spoke = before.currentSpeaker === null ? null : keyOf(before.currentSpeaker);
  return [
    ...(spoke !== null && !now.has(spoke) ? expired(before, after.freeSince) : []),
    ...gone.map(speaker => released(after._id, speaker, keyOf(speaker) === spoke ? 'ended' : 'withdrawn')),
    ...asking.map(speaker => event('SpeakRequested', asked(after._id, speaker), turnOf(speaker))),
    ...(speaking === null || keyOf(speaking) === spoke ? [] : [granted(after, speaking)]),
  ];
}

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
