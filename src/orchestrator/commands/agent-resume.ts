import { z } from 'zod';
import { agent } from '../../core/command/parameters.ts';
import { resumeAgent } from '../lifecycle/change-agent.ts';
import { ruleAgent } from './agent-answer.ts';
import { command } from './command.ts';

export const agentResume = command({
  name: 'agent resume',
  summary: 'Lets an agent that is paused answer again.',
  needs: 'command',
  parameters: z.object({ agent: agent('The agent.') }),
  example: 'agent resume @Ada',
  async run({ agent: id }, call) {
    return ruleAgent(call, { id, command: 'agent resume' }, async ({ name }) => {
      await resumeAgent(call.scene.parley, { agent: id, by: call.message.from });
      return `**${name}** answers again.`;
    });
  },
});
