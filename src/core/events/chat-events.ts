import { z } from 'zod';
import { eventType } from './event-type.ts';
import { aChat, aFact, aMember, aMessage, aNumber, names, oneOf, orNull } from './fields.ts';

const topic = 'ChatEvents';
const chat = aChat('The chat.');
const stored = aNumber('The version of its document that has it.');

/** Rooms and who is in them. */
export const chatEvents = {
  ChatCreated: eventType({
    topic,
    about: 'A room of a chat network is known to Parley.',
    key: 'chat',
    identify: data => data.chat,
    data: { chat, bridge: aFact('The chat network.'), createdBy: orNull(aMember('Who made it; null: not known.')) },
  }),
  ChatUpdated: eventType({
    topic,
    about: 'A chat is not what it was: its name, its topic, its members, its rules.',
    key: 'chat',
    identify: data => `${data.chat}/${data.version}`,
    data: { chat, version: stored, changed: names('The fields that have other values now.') },
  }),
  ChatClosed: eventType({
    topic,
    about: 'None of our agents is in the room any more: nothing more is heard of it until one is invited.',
    key: 'chat',
    identify: data => data.cause,
    data: { chat, cause: aMessage('The leaving of the last one.') },
  }),
  ParticipantJoined: eventType({
    topic,
    about: 'Somebody came into a chat.',
    key: 'chat',
    identify: data => data.cause,
    data: { chat, member: aMember('Who came.'), cause: aMessage('The joining in the log.') },
  }),
  ParticipantLeft: eventType({
    topic,
    about: 'Somebody is out of a chat.',
    key: 'chat',
    identify: data => data.cause,
    data: {
      chat,
      member: aMember('Who is out.'),
      by: aMember('Who did it: the same, or whoever put them out.'),
      why: oneOf(['left', 'kicked', 'banned'], 'How it came.'),
      cause: aMessage('The leaving in the log.'),
    },
  }),
  AccessChanged: eventType({
    topic,
    about: 'Somebody may do more or less in a chat than before.',
    key: 'chat',
    identify: data => `${data.cause}/${data.member}`,
    data: {
      chat,
      by: aMember('Who changed it.'),
      cause: aMessage('The command, or what else brought it about.'),
      member: aMember('Whose rights they are.'),
      from: orNull(z.enum(['owner', 'admin', 'member', 'guest']).describe('The role before; null where none was.')),
      to: orNull(z.enum(['owner', 'admin', 'member', 'guest']).describe('The role now; null: none.')),
    },
  }),
};
