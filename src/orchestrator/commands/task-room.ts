import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { agentMember } from '../../core/ids.ts';
import { titleOf } from '../../core/tasks/new-task.ts';
import { openChat } from '../rooms/open-chat.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { command } from './command.ts';
import { hostOf, makeTask } from './task.ts';

export const taskRoom = command({
  name: 'task room',
  summary: 'Has a task done in a room of its own, with you and the agents of this room.',
  needs: 'invite',
  parameters: z.object({ what: text('What is wanted, in your own words.') }),
  example: 'task room Compare three text editors',
  takesFiles: true,
  async run({ what }, call) {
    const { message, scene, reply } = call;
    const { parley, chat } = scene;
    const members = agentsIn(parley, chat).filter(({ role }) => role === 'agent');
    const wanted = { cause: message._id, from: chat, by: message.from, opener: null };
    const opened = await openChat(parley, {
      ...wanted,
      members: members.map(({ _id }) => agentMember(_id)),
      about: titleOf(what),
    });
    if ('refused' in opened) return reply(opened.refused);
    const there = await parley.store.collection('chats').get(opened.chat);
    const host = there === null ? null : (hostOf(parley, there) ?? members[0]?._id ?? null);
    if (there === null || host === null) return reply('The room is not there yet. Ask again.');
    const refused = await makeTask(what, call, { chat: there, host, order: 0 });
    return reply(refused ?? `The task is done in a room of its own: ${opened.where}. You are invited.`);
  },
});
