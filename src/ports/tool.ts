import type { z } from 'zod';

/**
 * Something that a model may do in the middle of its answer. Whoever answers validates the input by `parameters` before `run` gets it; what the model
 * sends is hostile all the same: a schema says what it looks like, never what the agent may do.
 */
export interface Tool {
  /** What the model calls it: lower case letters, digits and underscores, at most 64. */
  readonly name: string;
  /** For the model: what it does, when to use it, what comes back. The same bytes in every request, as all of a prompt's beginning. */
  readonly description: string;
  /** An object; each field with a description. */
  readonly parameters: z.ZodType;
  /** How long it may take, in milliseconds; left out: 30 seconds. */
  readonly limitMs?: number;
  /**
   * Does it, and gives the text that the model reads. What can't be done is a text, too: what happened, and what to do instead. Whatever
   * is thrown is told to the model as a failure in one plain sentence, except the signal's own reason. Aborting `signal` ends the work at once:
   * the answer is not wanted any more, or the time is up.
   */
  run(input: unknown, signal: AbortSignal): Promise<string>;
}

/** A tool whose `run` gets what its schema makes of the input. */
export const tool = <Schema extends z.ZodType>(
  given: Omit<Tool, 'parameters' | 'run'> & {
    readonly parameters: Schema;
    run(input: z.output<Schema>, signal: AbortSignal): Promise<string>;
  },
): Tool => given as Tool;
