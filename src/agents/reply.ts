import { setTimeout as sleep } from 'node:timers/promises';
import { ParleyError } from '../core/errors.ts';
import type { ReplyPiece, ReplyRequest } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';
import { type AnswerTask, answer } from './answer.ts';
import { type Failure, toFailure } from './failures/failure.ts';
import type { RuntimeLimits } from './limits.ts';
import type { ModelSource } from './models/source.ts';
import { newProgress, type Progress } from './progress.ts';
import { buildPrompt } from './prompts/prompt.ts';
import { nextTry } from './recovery.ts';
import { tellCall } from './tell-call.ts';

export interface ReplyTask {
  readonly request: ReplyRequest;
  /** The models to try, in this order. */
  readonly chain: readonly ModelSource[];
  readonly limits: RuntimeLimits;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** How one model is asked; left out: for a whole answer. */
  readonly ask?: (task: AnswerTask) => AsyncGenerator<ReplyPiece>;
}

/**
 * The answer of the first model that gives one. The failure that people read is the one of the model that they were to get. A model that declines
 * for what was asked is not replaced by a more willing one.
 */
export async function* reply(task: ReplyTask): AsyncGenerator<ReplyPiece> {
  let failed: Failure | undefined;
  for (const source of task.chain) {
    const failure = yield* fromModel(task, source);
    if (failure === null) return;
    failed ??= failure;
    if (failure.trouble === 'policy') break;
  }
  throw (
    failed?.error ?? new ParleyError('MODEL_UNREACHABLE', 'No model is configured. Ask whoever runs Parley to set one.')
  );
}

/**
 * Gives null when the model answered, and throws when it failed after it had begun: then what stands in the room is its answer, or a tool has done
 * its work for it. A failure behind a tool's result is tried again from there: no tool is called twice.
 */
async function* fromModel(task: ReplyTask, source: ModelSource): AsyncGenerator<ReplyPiece, Failure | null> {
  const { request, limits, log, signal, ask = answer } = task;
  const { contextMessages } = limits;
  const progress = newProgress(limits.replyBytes);
  for (let attempt = 0; ; attempt += 1) {
    const { rounds } = progress;
    const told = tellCall(source.config.id, progress);
    const images = source.config.capabilities.includes('images');
    const wanted = { contextTokens: source.contextTokens, contextMessages, images };
    const prompt = await buildPrompt(request, wanted, signal);
    try {
      yield* ask({ request, prompt, source, progress, log, signal });
      told('answered');
      return null;
    } catch (error) {
      if (signal.aborted) told('broken off');
      signal.throwIfAborted();
      if (progress.rounds > rounds) attempt = 0;
      const failure = describeFailure(task, { source, error, begun: progress.givenNow });
      told(failure.trouble);
      if (progress.givenNow) throw failure.error;
      const wait = nextTry({ source, failure, attempt, promptTokens: prompt.tokens }, limits);
      if (wait === null) return endedBy(failure, progress);
      await pause(wait, signal);
    }
  }
}

function endedBy(failure: Failure, { given, rounds }: Progress): Failure {
  if (given || rounds > 0) throw failure.error;
  return failure;
}

interface Failing {
  readonly source: ModelSource;
  readonly error: unknown;
  readonly begun: boolean;
}

function describeFailure({ log, request }: ReplyTask, { source, error, begun }: Failing): Failure {
  const { config, secrets } = source;
  const failure = toFailure(error, { modelName: config.model ?? config.name, secrets, begun });
  const { trouble, status, codes } = failure;
  log.warn(
    { model: config.id, agent: request.agent._id, trouble, status, codes, begun, err: failure.error },
    'A model failed',
  );
  return failure;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}
