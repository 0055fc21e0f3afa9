import { z } from 'zod';
import { readAgentLine } from '../../core/agent-words.ts';
import { text, word } from '../../core/command/parameters.ts';
import { introduceAgent } from '../lifecycle/introduce-agent.ts';
import { answerWith } from './agent-answer.ts';
import { command } from './command.ts';

export const agentCreate = command({
  name: 'agent create',
  summary: 'Makes a new agent: it comes into this room, and you get a direct chat with it.',
  needs: 'agents',
  parameters: z.object({
    name: word('What people call it; in quotes where it has spaces.'),
    about: text('What it is for; then, if you like, skills: …, instructions: …, model: ….'),
  }),
  example: 'agent create Nora "Plans travel." skills: trains, hotels',
  async run({ name, about }, call) {
    const { message, scene, prefix } = call;
    const room = scene.chat.chatType === 'private' ? null : scene.chat._id;
    return answerWith(call, async () => {
      const said = { name, ...readAgentLine(about) };
      const agent = await introduceAgent(scene.parley, said, { by: message.from, room, madeFor: message._id });
      const where =
        room === null ? 'You get a direct chat with it.' : 'It comes here, and you get a direct chat with it.';
      return `**${agent.name}** is being introduced. ${where} \`${prefix}agent edit ${agent._id} instructions …\` tells it more.`;
    });
  },
});
