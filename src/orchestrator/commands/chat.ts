import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { text } from '../../core/command/parameters.ts';
import { type Directory, takeMember } from '../../core/command/take-member.ts';
import { agentOf, type MemberId } from '../../core/ids.ts';
import { openChat } from '../rooms/open-chat.ts';
import { command } from './command.ts';
import { directoryOf } from './directory.ts';

const example = 'chat @ada @bruno about the release';

export const chat = command({
  name: 'chat',
  summary: 'Opens a chat for you with the agents, and people of this room, that you name.',
  needs: 'invite',
  parameters: z.object({ wish: text('Whom you want there, and behind `about` what it is about.') }),
  example,
  async run({ wish }, { message, scene, prefix, reply }) {
    const read = readWish(wish, directoryOf(scene, message));
    if ('problem' in read) return reply(`${read.problem} For example: \`${prefix}${example}\`.`);
    const opened = await openChat(scene.parley, {
      ...read,
      cause: message._id,
      from: scene.chat,
      by: message.from,
      opener: null,
    });
    if ('refused' in opened) return reply(opened.refused);
    return reply(`Your chat with ${opened.names.join(', ')} is here: ${opened.where}. You are invited.`);
  },
});

type Wish = { readonly members: readonly MemberId[]; readonly about: string | null } | { readonly problem: string };

/** More than a chat is opened for; each name is looked for among all who are here. */
const mostNamed = 40;

/** `@ada, @bruno and Tom about …` */
function readWish(line: string, { here, agents, mentions }: Directory): Wish {
  const namable = [...agents, ...here.filter(one => !one.isAgent)];
  const members: MemberId[] = [];
  let rest = line.trim();
  for (;;) {
    const [, about] = /^about(?:[:\s]+([\s\S]*))?$/iu.exec(rest) ?? [];
    if (rest === '' || /^about(?:[:\s]|$)/iu.test(rest)) return withAgent({ members, about: about?.trim() || null });
    if (members.length >= mostNamed) return { problem: 'That are too many names.' };
    const taken = takeMember(rest, { here: namable, mentions });
    if (taken === null) return { problem: `${inCode(rest)} is nobody whom I can ask there.` };
    if ('problem' in taken) return { problem: `${taken.problem}.` };
    members.push(taken.value as MemberId);
    rest = taken.rest.trimStart().replace(/^(?:(?:and|&|with)\s+|,\s*)/iu, '');
  }
}

function withAgent(wish: Exclude<Wish, { problem: string }>): Wish {
  const hasAgent = wish.members.some(member => agentOf(member) !== null);
  return hasAgent ? wish : { problem: 'Name an agent for the chat.' };
}
