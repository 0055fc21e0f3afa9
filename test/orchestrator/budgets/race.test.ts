import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { agentId, bridgeName, chatId, foreignMember, messageId, turnId } from '../../../src/core/ids.ts';
import type { SaidMessage } from '../../../src/core/message.ts';
import type { Turn } from '../../../src/core/turn.ts';
import { reserve } from '../../../src/orchestrator/budgets/reserve.ts';
import { settle } from '../../../src/orchestrator/budgets/settle.ts';
import type { Installation } from '../../../src/orchestrator/installation.ts';
import type { ReplyRequest } from '../../../src/ports/agent-runtime.ts';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { tempFolder } from '../../config/temp-folder.ts';
import { rules, scene, storedBudgets } from './scene.ts';

const memory = bridgeName('memory');
const chat = chatId(memory, '!somewhere');
const mara = foreignMember(memory, '@mara');

function attempt(number: number) {
  const trigger = messageId(memory, `$${number}`);
  const turn = { _id: turnId(trigger, agentId('ada')), chat, agent: agentId('ada'), attempts: 1, thread: null };
  return {
    turn: turn as Turn,
    trigger: { _id: trigger, from: mara, cause: null } as SaidMessage,
    request: {} as ReplyRequest,
  };
}

/** Takes and gives back in a loop; tells how many it got. */
async function spend(parley: Installation, numbers: readonly number[]): Promise<number> {
  let answered = 0;
  for (const number of numbers) {
    const given = attempt(number);
    const held = await reserve(parley, given).catch(() => null);
    if (held === null) continue;
    answered += 1;
    await new Promise(resolve => setImmediate(resolve));
    const heard = { usage: { model: 'scripted', inputTokens: 60, outputTokens: 40 }, text: 'x', error: null };
    await settle(parley, given.turn, { held, heard });
    // Somebody else settles it once more.
    await settle(parley, given.turn, { held, heard });
  }
  return answered;
}

it('two processes on one file never count beyond a limit, and lose nothing', async () => {
  const test = await scene(
    rules({ installation: { all: 2_050 }, agent: { ada: 100_000 }, person: { default: 100_000 } }),
  );
  const path = join(tempFolder({}), 'parley.db');
  const stores = [0, 1].map(() => openSqliteStore({ path, clock: test.clock }));
  onTestFinished(async () => {
    for (const store of stores) await store.close();
  });
  const lanes = Array.from({ length: 8 }, (_, lane) => Array.from({ length: 6 }, (_, at) => lane * 100 + at));
  const parleys = stores.map(store => ({ ...test.parley, store }));
  const answered = await Promise.all(lanes.map((lane, at) => spend(parleys[at % 2] ?? test.parley, lane)));
  const total = answered.reduce((sum, count) => sum + count, 0);
  expect(total).toBe(20);
  for (const budget of Object.values(await storedBudgets({ store: stores[0] ?? test.store })))
    expect(budget).toMatchObject({ used: { tokens: 100 * total }, reserved: {} });
});
