import { z } from 'zod';
import type { Agent } from '../../core/agent.ts';
import { agent } from '../../core/command/parameters.ts';
import { mayRule } from '../lifecycle/agent-rights.ts';
import { statusNow } from '../manifest/status-now.ts';
import { command } from './command.ts';

export const agentShow = command({
  name: 'agent show',
  summary: 'Shows an agent: what it is for, what it does now, and what it can.',
  needs: 'command',
  parameters: z.object({ agent: agent('The agent.') }),
  example: 'agent show @Ada',
  async run({ agent: id }, { scene, message, reply }) {
    const found = scene.parley.agents.get(id);
    if (found === undefined) return reply('There is no such agent any more.');
    const { status, doing } = await statusNow(scene.parley, found);
    const lines = [
      `**${found.name}** (\`${id}\`): ${found.description.trim()}`,
      `- Status: ${doing ?? status}`,
      ...line('Skills', found.resources.skills.join(', ')),
      ...line('Tools', found.resources.tools.join(', ')),
      ...line('Tools for tasks', found.resources.workTools?.join(', ') ?? 'all'),
      ...line('Models', found.model.join(', ') || 'as the configuration says'),
      ...line('Owner', found.owner ?? ''),
      `- From: ${found.source === 'command' ? 'a command' : 'a file of the configuration'}`,
      ...(mayRule(message.from, found, scene.parley) ? line('Instructions', short(found.instructions)) : []),
    ];
    return reply(lines.join('\n'));
  },
});

const line = (what: string, value: string): string[] => (value === '' ? [] : [`- ${what}: ${value}`]);

/** Of the instructions the beginning tells which they are. */
const short = (instructions: Agent['instructions']): string => {
  const plain = instructions.replace(/\s+/gu, ' ').trim();
  return plain.length <= 300 ? plain : `${plain.slice(0, 299)}…`;
};
