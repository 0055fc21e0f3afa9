import { estimateTokens } from '../../core/tokens.ts';
import type { StepRequest, WorkRound } from '../../ports/agent-runtime.ts';
import type { ToolMessage } from './prompt.ts';

/** Of a result that does not fit any more: enough to know what it was. */
const shortResult = 300;
/** So much of the context may be taken by what is done, however long the rest is. */
const leastTokens = 2_000;

/** What is done of the work, as a model gets it: the newest whole, of older results the beginning, so that it fits into so many tokens. */
export function workMessages({ done, heard }: Pick<StepRequest, 'done' | 'heard'>, mostTokens: number): ToolMessage[] {
  let left = Math.max(leastTokens, mostTokens) - estimateTokens(heard.join('\n'));
  const fitted: WorkRound[] = [];
  for (const round of done.toReversed()) {
    const whole = sizeOf(round);
    const kept = whole <= left ? round : shortened(round);
    left -= sizeOf(kept);
    fitted.unshift(kept);
  }
  return [...fitted.flatMap(messagesOf), ...said(heard)];
}

/** About how many tokens that takes. */
export const tokensOfWork = (request: Pick<StepRequest, 'done' | 'heard'>, mostTokens: number): number => {
  const whole = request.done.reduce((sum, round) => sum + sizeOf(round), 0);
  return Math.min(whole + estimateTokens(request.heard.join('\n')), Math.max(leastTokens, mostTokens));
};

const sizeOf = ({ heard, text, calls }: WorkRound): number =>
  estimateTokens([...heard, text, ...calls.flatMap(({ input, result }) => [JSON.stringify(input), result])].join('\n'));

function shortened(round: WorkRound): WorkRound {
  const cut = (text: string): string =>
    text.length <= shortResult ? text : `${text.slice(0, shortResult)}\n[… the rest is left out …]`;
  return {
    ...round,
    text: cut(round.text),
    calls: round.calls.map(call => ({ ...call, input: shortInput(call.input), result: cut(call.result) })),
  };
}

function shortInput(input: WorkRound['calls'][number]['input']): WorkRound['calls'][number]['input'] {
  if (input === null) return null;
  const short = (value: unknown): unknown =>
    typeof value === 'string'
      ? value.slice(0, shortResult)
      : JSON.stringify(value).length > shortResult
        ? '[left out]'
        : value;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, short(value)]));
}

function messagesOf({ heard, text, extras, calls }: WorkRound): ToolMessage[] {
  const called: ToolMessage[] = calls.map(({ id, name, result }) => ({
    role: 'tool',
    content: result,
    tool_call_id: id,
    name,
  }));
  const ai: ToolMessage = {
    role: 'ai',
    content: text === '' && calls.length === 0 ? '(nothing)' : text,
    additional_kwargs: { ...extras },
    tool_calls: calls.map(({ id, name, input }) => ({ id, name, args: { ...input } })),
  };
  return [...said(heard), ai, ...called];
}

const said = (heard: readonly string[]): ToolMessage[] =>
  heard.length === 0 ? [] : [{ role: 'human', content: heard.join('\n\n') }];
