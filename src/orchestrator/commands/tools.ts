import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { toolNames } from '../../core/work-tools.ts';
import { command } from './command.ts';

export const tools = command({
  name: 'tools',
  summary: 'Shows which tools agents may use in this room.',
  needs: 'command',
  parameters: z.object({}),
  async run(_, { scene, reply, prefix }) {
    const { tools: allowed = null } = scene.chat;
    if (allowed === null)
      return reply(
        `Here agents may use all tools that they have. \`${prefix}tools only …\` leaves some of them: ${toolNames.map(inCode).join(', ')}.`,
      );
    const left = allowed.length === 0 ? 'none' : allowed.map(inCode).join(', ');
    return reply(
      `Of the tools that they have, agents may use here: ${left}. \`${prefix}tools all\` gives back the others.`,
    );
  },
});
