import { expect, it } from 'vitest';
import { orderFloor } from '../../../../src/orchestrator/floor/order-floor.ts';
import { holdFloor } from '../../../../src/orchestrator/floor/orders.ts';
import { room } from './room.ts';

it('an order that comes from elsewhere is carried out, and the room goes on from there', async () => {
  const { mara, chat, parley, floor, settle, runtime } = await room();
  const cause = mara.say(chat, 'hello @tom', { mentions: ['@tom'] });
  await settle();
  await orderFloor(parley, { chat, by: mara.id, cause }, holdFloor);
  expect((await floor()).held).toBe(true);
  mara.say(chat, '@Ada are you there?');
  await settle();
  expect(runtime.requests).toEqual([]);
});
