import { expect, it, onTestFinished } from 'vitest';
import { redisBus } from '../../../src/buses/redis/bus.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { type OpenBus, said } from '../../contracts/bus/bench.ts';
import { busContract } from '../../contracts/bus.ts';
import { heldClock } from '../../fakes/clock.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { describeWith } from '../../servers.ts';

/** One prefix for each store, so that a bus opened again finds what the former one left. */
function opener(): OpenBus {
  const addresses = new WeakMap<object, ReturnType<typeof redisAddress>>();
  return given => {
    const address = addresses.get(given.store) ?? redisAddress();
    addresses.set(given.store, address);
    return redisBus({ ...given, address });
  };
}

describeWith('redis', 'The bus in Redis', () => {
  busContract('The bus in Redis', opener());
});

it('The bus in Redis lets nobody wait for a Redis that is known to be away', async () => {
  const clock = heldClock();
  const address = redisAddress('redis://127.0.0.1:1');
  let away = false;
  const bus = redisBus({ address, store: openMemoryStore({ clock }), clock, log: silentLog, isAway: () => away });
  onTestFinished(async () => void (await Promise.all([bus.close(0), clock.advance(0)])));
  let kept = 0;
  const keep = (): void => void bus.keep([said('a', 1)]).then(() => (kept += 1));
  keep();
  await clock.advance(9_000);
  expect(kept).toBe(0);
  away = true;
  keep();
  await clock.advance(0);
  expect(kept).toBe(1);
});
