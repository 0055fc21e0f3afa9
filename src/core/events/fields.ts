import { z } from 'zod';
import type { AgentId, ChatId, MemberId, MessageId, TaskId, TurnId } from '../ids.ts';

/** The fields that the data of events is made of. Ids and short facts: never what somebody wrote, never a secret. */
const id = <Id extends string>(about: string): z.ZodType<Id> =>
  z.string().min(1).max(2_000).describe(about) as unknown as z.ZodType<Id>;

export const aChat = (about: string) => id<ChatId>(about);
export const anAgent = (about: string) => id<AgentId>(about);
export const aMember = (about: string) => id<MemberId>(about);
export const aMessage = (about: string) => id<MessageId>(about);
export const aCause = (about: string) => id<MessageId | TurnId>(about);
export const aTurn = (about: string) => id<TurnId>(about);

export const aTask = (about: string) => id<TaskId>(about);

/** The longest fact that is no id. */
export const longestFact = 200;

/** A word or a short line of ours: a name of a command, a reason. */
export const aFact = (about: string) => z.string().max(longestFact).describe(about);

export const oneOf = <const Words extends readonly string[]>(words: Words, about: string) =>
  z.enum(words).describe(about);

export const aNumber = (about: string) => z.number().describe(about);
export const yesOrNo = (about: string) => z.boolean().describe(about);

/** Null is a value like any other; what it means stands in the description. */
export const orNull = <S extends z.ZodType>(schema: S) => {
  const about = schema.description;
  return about === undefined ? schema.nullable() : schema.nullable().describe(about);
};

/** A short list of names of fields or options. */
export const names = (about: string) => z.array(aFact('A name.')).max(100).describe(about);

/** A longer fact, cut so that it fits. */
export const cutFact = (text: string): string =>
  text.length <= longestFact ? text : `${text.slice(0, longestFact - 1)}…`;
