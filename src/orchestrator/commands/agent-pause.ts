import { z } from 'zod';
import { agent } from '../../core/command/parameters.ts';
import { pauseAgent } from '../lifecycle/change-agent.ts';
import { ruleAgent } from './agent-answer.ts';
import { command } from './command.ts';

export const agentPause = command({
  name: 'agent pause',
  summary: 'Pauses an agent: it stays in its rooms and answers nobody until it is resumed.',
  needs: 'command',
  parameters: z.object({ agent: agent('The agent.') }),
  example: 'agent pause @Ada',
  async run({ agent: id }, call) {
    return ruleAgent(call, { id, command: 'agent pause' }, async ({ name }) => {
      await pauseAgent(call.scene.parley, { agent: id, by: call.message.from });
      return `**${name}** is paused, and answers again after \`${call.prefix}agent resume ${id}\`.`;
    });
  },
});
