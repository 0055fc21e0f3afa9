import { z } from 'zod';

const part = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });

/** What `/status` tells, and `npx parley status` shows. Times in milliseconds since 1970. */
export const statusSchema = z.object({
  version: z.string(),
  pid: z.number(),
  startedAt: z.number(),
  now: z.number(),
  ready: z.boolean(),
  phase: z.enum(['starting', 'running', 'stopping']),
  /** The store, the homeserver and what else must be there. */
  parts: z.array(part),
  models: z.array(part),
  /** How many agents have each status. */
  agents: z.record(z.string(), z.number()),
  /** Rooms that are known; `more`: there are still others. */
  rooms: z.object({ known: z.number(), more: z.boolean() }),
  queues: z.array(z.object({ topic: z.string(), waiting: z.number(), running: z.number(), oldestMs: z.number() })),
  /** What answers took since `since`, as far as this process knows. */
  today: z.object({
    day: z.string(),
    since: z.number(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    cost: z.number(),
    currency: z.string(),
  }),
  /** The latest first. */
  errors: z.array(
    z.object({
      code: z.string(),
      level: z.enum(['warn', 'error']),
      count: z.number(),
      lastAt: z.number(),
      message: z.string(),
    }),
  ),
});

export type Status = Readonly<z.infer<typeof statusSchema>>;
