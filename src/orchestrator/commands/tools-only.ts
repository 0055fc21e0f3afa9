import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { text } from '../../core/command/parameters.ts';
import { toolNames } from '../../core/work-tools.ts';
import { change } from '../change.ts';
import { command } from './command.ts';

export const toolsOnly = command({
  name: 'tools only',
  summary: 'Leaves agents only these of their tools, in this room and in tasks that are asked for here.',
  needs: 'floor',
  parameters: z.object({ names: text('Names of tools, or `none`.') }),
  example: 'tools only web_search read_page',
  async run({ names }, { scene, reply }) {
    const given = names
      .toLowerCase()
      .split(/[\s,;`]+/)
      .filter(name => name !== '');
    const wanted = given.length === 1 && given[0] === 'none' ? [] : [...new Set(given)];
    const unknown = wanted.filter(name => !(toolNames as readonly string[]).includes(name));
    if (unknown.length > 0)
      return reply(
        `There is no tool ${unknown.slice(0, 5).map(inCode).join(', ')}. There are: ${toolNames.map(inCode).join(', ')}.`,
      );
    await change(scene.parley.store.collection('chats'), scene.chat._id, now => ({ ...now, tools: wanted }));
    const left = wanted.length === 0 ? 'no tools' : `only ${wanted.map(inCode).join(', ')}`;
    return reply(`From now on agents may use ${left} here, as far as they have them.`);
  },
});
