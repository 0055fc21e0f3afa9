import type { ReplyPiece, ReplyRequest } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';
import { ModelTrouble } from './failures/failure.ts';
import type { ModelSource } from './models/source.ts';
import type { Progress } from './progress.ts';
import type { Prompt } from './prompts/prompt.ts';
import { round } from './round.ts';
import { carryOut } from './tools/carry-out.ts';
import { specsOf } from './tools/specs.ts';

export interface AnswerTask {
  readonly request: ReplyRequest;
  readonly prompt: Prompt;
  readonly source: ModelSource;
  /** Where an answer that failed goes on. */
  readonly progress: Progress;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * The answer of one model: a call, and where it calls tools one more with their results, until it calls none. Throws what went wrong in the
 * words of whoever noticed it; `progress` tells then how far it got.
 */
export async function* answer(task: AnswerTask): AsyncGenerator<ReplyPiece> {
  const { source, progress, request } = task;
  const tools = source.config.capabilities.includes('tools') ? request.tools : [];
  const specs = await specsOf(tools);
  for (;;) {
    const end = yield* round({ ...task, specs });
    const calls = tools.length === 0 || progress.limit.reached ? [] : end.called.calls(progress.rounds);
    if (calls.length === 0) {
      if (!progress.given && progress.rounds === 0) throw nothingSaid(end.finish);
      break;
    }
    const goesOn = await carryOut(calls, { ...task, tools, said: end });
    if (!goesOn) break;
  }
  const { input, output } = progress.usage;
  yield { type: 'usage', usage: { model: source.config.id, inputTokens: input, outputTokens: output } };
}

const declined = /content_filter|safety|prohibited|blocklist|refusal/;

function nothingSaid(finish: string | null): ModelTrouble {
  const trouble = finish !== null && declined.test(finish) ? 'policy' : 'empty';
  return new ModelTrouble(trouble, `The stream ended without text (finish: ${finish ?? 'none'}).`);
}
