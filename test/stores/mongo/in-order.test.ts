import { expect, it } from 'vitest';
import { inOrder } from '../../../src/stores/mongo/in-order.ts';
import { heldClock } from '../../fakes/clock.ts';

const never = (): Promise<never> => new Promise(() => undefined);

it('a call of which nobody hears again fails after a while, and holds up no other one', async () => {
  const clock = heldClock();
  const order = inOrder(clock);
  const lost = order.change(['a'], never).catch((error: unknown) => error);
  const next = order.change(['a'], async () => 'done');
  await clock.advance(44_999);
  expect(await Promise.race([next, Promise.resolve('waits')])).toBe('waits');
  await clock.advance(1);
  expect(await lost).toMatchObject({ code: 'STORE_FAILED', retry: true });
  expect(await next).toBe('done');
  expect(clock.pending()).toBe(0);
});
