import { z } from 'zod';
import { agent } from '../../core/command/parameters.ts';
import { retireAgent } from '../lifecycle/change-agent.ts';
import { ruleAgent } from './agent-answer.ts';
import { command } from './command.ts';

export const agentRetire = command({
  name: 'agent retire',
  summary: 'Retires an agent: it ends what it has begun, says goodbye and leaves; what it said stays.',
  needs: 'command',
  parameters: z.object({ agent: agent('The agent.') }),
  example: 'agent retire @Ada',
  async run({ agent: id }, call) {
    const { scene, message } = call;
    return ruleAgent(call, { id, command: 'agent retire' }, async ({ name }) => {
      await retireAgent(scene.parley, { agent: id, by: message.from, room: scene.chat._id });
      return `**${name}** ends what it has begun, says goodbye where it has spoken, and leaves.`;
    });
  },
});
