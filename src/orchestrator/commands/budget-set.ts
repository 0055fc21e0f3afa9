import { z } from 'zod';
import { type BudgetHolder, installationBudget, type Limit, type LimitChange } from '../../core/budget/limit.ts';
import { parseAmount } from '../../core/budget/parse-amount.ts';
import { limitText, whose as whoseBudget } from '../../core/budget/wording.ts';
import { inCode } from '../../core/command/in-code.ts';
import { choice, word } from '../../core/command/parameters.ts';
import { takeMember } from '../../core/command/take-member.ts';
import { type AgentId, agentOf, type MemberId } from '../../core/ids.ts';
import { resetLimit, setLimit } from '../budgets/set-limit.ts';
import { type CommandCall, command } from './command.ts';
import { directoryOf } from './directory.ts';

export const budgetSet = command({
  name: 'budget set',
  summary: 'Sets a daily limit, for today or for good, in place of the one in the configuration.',
  needs: 'budgets',
  parameters: z.object({
    whose: word('`room`, `all` (the whole installation), an agent, or a person here, by name or address.'),
    amount: word('Such as `200000`, `200k` or `1.5M`; `none` is no limit, `default` what is configured.'),
    unit: choice(['tokens', 'money'], 'What is limited; left out, tokens.').optional(),
    until: choice(
      ['today', 'always'],
      '`today`, which it is when left out, or `always`: until it is changed.',
    ).optional(),
  }),
  example: 'budget set room 200k always',
  async run({ whose, amount, unit = 'tokens', until = 'today' }, call) {
    const { reply, scene, message, prefix } = call;
    const holder = holderOf(whose, call);
    if (holder === null)
      return reply(
        `${inCode(whose)} is neither \`room\` nor \`all\`, nor an agent, nor the name or address of one person here.`,
      );
    const written = parseAmount(amount);
    if (written === null)
      return reply(`${inCode(amount)} is no amount. Write a number such as \`200k\`, \`none\` or \`default\`.`);
    if (written === 'default')
      return reply(told(call, { holder, limit: await resetLimit(scene.parley, holder), until: '' }));
    const change = changeOf(unit, written.amount);
    const limit = await setLimit(scene.parley, { holder, limit: change, when: until, by: message.from });
    if (limit === null)
      return reply(`Too many limits are set. Take one back first: \`${prefix}budget set … default\`.`);
    return reply(
      told(call, { holder, limit, until: until === 'today' ? ', until midnight' : ', until it is changed' }),
    );
  },
});

function holderOf(whose: string, { scene, message }: CommandCall): BudgetHolder | null {
  if (whose.toLowerCase() === 'all') return installationBudget;
  if (whose.toLowerCase() === 'room') return { scope: 'room', id: scene.chat._id };
  const { here, agents, mentions } = directoryOf(scene, message);
  const taken = takeMember(whose, { here: [...agents, ...here.filter(({ isAgent }) => !isAgent)], mentions });
  if (taken === null || 'problem' in taken || taken.rest !== '') return null;
  const member = taken.value as MemberId;
  const agent = agentOf(member);
  return agent === null ? { scope: 'person', id: member } : { scope: 'agent', id: agent };
}

/** Money is kept in millionths; tokens are whole. */
const changeOf = (unit: 'tokens' | 'money', amount: number | null): LimitChange =>
  unit === 'money'
    ? { money: amount === null ? null : Math.round(amount * 1_000_000) }
    : { tokens: amount === null ? null : Math.floor(amount) };

function told({ scene }: CommandCall, given: { holder: BudgetHolder; limit: Limit; until: string }): string {
  const { agents, settings } = scene.parley;
  const { holder, limit, until } = given;
  const nameOf = (id: string): string => agents.get(id as AgentId)?.name ?? id;
  const name =
    holder.scope === 'person' ? inCode(holder.id.slice(holder.id.indexOf(':') + 1)) : whoseBudget(holder, nameOf);
  return `The daily limit of ${name}: ${limitText(limit, settings.budgets.currency)}${until}.`;
}
