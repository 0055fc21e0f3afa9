import { z } from 'zod';
import { type AgentId, agentOf, type MemberId } from '../ids.ts';

/** What kind of value a parameter of a command takes; a chat network with commands of its own has a field for each. */
export type ParameterType = 'word' | 'text' | 'choice' | 'number' | 'duration' | 'member' | 'agent';

export interface ParameterAbout {
  readonly type: ParameterType;
  /** One line for people. */
  readonly description: string;
  /** All that may stand there, for a choice. */
  readonly choices?: readonly string[];
  /** The word that may stand behind a number: `3 messages`. */
  readonly unit?: string;
  /** Whether people are not told of it. */
  readonly hidden?: true;
}

/** What the schema of each parameter stands for. The schemas take texts, as `readArguments` cuts them, and give values. */
const aboutParameters = z.registry<ParameterAbout>();

/** The parameters of a command, in the order in which they are written. One that may be left out is `optional()`. */
export type Parameters = z.ZodObject<Record<string, z.ZodType>>;

export interface Parameter extends ParameterAbout {
  readonly name: string;
  readonly required: boolean;
}

/** The parameters in order, with what each stands for. */
export const parametersOf = (schema: Parameters): Parameter[] =>
  Object.entries(schema.shape).map(([name, field]) => {
    const inner = field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field;
    const about = aboutParameters.get(inner);
    if (about === undefined) throw new TypeError(`The parameter ${name} is none of src/core/command/parameters.ts.`);
    return { name, required: inner === field, ...about };
  });

/** One word, or several in quotes. */
export const word = (description: string) =>
  z.string().min(1).max(200).register(aboutParameters, { type: 'word', description });

/** The rest of the message. Only as the last parameter. */
export const text = (description: string) =>
  z.string().min(1).max(20_000).register(aboutParameters, { type: 'text', description });

/** Whatever is written behind a command that takes nothing: who is in a hurry is not to be taught how to write it. */
export const anything = () =>
  z.string().register(aboutParameters, { type: 'text', description: 'It changes nothing.', hidden: true }).optional();

/** One of a few words, of which the beginning is enough where it tells. */
export const choice = <const Names extends readonly [string, ...string[]]>(names: Names, description: string) =>
  z.enum(names).register(aboutParameters, { type: 'choice', description, choices: names });

/** A whole number, perhaps with its unit behind it. */
export const number = (
  { least, most, unit }: { readonly least: number; readonly most: number; readonly unit?: string },
  description: string,
) =>
  z
    .string()
    .transform(Number)
    .pipe(z.int('a whole number').min(least, `at least ${least}`).max(most, `at most ${most}`))
    .register(aboutParameters, { type: 'number', description, ...(unit === undefined ? {} : { unit }) });

/** What a time looks like at the start of a text. */
export const timePattern =
  /^(?:\d{1,9}(?:\.\d{1,3})?\s?(?:seconds?|secs?|minutes?|mins?|hours?|days?|[smhd])(?!\p{L})\s?){1,5}(?=\s|$)/iu;

/** A time such as `90s`, `5 min` or `1h30m`; in seconds. */
export const duration = ({ least, most }: { readonly least: number; readonly most: number }, description: string) =>
  z
    .string()
    .regex(timePattern, 'a time such as `90s`, `5m` or `1h`')
    .transform(secondsOf)
    .pipe(
      z
        .number()
        .min(least, `at least ${spokenTime(least)}`)
        .max(most, `at most ${spokenTime(most)}`),
    )
    .register(aboutParameters, { type: 'duration', description });

/** Somebody of the room: an agent or a person. */
export const member = (description: string) =>
  z.custom<MemberId>(isMember).register(aboutParameters, { type: 'member', description });

/** One of our agents, in the room or not. */
export const agent = (description: string) =>
  z
    .custom<MemberId>(isMember)
    .transform((id, context): AgentId => {
      const found = agentOf(id);
      if (found === null) context.addIssue({ code: 'custom', message: 'expected an agent' });
      return found ?? ('' as AgentId);
    })
    .register(aboutParameters, { type: 'agent', description });

const isMember = (value: unknown): boolean => typeof value === 'string' && value.includes(':');

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function secondsOf(time: string): number {
  const parts = time.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s?([smhd])/g);
  return [...parts].reduce((sum, [, count, unit = 's']) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0);
}

const spokenUnits = [
  ['days', 86_400, 2],
  ['h', 3_600, 1],
  ['min', 60, 2],
] as const;

/** A number of seconds for people: `90 s`, `5 min`, `2 h`. */
export function spokenTime(seconds: number): string {
  const fits = spokenUnits.find(([, size, least]) => seconds >= least * size && seconds % size === 0);
  return fits === undefined ? `${seconds} s` : `${seconds / fits[1]} ${fits[0]}`;
}
