import { agentId, agentMember } from '../../core/ids.ts';
import type { TaskStep } from '../../core/tasks/task-step.ts';
import type { StepRequest } from '../../ports/agent-runtime.ts';
import type { Tool } from '../../ports/tool.ts';
import type { Working } from '../working.ts';
import { briefOf } from './brief.ts';
import { calledNothing, nudge, roundsOf } from './steps-of.ts';

/** Whoever briefs an agent is nobody in the room. */
const briefing = agentMember(agentId('task'));

/** What a model gets for the next step. It begins with the same bytes in every step of a run, and grows at its end. */
export function stepRequest(
  working: Working,
  given: {
    readonly steps: readonly TaskStep[];
    readonly heard: readonly string[];
    readonly tools: readonly Tool[];
    /** What the agent has kept in former tasks. */
    readonly remembered: readonly string[];
  },
): StepRequest {
  const { task, agent } = working;
  const brief = {
    from: briefing,
    name: 'Parley',
    text: briefOf(working, given.remembered),
    images: [],
    timestamp: task.createdAt,
  };
  return {
    agent,
    chat: { kind: 'private', name: null, topic: null, members: [] },
    conversation: [brief],
    answering: null,
    tools: given.tools,
    done: roundsOf(given.steps),
    heard: [...(calledNothing(given.steps.at(-1)) ? [nudge] : []), ...given.heard],
  };
}
