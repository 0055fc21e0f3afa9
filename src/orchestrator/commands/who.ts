import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { number } from '../../core/command/parameters.ts';
import { speakingAgent } from '../../core/floor/queue.ts';
import { agentOf } from '../../core/ids.ts';
import type { AgentCard } from '../../core/room.ts';
import type { Scene } from '../handle/handling.ts';
import { statusNow } from '../manifest/status-now.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { command } from './command.ts';

const onAPage = 10;
const mostListed = 8;

export const who = command({
  name: 'who',
  aliases: ['agents'],
  summary: 'Tells which agents are in this room, what they do now, and what they are good at.',
  needs: 'command',
  parameters: z.object({ page: number({ least: 1, most: 1_000 }, 'The page, where there are many.').optional() }),
  example: 'who 2',
  async run({ page = 1 }, { scene, reply, prefix }) {
    const here = agentsIn(scene.parley, scene.chat).filter(agent => agent.role === 'agent');
    if (here.length === 0) return reply('No agent is in this room. Invite one like a person.');
    const pages = Math.ceil(here.length / onAPage);
    const shown = Math.min(page, pages);
    const lines = await Promise.all(
      here.slice((shown - 1) * onAPage, shown * onAPage).map(agent => lineOf(agent, scene)),
    );
    const people = scene.chat.participants.filter(member => agentOf(member) === null).length;
    const foot = [
      `${here.length === 1 ? 'One agent' : `${here.length} agents`}, ${people === 1 ? 'one person' : `${people} people`}.`,
    ];
    if (pages > 1)
      foot.push(`Page ${shown} of ${pages}${shown < pages ? `: \`${prefix}who ${shown + 1}\` shows the next` : ''}.`);
    return reply([...lines, '', foot.join(' ')].join('\n'));
  },
});

async function lineOf(agent: AgentCard, scene: Scene): Promise<string> {
  const { skills, tools } = agent.resources;
  const can = [
    ...(skills.length === 0 ? [] : [`*${skills.slice(0, mostListed).map(firstOf).join(', ')}*`]),
    ...(tools.length === 0 ? [] : [`tools: ${tools.slice(0, mostListed).map(inCode).join(', ')}`]),
  ];
  const what = can.length === 0 ? '' : ` ${can.join('; ')}`;
  return `- **${agent.name}** (${await doing(agent, scene)}): ${agent.description.trim()}${what}`;
}

/** A skill may be a list of words for one thing, of which the first is enough here. */
const firstOf = (skill: string): string => (skill.split(',')[0] ?? skill).trim();

/** What the agent does now: in this room, else elsewhere. */
async function doing({ _id }: AgentCard, { floor, parley }: Scene): Promise<string> {
  if (speakingAgent(floor)?.agent === _id) return 'speaks now';
  const place = floor.queue.findIndex(speaker => speaker.kind === 'agent' && speaker.agent === _id);
  if (place >= 0) return `waits to speak, place ${place + 1}`;
  const agent = parley.agents.get(_id);
  if (agent === undefined) return 'free';
  const { status, doing } = await statusNow(parley, agent);
  return doing === null ? 'free' : [status, doing].filter(word => word !== 'offline').join(', ');
}
