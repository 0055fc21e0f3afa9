import { byteLimit, type Limit } from './output/limit.ts';
import type { ToolMessage } from './prompts/prompt.ts';
import { type Tally, tally } from './tally.ts';

/** How far an answer is: what outlives a call of the model that failed. */
export interface Progress {
  /** The calls of tools so far, and their results, as the model gets them. */
  readonly exchange: ToolMessage[];
  readonly limit: Limit;
  readonly usage: Tally;
  /** Rounds of calls. */
  rounds: number;
  /** Whether a text was given out: in the whole answer, and in the round that is under way. */
  given: boolean;
  givenNow: boolean;
}

export const newProgress = (replyBytes: number): Progress => ({
  exchange: [],
  limit: byteLimit(replyBytes),
  usage: tally(),
  rounds: 0,
  given: false,
  givenNow: false,
});
