import { estimateTokens } from '../core/tokens.ts';
import type { Estimate, ReplyRequest, StepRequest } from '../ports/agent-runtime.ts';
import type { AnswerSizes } from './answer-sizes.ts';
import type { RuntimeLimits } from './limits.ts';
import type { ModelSource } from './models/source.ts';
import { measure } from './prompts/prompt.ts';
import { tokensOfWork } from './prompts/work.ts';

/** How many tokens the answer of the first model may take; without any model nothing. */
export function estimateReply(
  request: ReplyRequest | StepRequest,
  given: { readonly chain: readonly ModelSource[]; readonly limits: RuntimeLimits; readonly sizes: AnswerSizes },
): Estimate {
  const [source] = given.chain;
  if (source === undefined) return { model: '', inputTokens: 0, outputTokens: 0 };
  const { id, capabilities, maxTokens } = source.config;
  const { tokens } = measure(request, {
    contextTokens: source.contextTokens,
    contextMessages: given.limits.contextMessages,
    images: capabilities.includes('images'),
  });
  const done = 'done' in request ? tokensOfWork(request, source.contextTokens - tokens) : 0;
  const inputTokens = tokens + done + (capabilities.includes('tools') ? tokensOfTools(request) : 0);
  return { model: id, inputTokens, outputTokens: maxTokens ?? given.sizes.expected(id) };
}

/** Names, descriptions and parameters, which stand in the request; parameters take about as much as their description. */
const tokensOfTools = ({ tools }: ReplyRequest): number =>
  tools.reduce((sum, { name, description }) => sum + estimateTokens(name + description) * 2, 0);
