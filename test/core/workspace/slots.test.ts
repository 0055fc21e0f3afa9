import { expect, test } from 'vitest';
import { slots } from '../../../src/core/workspace/slots.ts';

const { signal } = new AbortController();

test('those that find no place wait for one, in order', async () => {
  const places = slots(2);
  const order: number[] = [];
  const first = await places.take(signal);
  await places.take(signal);
  const later = [3, 4].map(async nth => {
    const giveBack = await places.take(signal);
    order.push(nth);
    giveBack();
  });
  expect(order).toEqual([]);
  first();
  first();
  await Promise.all(later);
  expect(order).toEqual([3, 4]);
});

test('a place that is given back twice is one place', async () => {
  const places = slots(1);
  const first = await places.take(signal);
  first();
  first();
  await places.take(signal);
  const leaving = new AbortController();
  const waits = places.take(leaving.signal);
  leaving.abort(new Error('no more'));
  await expect(waits).rejects.toThrow('no more');
});

test('who does not wait any more gets no place', async () => {
  const places = slots(1);
  const giveBack = await places.take(signal);
  const leaving = new AbortController();
  const left = places.take(leaving.signal);
  const stays = places.take(signal);
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  giveBack();
  (await stays)();
  await expect(places.take(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
});
