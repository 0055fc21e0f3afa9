import { z } from 'zod';
import type { AgentId, TurnId } from '../core/ids.ts';

const turn = z
  .string()
  .min(1)
  .transform(id => id as TurnId);
const agent = z
  .string()
  .min(1)
  .transform(id => id as AgentId);
const ask = z.string().min(1);
const asks = z.array(ask).max(1_000);

/** What one process tells all others at once. */
export const signalSchema = z.discriminatedUnion('type', [
  /** Whoever works on the turn is to break off. */
  z.strictObject({ type: z.literal('interrupt'), turn, why: z.enum(['stop', 'edited']) }),
  z.strictObject({ type: z.literal('turn-ended'), turn }),
  /** The agent's document has changed. */
  z.strictObject({ type: z.literal('agent-changed'), agent }),
  /** Limits of budgets were set or taken away. */
  z.strictObject({ type: z.literal('limits-changed') }),
  /** A server outside wants nothing from the account for so many milliseconds. */
  z.strictObject({
    type: z.literal('asked-to-wait'),
    server: z.string().min(1),
    account: z.string(),
    ms: z.number().nonnegative(),
  }),
  /** Somebody has to look for what a chat network never delivered. Sent again until somebody does. */
  z.strictObject({ type: z.literal('look'), ask }),
  /** A look has begun that is for these, and goes on. Sent again while it does. */
  z.strictObject({ type: z.literal('looking'), look: ask, asks }),
  /** It is done, and so much was found. */
  z.strictObject({ type: z.literal('looked'), look: ask, asks, found: z.number().int().nonnegative() }),
  /** What a chat network sent under this number is stored. */
  z.strictObject({ type: z.literal('taken'), bridge: z.string().min(1), number: z.number().int().nonnegative() }),
]);

export type Signal = z.infer<typeof signalSchema>;

/**
 * Tells the processes of an installation what cannot wait for somebody to look into the store. The store says the same, so a signal that is
 * lost costs time and nothing else.
 */
export interface Signals {
  /** Tells all other processes that listen now. Returns at once and never throws; what can't be told is lost. */
  send(signal: Signal): void;
  /** Hears what others send from now on; not what this process sends. All who listen hear all. */
  listen(hear: (signal: Signal) => void): void;
  /** Hears nothing more. May be repeated. */
  close(): Promise<void>;
}

/** For a process that has no others beside it. */
export const noSignals: Signals = { send: () => undefined, listen: () => undefined, close: async () => undefined };
