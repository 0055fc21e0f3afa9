import { eventType } from './event-type.ts';
import { aChat, aFact, aMember, aMessage, aNumber, anAgent, aTurn, oneOf, orNull, yesOrNo } from './fields.ts';

const topic = 'Messages';
const messageTypes = ['text', 'notice', 'emote', 'image', 'file', 'audio', 'video', 'location'] as const;

const placed = {
  replyTo: orNull(aMessage('The message that it replies to.')),
  thread: orNull(aMessage('The message that its thread hangs on; null outside threads.')),
};

/** What is said in chats, and what becomes of it. */
export const messageEvents = {
  MessageReceived: eventType({
    topic,
    about: 'Something was said in a chat by somebody else than our agents; it is in the log.',
    key: 'chat',
    identify: data => data.message,
    data: {
      chat: aChat('Where it was said.'),
      message: aMessage('Its place in the log.'),
      from: aMember('Who said it.'),
      fromPerson: orNull(yesOrNo('False for a bot of somebody else; null where the network does not tell.')),
      messageType: oneOf(messageTypes, 'What kind of message it is.'),
      ...placed,
    },
  }),
  MessageSent: eventType({
    topic,
    about: 'A message of an agent stands in the room as it is meant to be.',
    key: 'chat',
    identify: data => `${data.turn}/${data.part}`,
    data: {
      chat: aChat('Where it was sent.'),
      message: aMessage('Its place in the log.'),
      agent: anAgent('Who sent it.'),
      turn: aTurn('The turn that made it.'),
      part: aNumber('Which of the messages of the turn, from 0.'),
      hop: aNumber('How many agents stand between a person’s message and this one.'),
      messageType: oneOf(messageTypes, 'What kind of message it is.'),
      ...placed,
    },
  }),
  MessageEdited: eventType({
    topic,
    about: 'A message of a person was changed by who wrote it; the log has the new text.',
    key: 'chat',
    identify: data => data.edit,
    data: {
      chat: aChat('Where it stands.'),
      message: aMessage('The message that was changed.'),
      edit: aMessage('The edit.'),
      by: aMember('Who changed it.'),
    },
  }),
  MessageRedacted: eventType({
    topic,
    about: 'A message was taken back; what was said is forgotten.',
    key: 'chat',
    identify: data => data.message,
    data: {
      chat: aChat('Where it stood.'),
      message: aMessage('The message that was taken back.'),
      by: aMember('Who took it back.'),
    },
  }),
  DeliveryFailed: eventType({
    topic,
    about: 'The chat network does not take a message of an agent, and will not take it later; it was dropped.',
    key: 'chat',
    identify: data => `${data.turn}/${data.part}`,
    data: {
      chat: aChat('Where it was to be sent.'),
      agent: anAgent('Who was to send it.'),
      turn: aTurn('The turn that made it.'),
      part: aNumber('Which of the messages of the turn, from 0.'),
      code: aFact('Why: a code of docs/errors.md.'),
    },
  }),
};
