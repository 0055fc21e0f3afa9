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
   * is thrown is told to the model as a failure in one plain sentence, except the signal's own reason; and in the work on a task two that are of its workspace:
   * at `SANDBOX_MISSING` nothing has been begun, and the call is carried out when there is something to work in; at `WORKSPACE_LOST` it is carried
   * out again, a few times, where it may be. Aborting `signal` ends the work at once:
   * the answer is not wanted any more, or the time is up. `name` names the call for ever: carried out again after a crash, it has the same, so an
   * effect that is made under an id of it is made once. Null in an answer, where after a crash the model is asked anew.
   */
  run(input: unknown, signal: AbortSignal, name: string | null): Promise<string>;
  /**
   * Whether it must not be begun a second time: nobody can tell afterwards whether the first time had its effect. In the work on a task, a call
   * that was cut by a crash is then not carried out again, and the model is told so. Left out: so it is with a call that is dangerous; any other
   * may be repeated, under the same name. False: a dangerous one may be repeated, too, as it finds out by itself whether it was done.
   */
  readonly once?: boolean;
  /**
   * What it is about to do, in a few words for people, where a person has to allow it: `sends mail to mara@example.org`. Null or left out: it
   * may be done. Only work on a task can wait for that; elsewhere such a tool is not offered. It is asked before each attempt, and has no effect.
   */
  readonly danger?: (input: unknown) => string | null | Promise<string | null>;
  /**
   * Looks, before a person is asked whether a dangerous call may be done, whether there is anything to ask, and what people should see of it beside
   * the arguments. Changes nothing, and may be repeated. Its time is limited as that of `run`.
   */
  readonly looksAhead?: (input: unknown, signal: AbortSignal) => Promise<Ahead>;
  /** It asks a person: what they say in the thread of the task is the result, and `run` is not called. */
  readonly asks?: (input: unknown) => string;
  /** Whether what it tells of is still under way: then the task waits, and the call is carried out when something happens. */
  readonly waits?: (input: unknown) => Promise<boolean>;
}

/** `no`: what the model reads instead, and nobody is asked. `shown`: plain text; whoever is asked reads it as material. */
export type Ahead = { readonly no: string } | { readonly shown: string | null };

/** A call of a tool, as the model made it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** Null where what the model sent is no JSON object. */
  readonly input: Readonly<Record<string, unknown>> | null;
}

/** A tool whose `run` gets what its schema makes of the input. */
export const tool = <Schema extends z.ZodType>(
  given: Omit<Tool, 'parameters' | 'run' | 'danger' | 'looksAhead' | 'asks' | 'waits'> & {
    readonly parameters: Schema;
    run(input: z.output<Schema>, signal: AbortSignal, name: string | null): Promise<string>;
    readonly danger?: (input: z.output<Schema>) => string | null | Promise<string | null>;
    readonly looksAhead?: (input: z.output<Schema>, signal: AbortSignal) => Promise<Ahead>;
    readonly asks?: (input: z.output<Schema>) => string;
    readonly waits?: (input: z.output<Schema>) => Promise<boolean>;
  },
): Tool => given as Tool;
