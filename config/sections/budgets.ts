import { z } from 'zod';
import { isTimeZone } from '../../src/core/budget/day.ts';
import { about } from '../about.ts';

/** `200000`, or `{tokens: 200000, money: 5}`. */
const limit = z.union(
  [
    z.int().min(0),
    z.strictObject({ tokens: z.int().min(0).optional(), money: z.number().min(0).max(1_000_000_000).optional() }),
  ],
  { error: 'a number of tokens, or such as {tokens: 200000, money: 5}' },
);

const limits = (description: string, example: Readonly<Record<string, unknown>>) =>
  z.record(z.string().min(1), limit).default({}).register(about, { description, example });

type Limit = z.infer<typeof limit> | null;

function limitsMoney(
  section: { perDay: Limit } & Record<'agents' | 'rooms' | 'people', Record<string, Limit>>,
): boolean {
  const { perDay, agents, rooms, people } = section;
  const all = [perDay, ...[agents, rooms, people].flatMap(Object.values<Limit>)];
  return all.some(one => typeof one === 'object' && one?.money !== undefined);
}

const price = z.strictObject({
  model: z.string().min(1),
  input: z.number().min(0).max(1_000_000),
  output: z.number().min(0).max(1_000_000),
});

export const budgetsSection = z
  .strictObject({
    perDay: limit
      .nullable()
      .default(null)
      .register(about, {
        description: 'Of the whole installation: tokens, or {tokens: …, money: …}.',
        example: { tokens: 5_000_000, money: 20 },
      }),
    agents: limits('Of each agent, by its id; `default` is for all others.', { default: 500_000, ada: 1_000_000 }),
    rooms: limits('Of each room, by its id on the chat network; `default` is for all others.', {
      default: 300_000,
      '!lobby:example.org': 1_000_000,
    }),
    people: limits(
      'Of each person, by user id, pattern or server as under `access`. An id goes before patterns, the pattern that says most before others, `default` is for all others.',
      { default: 20_000, '*:{homeserver}': 200_000 },
    ),
    timeZone: z.string().refine(isTimeZone, 'a time zone such as Europe/Berlin').default('UTC').register(about, {
      description: 'Where it is midnight when a new day begins, such as Europe/Berlin.',
    }),
    currency: z.string().trim().min(1).max(10).default('USD').register(about, {
      description: 'Of limits of money and of prices: a label, nothing is converted.',
    }),
    prices: z
      .array(price)
      .max(1000)
      .default([])
      .register(about, {
        description:
          'What a million tokens of requests and of answers cost, by id or name of the model, or by a pattern. The one that says most ' +
          'counts; a model without a price is free.',
        example: [{ model: 'gpt-5*', input: 1.25, output: 10 }],
      }),
  })
  .refine(section => section.prices.length > 0 || !limitsMoney(section), {
    path: ['prices'],
    error: 'at least one price, as there is a limit of money',
  })
  .prefault({})
  .register(about, {
    description:
      'How much may be used in a day. What is not set here has no limit. Tokens of requests and of answers count alike. ' +
      '`!budget` shows what is used, and admins change limits with it while Parley runs.',
  });
