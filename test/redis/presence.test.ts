import { expect, it } from 'vitest';
import { watchPresence } from '../../src/redis/presence.ts';
import { heldClock } from '../fakes/clock.ts';

function watched() {
  const clock = heldClock();
  const presence = watchPresence(clock);
  const told: boolean[] = [];
  presence.onChange(away => told.push(away));
  return { clock, told, ...presence };
}

it('Redis is away when somebody has had no answer for two seconds, and back when everybody has one', async () => {
  const { clock, told, heard, isAway } = watched();
  heard('one', false);
  heard('other', false);
  await clock.advance(1_999);
  expect(isAway()).toBe(false);
  await clock.advance(1);
  expect([isAway(), told]).toEqual([true, [true]]);
  heard('one', true);
  expect(isAway()).toBe(true);
  heard('other', true);
  expect([isAway(), told]).toEqual([false, [true, false]]);
});

it('a Redis that is restarted within two seconds was not away', async () => {
  const { clock, told, heard } = watched();
  heard('one', false);
  await clock.advance(1_500);
  heard('one', true);
  heard('one', false);
  await clock.advance(1_500);
  heard('one', true);
  await clock.advance(60_000);
  expect([told, clock.pending()]).toEqual([[], 0]);
});

it('nothing changes once it was stopped', async () => {
  const { clock, told, heard, stop } = watched();
  heard('one', false);
  stop();
  heard('one', false);
  await clock.advance(60_000);
  expect([told, clock.pending()]).toEqual([[], 0]);
});
