import { z } from 'zod';
import { eventType } from './event-type.ts';
import { aChat, aFact, aMember, aMessage, aNumber, anAgent, orNull, yesOrNo } from './fields.ts';

const topic = 'System';

const command = {
  chat: aChat('Where it was said.'),
  message: aMessage('The message or reaction that it stands in.'),
  by: aMember('Who asked for it.'),
  command: aFact('Its name: “floor strategy”.'),
};

const invitation = {
  chat: aChat('Where the agent is invited to.'),
  agent: anAgent('The agent.'),
  by: orNull(aMember('Who invites; null: not known.')),
  version: aNumber('The version of the agent’s document of this chat that has the invitation.'),
};

const budget = {
  budget: aFact('Which one: “agent:ada”, “room:…”, “installation:all”.'),
  period: aFact('What it is for: a day, a month.'),
  unit: z.enum(['tokens', 'money']).describe('What it counts.'),
  limit: aNumber('How much there is.'),
  used: aNumber('How much is used or reserved.'),
};

/** What is done to Parley itself: commands, invitations, power, budgets. */
export const systemEvents = {
  CommandRun: eventType({
    topic,
    about: 'A command was carried out.',
    key: 'chat',
    identify: data => `${data.message}/${data.command}`,
    data: {
      ...command,
      administrative: yesOrNo('Whether not everybody may do it.'),
      result: aFact('What came of it, in a word or a few.'),
    },
  }),
  CommandRefused: eventType({
    topic,
    about: 'Somebody asked for what they may not do.',
    key: 'chat',
    identify: data => `${data.message}/${data.command}`,
    data: { ...command, needs: aFact('What they would need to be allowed.') },
  }),
  InvitationAccepted: eventType({
    topic,
    about: 'An agent came into a room that it was invited to.',
    key: 'chat',
    identify: data => `${data.chat}/${data.agent}/${data.version}`,
    data: invitation,
  }),
  InvitationDeclined: eventType({
    topic,
    about: 'An agent stays out of a room that it was invited to.',
    key: 'chat',
    identify: data => `${data.chat}/${data.agent}/${data.version}`,
    data: { ...invitation, why: z.enum(['not allowed', 'gone']).describe('“gone”: it does not hold any more.') },
  }),
  PowerChanged: eventType({
    topic,
    about: 'Parley changed who may send in a room of a chat network.',
    key: 'chat',
    identify: data => `${data.chat}/${data.change}`,
    data: {
      chat: aChat('The room.'),
      by: anAgent('The agent that changed it.'),
      change: aFact('Names this change: the same when it is published again.'),
      sendLevel: orNull(aNumber('The level that sending needs now; null: as it was.')),
      levels: z
        .array(z.strictObject({ member: aMember('Whose.'), level: orNull(aNumber('The level; null: the default.')) }))
        .max(100)
        .describe('The levels of members that are others now.'),
    },
  }),
  BudgetNoted: eventType({
    topic,
    about: 'So much of a budget is used that people were told.',
    key: 'budget',
    identify: data => `${data.budget}/${data.period}/${data.percent}`,
    data: { ...budget, percent: aNumber('How much of it is used.') },
  }),
  BudgetSpent: eventType({
    topic,
    about: 'A budget is used up, and an answer was refused for it.',
    key: 'budget',
    identify: data => `${data.budget}/${data.period}/${data.cause}`,
    data: { ...budget, cause: aFact('The turn that was refused.') },
  }),
};
