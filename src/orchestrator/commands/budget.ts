import { z } from 'zod';
import { type BudgetHolder, installationBudget, isLimited } from '../../core/budget/limit.ts';
import { budgetLine } from '../../core/budget/wording.ts';
import { number } from '../../core/command/parameters.ts';
import { type BudgetReading, readBudgets } from '../budgets/read-budgets.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { type CommandCall, command } from './command.ts';

const onAPage = 10;

export const budget = command({
  name: 'budget',
  summary: 'Shows what is used and left today, for this room, for you, and for the agents here.',
  needs: 'command',
  parameters: z.object({
    page: number({ least: 1, most: 1_000 }, 'The page, where there are many agents.').optional(),
  }),
  async run({ page = 1 }, call) {
    const readings = await readBudgets(call.scene.parley, holdersFor(call));
    if (!readings.some(({ limit }) => isLimited(limit))) return call.reply(nothingLimited(call));
    const pages = Math.ceil(readings.length / onAPage);
    const shown = Math.min(page, pages);
    const lines = readings.slice((shown - 1) * onAPage, shown * onAPage).map(reading => lineOf(reading, call));
    const { timeZone } = call.scene.parley.settings.budgets;
    const next = shown < pages ? `: \`${call.prefix}budget ${shown + 1}\` shows the next` : '';
    const foot = pages > 1 ? ` Page ${shown} of ${pages}${next}.` : '';
    return call.reply([...lines, '', `A new day begins at midnight (${timeZone}).${foot}`].join('\n'));
  },
});

/** The room, who asks, all, then the agents in the room. */
const holdersFor = ({ message, scene }: CommandCall): BudgetHolder[] => [
  { scope: 'room', id: scene.chat._id },
  { scope: 'person', id: message.from },
  installationBudget,
  ...agentsIn(scene.parley, scene.chat)
    .filter(({ role }) => role === 'agent')
    .map(({ _id }) => ({ scope: 'agent', id: _id }) as const),
];

const lineOf = (reading: BudgetReading, { scene }: CommandCall): string => {
  const { currency } = scene.parley.settings.budgets;
  return budgetLine({ name: nameOf(reading.holder, scene), limit: reading.limit, currency }, reading);
};

function nameOf(holder: BudgetHolder, { parley }: CommandCall['scene']): string {
  switch (holder.scope) {
    case 'room':
      return 'This room';
    case 'person':
      return 'You';
    case 'installation':
      return 'All agents together';
    case 'agent':
      return parley.agents.get(holder.id)?.name ?? holder.id;
  }
}

const nothingLimited = ({ prefix }: CommandCall): string =>
  `Nothing is limited here, so nothing is counted. Limits stand in \`budgets\` of the configuration; \`${prefix}budget set\` sets one while Parley runs.`;
