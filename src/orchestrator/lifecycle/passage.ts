import type { Agent, Passage } from '../../core/agent.ts';
import type { AgentId } from '../../core/ids.ts';
import { step } from '../../telemetry/step.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { introduction } from './introduce-steps.ts';
import type { Step } from './passage-step.ts';
import { provisionAgents } from './provision-agents.ts';
import { retirement } from './retire-steps.ts';

const lookAgainMs = 500;

const steps: Readonly<Record<Passage['kind'], Partial<Readonly<Record<Passage['step'], Step>>>>> = {
  introduction,
  retirement,
};

/**
 * Brings an agent on its way in or out to the end of it, as far as nothing has to be waited for; of any other the account is brought up to
 * date. May be repeated.
 */
export async function workPassage(parley: Installation, id: AgentId): Promise<void> {
  for (;;) {
    const agent = await parley.store.collection('agents').get(id);
    if (agent !== null) parley.service.take(agent);
    if (agent === null || agent.status === 'retired') return;
    const passage = agent.passage ?? null;
    if (passage === null) return showAsItIs(parley, agent);
    const result = (await steps[passage.kind][passage.step]?.(parley, agent, passage)) ?? 'end';
    if (result === 'done') return;
    if (result === 'wait') {
      parley.clock.after(lookAgainMs, () => parley.queue.wake(topics.passages, id));
      return;
    }
    await advance(parley, id, passage, result);
    step('passage.advanced');
  }
}

/** Its name and picture may have changed; where they have not, that costs no request. */
async function showAsItIs({ store, bridges }: Installation, agent: Agent): Promise<void> {
  for (const bridge of bridges.values()) await provisionAgents(store, bridge, [agent]);
}

/** Notes the next step, unless the agent is on another way by now. */
async function advance({ store }: Installation, id: AgentId, passage: Passage, next: Passage['step']): Promise<void> {
  await change(store.collection('agents'), id, agent =>
    agent.passage?.since === passage.since && agent.passage.kind === passage.kind
      ? { ...agent, passage: { ...agent.passage, step: next } }
      : agent,
  );
}

/** Wakes the agents that were on their way in or out when the process ended. */
export function wakePassages({ agents, queue }: Pick<Installation, 'agents' | 'queue'>): void {
  for (const agent of agents.values()) if (agent.passage) queue.wake(topics.passages, agent._id);
}
