import { ParleyError } from '../core/errors.ts';
import type { ReplyPiece, StepAnswer, StepRequest } from '../ports/agent-runtime.ts';
import type { AnswerTask } from './answer.ts';
import { ModelTrouble } from './failures/failure.ts';
import type { ModelSource } from './models/source.ts';
import { workMessages } from './prompts/work.ts';
import { type ReplyTask, reply } from './reply.ts';
import { type RoundEnd, round } from './round.ts';
import { specsOf, type ToolSpec } from './tools/specs.ts';

type StepTask = Omit<ReplyTask, 'request' | 'ask'> & { readonly request: StepRequest };

/** What one model said and called. */
interface Taken {
  readonly end: RoundEnd;
  readonly source: ModelSource;
  readonly usage: AnswerTask['progress']['usage'];
}

/** Those that can call tools. */
export const ableToStep = (chain: readonly ModelSource[]): readonly ModelSource[] =>
  chain.filter(({ config }) => config.capabilities.includes('tools'));

/** One call of the first model that can call tools and answers. What came before a failure stands nowhere, so the next one may be asked. */
export async function step(task: StepTask): Promise<StepAnswer> {
  const chain = ableToStep(task.chain);
  if (chain.length === 0 && task.request.tools.length > 0) throw noTools(task.request.agent.name);
  const specs = await specsOf(task.request.tools);
  const found: { taken: Taken | null } = { taken: null };
  const ask = (asked: AnswerTask) =>
    once(asked, { specs, request: task.request }, taken => {
      found.taken = taken;
    });
  for await (const _ of reply({ ...task, chain, ask }));
  return answerOf(found.taken, task.request.done.length);
}

async function* once(
  asked: AnswerTask,
  { specs, request }: { readonly specs: readonly ToolSpec[]; readonly request: StepRequest },
  onTaken: (taken: Taken) => void,
): AsyncGenerator<ReplyPiece> {
  const { progress, prompt, source } = asked;
  progress.exchange.splice(0, progress.exchange.length, ...workMessages(request, source.contextTokens - prompt.tokens));
  try {
    const end = yield* round({ ...asked, specs });
    if (end.text.trim() === '' && end.called.calls(0).length === 0)
      throw new ModelTrouble('empty', `It said and called nothing (finish: ${end.finish ?? 'none'}).`);
    onTaken({ end, source, usage: progress.usage });
  } finally {
    progress.given = false;
    progress.givenNow = false;
  }
}

function answerOf(taken: Taken | null, rounds: number): StepAnswer {
  if (taken === null) throw new ParleyError('MODEL_EMPTY', 'The model answered with nothing.', { retry: true });
  const { end, source, usage } = taken;
  return {
    text: end.text.trim(),
    calls: end.called.calls(rounds),
    extras: { ...end.called.extras },
    usage: { model: source.config.id, inputTokens: usage.input, outputTokens: usage.output },
  };
}

const noTools = (agent: string): ParleyError =>
  new ParleyError(
    'MODEL_WITHOUT_TOOLS',
    `No model of ${agent} can call tools, which tasks need. Give it one, and say so in its entry under \`models\` of config/parley.yaml: \`capabilities: [text, chat, tools]\`. The built-in demo model can’t.`,
  );
