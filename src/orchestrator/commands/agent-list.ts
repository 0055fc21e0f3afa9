import { z } from 'zod';
import { number } from '../../core/command/parameters.ts';
import { statusNow } from '../manifest/status-now.ts';
import { command } from './command.ts';

const onAPage = 20;

export const agentList = command({
  name: 'agent list',
  summary: 'Lists all agents of this installation and what they do now.',
  needs: 'command',
  parameters: z.object({ page: number({ least: 1, most: 1_000 }, 'The page, where there are many.').optional() }),
  example: 'agent list 2',
  async run({ page = 1 }, { scene: { parley }, reply, prefix }) {
    const all = [...parley.agents.values()].toSorted((a, b) => a.place - b.place || a.name.localeCompare(b.name));
    const pages = Math.max(1, Math.ceil(all.length / onAPage));
    const shown = Math.min(page, pages);
    const listed = all.slice((shown - 1) * onAPage, shown * onAPage).map(async agent => {
      const { status, doing } = await statusNow(parley, agent);
      return `- **${agent.name}** (\`${agent._id}\`, ${doing ?? status}): ${agent.description.trim()}`;
    });
    const lines = await Promise.all(listed);
    const more = shown < pages ? `: \`${prefix}agent list ${shown + 1}\` shows the next` : '';
    return reply(
      [...lines, '', `${all.length} agents${pages > 1 ? `, page ${shown} of ${pages}${more}` : ''}.`].join('\n'),
    );
  },
});
