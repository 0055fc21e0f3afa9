import type { Agent } from '../../core/agent.ts';
import { isParleyError } from '../../core/errors.ts';
import type { AgentId } from '../../core/ids.ts';
import type { Decision } from '../../core/take-turns.ts';
import { mayRule } from '../lifecycle/agent-rights.ts';
import type { CommandCall } from './command.ts';
import { refuse } from './refuse.ts';

/** Answers with what came of it, or with why it can't be. */
export async function answerWith(call: CommandCall, work: () => Promise<string>): Promise<Decision> {
  try {
    return call.reply(await work());
  } catch (error) {
    if (isParleyError(error, 'AGENT_REFUSED') || isParleyError(error, 'AGENT_CHANGED'))
      return call.reply(error.message);
    throw error;
  }
}

/** The same for what only the agent's owner, and who has the right for all agents, may do. */
export async function ruleAgent(
  call: CommandCall,
  { id, command }: { readonly id: AgentId; readonly command: string },
  work: (agent: Agent) => Promise<string>,
): Promise<Decision> {
  const { scene, message, prefix } = call;
  const agent = scene.parley.agents.get(id);
  if (agent === undefined) return call.reply('There is no such agent any more.');
  if (mayRule(message.from, agent, scene.parley)) return answerWith(call, () => work(agent));
  const what = { name: command, shown: `\`${prefix}${command}\` for ${agent.name}` };
  return refuse(message, { permission: 'agents', what }, scene);
}
