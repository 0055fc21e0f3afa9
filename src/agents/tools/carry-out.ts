import type { Log } from '../../ports/log.ts';
import { runCall } from '../../ports/run-call.ts';
import type { Tool, ToolCall } from '../../ports/tool.ts';
import type { Progress } from '../progress.ts';
import type { CallCollector } from './call.ts';

interface Calling {
  readonly tools: readonly Tool[];
  /** The round in which they were called. */
  readonly said: { readonly text: string; readonly called: CallCollector };
  readonly progress: Progress;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const mostRounds = 8;
const mostCalls = 8;

/**
 * Carries out what a model called in one round, one call after the other, and notes it for the next. The round behind the last one gets no
 * results but the request to answer; false where the model calls on all the same.
 */
export async function carryOut(calls: readonly ToolCall[], calling: Calling): Promise<boolean> {
  const { said, progress } = calling;
  if (progress.rounds > mostRounds) return false;
  const results: string[] = [];
  for (const [index, call] of calls.entries()) results.push(await resultOf(call, index, calling));
  progress.rounds += 1;
  progress.exchange.push(
    {
      role: 'ai',
      content: said.text,
      additional_kwargs: said.called.extras,
      tool_calls: calls.map(({ id, name, input }) => ({ id, name, args: { ...input } })),
    },
    ...calls.map(({ id, name }, index) => ({
      role: 'tool' as const,
      content: results[index] ?? '',
      tool_call_id: id,
      name,
    })),
  );
  return true;
}

async function resultOf(call: ToolCall, index: number, calling: Calling): Promise<string> {
  if (calling.progress.rounds >= mostRounds) return 'You have called enough tools for one answer. Answer now.';
  if (index >= mostCalls) return `Not done: at most ${mostCalls} calls at a time. Call it again.`;
  return runCall(call, { ...calling, name: null });
}
