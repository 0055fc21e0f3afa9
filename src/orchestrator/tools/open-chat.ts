import { z } from 'zod';
import { takeMember } from '../../core/command/take-member.ts';
import { agentMember, agentOf, type MemberId } from '../../core/ids.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { directoryOf } from '../commands/directory.ts';
import { openChat } from '../rooms/open-chat.ts';
import { askerOf } from './asker.ts';
import { oneLine, type Talk } from './talk.ts';

/** Opens a chat with chosen members. The person whose message is answered is always there, and by their rights it is decided. */
export function openChatTool(talk: Talk): Tool {
  let opened = 0;
  return tool({
    name: 'open_chat',
    description:
      'Opens another chat for the person you answer, with you and the members that you name; with nobody named it is between the two of you. Only when the person wants that. You get a link to put into your answer.',
    parameters: z.object({
      members: z.array(z.string().max(200)).max(20).describe('Names of agents, or of people in this room.'),
      about: z.string().trim().min(1).max(1000).describe('What it is about, in one sentence that all may read.'),
    }),
    async run({ members, about }) {
      const found = membersNamed(members, talk);
      if ('unknown' in found) return `${JSON.stringify(oneLine(found.unknown, 60))} is nobody who can be invited.`;
      const by = await askerOf(talk);
      if (by === null) return 'No person asked for this answer, so there is nobody to open a chat for.';
      opened += 1;
      const { parley, turn, chat, agent } = talk;
      const wanted = { cause: `${turn._id}#chat${opened}`, from: chat, by, opener: agent._id, ...found, about };
      const result = await openChat(parley, wanted);
      return 'refused' in result
        ? `Not opened. ${result.refused}`
        : `Opened, and all are invited. The link: ${result.where}`;
    },
  });
}

function membersNamed(
  names: readonly string[],
  talk: Talk,
): { readonly members: readonly MemberId[] } | { readonly unknown: string } {
  const { here, agents } = directoryOf(talk, { mentions: [] });
  const namable = [...agents, ...here.filter(one => !one.isAgent)];
  const members: MemberId[] = [];
  for (const name of names) {
    const taken = takeMember(name.trim(), { here: namable, mentions: [] });
    if (taken === null || 'problem' in taken || taken.rest !== '') return { unknown: name };
    members.push(taken.value as MemberId);
  }
  return { members: members.filter(member => member !== agentMember(talk.agent._id) && isThere(member, talk)) };
}

/** The orchestrator is there without being named. */
function isThere(member: MemberId, { parley }: Talk): boolean {
  const agent = agentOf(member);
  return agent === null || parley.agents.get(agent)?.role === 'agent';
}
