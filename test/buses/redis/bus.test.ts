import { redisBus } from '../../../src/buses/redis/bus.ts';
import type { OpenBus } from '../../contracts/bus/bench.ts';
import { busContract } from '../../contracts/bus.ts';
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
