import { agentsIn } from '../rooms/room-view.ts';
import type { Command } from './command.ts';

export const agents: Command = {
  name: 'agents',
  usage: '!agents',
  summary: 'Tells which agents are in this room, and what they are good at.',
  async run({ scene, reply }) {
    const here = agentsIn(scene.parley, scene.chat).filter(agent => agent.role === 'agent');
    if (here.length === 0) return reply('No agent is in this room. Invite one like a person.');
    const lines = here.map(agent => `- **${agent.name}**: ${agent.description.trim()}`);
    return reply(lines.join('\n'));
  },
};
