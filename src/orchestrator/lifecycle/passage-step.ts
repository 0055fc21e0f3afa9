import type { Agent, Passage } from '../../core/agent.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';

/** What a step of a passage comes to: the next step, or that something has to end first, or that all is done. */
export type StepResult = Passage['step'] | 'wait' | 'done';

/** One step of an agent's way in or out. Every one may be repeated. */
export type Step = (parley: Installation, agent: Agent, passage: Passage) => Promise<StepResult>;

/** Ends the passage, unless the agent is on another way by now; gives the agent as it then stands. */
export async function endPassage(
  parley: Installation,
  { _id, passage }: Pick<Agent, '_id' | 'passage'>,
  edit: (agent: Agent) => Agent,
): Promise<Agent | null> {
  const agent = await change(parley.store.collection('agents'), _id, now =>
    now.passage && now.passage.kind === passage?.kind && now.passage.since === passage.since
      ? { ...edit(now), passage: null }
      : now,
  );
  if (agent !== null) parley.service.take(agent);
  return agent;
}
