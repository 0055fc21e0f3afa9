import type { AccessRules } from '../../../src/core/access.ts';
import type { Budget } from '../../../src/core/budget/budget.ts';
import type { BudgetRules, BudgetScope, Limit } from '../../../src/core/budget/limit.ts';
import type { Usage } from '../../../src/core/turn.ts';
import type { ReplyPiece } from '../../../src/ports/agent-runtime.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { noBudgets, type TestParley, testParley } from '../../fakes/installation.ts';
import { lastText, type Script, type ScriptedRuntime, scriptedRuntime } from '../../fakes/runtime.ts';

type Tables = Partial<Record<BudgetScope, Record<string, number | Limit>>>;

/** Rules of limits by scope and id; a number is one of tokens. */
export function rules(tables: Tables, more: Partial<BudgetRules> = {}): BudgetRules {
  const limits = Object.entries(tables).map(([scope, table]) => [
    scope,
    Object.fromEntries(
      Object.entries(table).map(([id, limit]) => [
        id,
        typeof limit === 'number' ? { tokens: limit, money: null } : limit,
      ]),
    ),
  ]);
  return { ...noBudgets, ...more, limits: { ...noBudgets.limits, ...Object.fromEntries(limits) } };
}

/** Answers with what it heard, and tells so many tokens. */
export const using = (input: number, output: number): Script =>
  async function* reply(request): AsyncGenerator<ReplyPiece> {
    yield { type: 'text', text: `${request.agent.name} heard: ${lastText(request)}` };
    const usage: Usage = { model: 'scripted', inputTokens: input, outputTokens: output };
    yield { type: 'usage', usage };
  };

/** A runtime that expects 60 and 40 tokens, and uses so many. */
export function runtimeUsing(input: number, output: number): ScriptedRuntime {
  const runtime = scriptedRuntime();
  runtime.expect({ model: 'scripted', inputTokens: 60, outputTokens: 40 });
  runtime.answer(using(input, output));
  return runtime;
}

interface Given extends Partial<TestParley> {
  readonly invite?: readonly string[];
  readonly access?: AccessRules;
}

/** Mara in a direct chat with Ada, or where `invite` is given in a group. */
export async function scene(budgets: BudgetRules, given: Given = {}) {
  const { invite, access = everybodyIs('user'), ...parts } = given;
  const test = await testParley({ runtime: runtimeUsing(60, 40), ...parts, settings: { budgets, access } });
  const mara = test.bridge.person('mara');
  const chat = invite === undefined ? mara.dm('@agent-ada') : mara.createRoom({ invite: [...invite] });
  await test.settle();
  const say = async (text: string, saying = {}) => {
    const id = mara.say(chat, text, saying);
    await test.settle();
    return id;
  };
  const texts = () => test.answers(chat).map(({ text }) => text);
  return { ...test, mara, chat, say, texts };
}

/** Every stored budget by its id. */
export async function storedBudgets({ store }: Pick<TestParley, 'store'>): Promise<Record<string, Budget>> {
  const found = await store.collection('budgets').find({ limit: 100 });
  return Object.fromEntries(found.map(budget => [budget._id, budget]));
}
