import { eventType } from './event-type.ts';
import { aCause, aChat, aFact, aMember, aMessage, aNumber, aTurn, oneOf, orNull } from './fields.ts';

const topic = 'Floor';

const chat = aChat('Whose floor it is.');
const speaker = aMember('Who asks, speaks or spoke: an agent or a person.');
const turn = orNull(aTurn('The turn of an agent; null for a person.'));
const since = aNumber('When they asked, in milliseconds since 1970.');
const reason = aFact('Why they speak: “mentioned”, “handed over by Ada”, ….');
const trigger = orNull(aMessage('The message that they answer.'));

interface Asked {
  readonly chat: string;
  readonly speaker: string;
  readonly turn: string | null;
  readonly since: number;
}

/** A turn is asked for once; a person may ask again and again. */
const asking = (data: Asked): string => data.turn ?? `${data.chat}/${data.speaker}/${data.since}`;

/** Who speaks, who waits, and by which rules. */
export const floorEvents = {
  SpeakRequested: eventType({
    topic,
    about: 'Somebody waits for the floor, or got it at once.',
    key: 'chat',
    identify: asking,
    data: { chat, speaker, turn, since, reason, trigger },
  }),
  SpeakGranted: eventType({
    topic,
    about: 'Somebody has the floor.',
    key: 'chat',
    identify: asking,
    data: {
      chat,
      speaker,
      turn,
      since,
      reason,
      trigger,
      by: orNull(aMember('The moderator who granted it; null where a rule did.')),
      endsAt: orNull(aNumber('When the slot ends, in milliseconds since 1970; null without a slot.')),
    },
  }),
  SpeakReleased: eventType({
    topic,
    about: 'Somebody has the floor no more, or does not wait for it any more.',
    key: 'chat',
    identify: asking,
    data: {
      chat,
      speaker,
      turn,
      since,
      how: oneOf(['ended', 'withdrawn'], '“ended”: had the floor. “withdrawn”: waited for it in vain.'),
    },
  }),
  SlotExpired: eventType({
    topic,
    about: 'The floor was given back because the slot was over, and the speaker perhaps not done.',
    key: 'chat',
    identify: data => `${data.chat}/${data.startedAt}`,
    data: {
      chat,
      speaker,
      turn,
      startedAt: aNumber('When the slot began, in milliseconds since 1970.'),
      endedAt: aNumber('When the floor was given back, in milliseconds since 1970.'),
    },
  }),
  FloorPolicyChanged: eventType({
    topic,
    about: 'The rules of a floor were changed, or somebody stepped in: held, resumed, cleared, given.',
    key: 'chat',
    identify: data => `${data.cause}/${data.change}`,
    data: {
      chat,
      by: aMember('Who did it: a person, or the agent that keeps order.'),
      cause: aCause('The command or reaction, or the turn of an agent that moderates.'),
      change: oneOf(
        [
          'strategy',
          'moderator',
          'slot',
          'held',
          'resumed',
          'cleared',
          'given',
          'skipped',
          'stopped',
          'quiet',
          'volunteers',
        ],
        'What was changed or done.',
      ),
      from: orNull(aFact('What was before, in a word; null where nothing was.')),
      to: orNull(aFact('What is now, in a word; null where nothing is.')),
    },
  }),
};
