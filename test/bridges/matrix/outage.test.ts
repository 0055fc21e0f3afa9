import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isThere } from '../../../bridges/matrix/is-there.ts';
import { makeOutage } from '../../../bridges/matrix/outage.ts';
import { agentId, bridgeName, chatId } from '../../../src/core/ids.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';
import { fakeWorld } from './fake-world.ts';

/** Notes in order what was told, for a homeserver that is there as long as the test says so. */
function watched(given: { homeserverUrl?: string; clock?: HeldClock } = {}) {
  const clock = given.clock ?? heldClock();
  const told: string[] = [];
  const homeserver: { there: boolean | null } = { there: true };
  const outage = makeOutage({
    homeserverUrl: given.homeserverUrl ?? 'http://127.0.0.1:9',
    clock,
    isThere: async () => homeserver.there,
    gone: () => told.push('gone'),
    back: () => told.push('back'),
  });
  onTestFinished(outage.stop);
  return { clock, told, outage, homeserver };
}

describe('an outage', () => {
  it('is noticed by a request that fails, and told when it is over', async () => {
    const { clock, outage, told, homeserver } = watched();
    outage.saw(true);
    homeserver.there = false;
    outage.saw(false);
    await clock.advance(0);
    expect(told).toEqual(['gone']);
    homeserver.there = true;
    await clock.advance(1_000);
    expect(told).toEqual(['gone', 'back']);
    expect(clock.pending()).toBe(0);
  });

  it('is not told for requests that fail alone, nor its end for those that go through alone', async () => {
    const { clock, outage, told, homeserver } = watched();
    for (let n = 0; n < 20; n += 1) {
      outage.saw(false);
      await clock.advance(100);
    }
    expect(told).toEqual([]);
    homeserver.there = false;
    outage.saw(false);
    await clock.advance(0);
    outage.saw(true);
    await clock.advance(5_000);
    expect(told).toEqual(['gone']);
  });

  it('neither begins nor ends with an answer that is late', async () => {
    const { clock, outage, told, homeserver } = watched();
    homeserver.there = null;
    outage.saw(false);
    await clock.advance(3_000);
    expect(told).toEqual([]);
    homeserver.there = false;
    await clock.advance(1_000);
    homeserver.there = null;
    await clock.advance(3_000);
    expect(told).toEqual(['gone']);
  });

  it('is noticed while nothing is requested', async () => {
    const first = await listen(0);
    const { clock, outage, told, homeserver } = watched({ homeserverUrl: `http://127.0.0.1:${first.port}` });
    outage.watch();
    await expect.poll(first.connections).toBe(1);
    homeserver.there = false;
    first.end();
    await expect.poll(() => told).toEqual(['gone']);
    const second = await listen(first.port);
    homeserver.there = true;
    await clock.advance(1_000);
    expect(told).toEqual(['gone', 'back']);
    await expect.poll(second.connections).toBe(1);
  });

  it('is none where the homeserver closes what is idle, again and again', async () => {
    const only = await listen(0);
    const { clock, outage, told } = watched({ homeserverUrl: `http://127.0.0.1:${only.port}` });
    outage.watch();
    await expect.poll(only.connections).toBe(1);
    only.hangUp();
    await expect.poll(only.connections).toBe(2);
    only.hangUp();
    await expect.poll(clock.pending).toBe(1);
    await clock.advance(10_000);
    await expect.poll(only.connections).toBe(3);
    expect(told).toEqual([]);
  });
});

describe('the bridge', () => {
  it('looks for what was missed once after an outage, and not because one room can’t be read', async () => {
    const clock = heldClock();
    const world = await fakeWorld({}, { clock });
    onTestFinished(world.close);
    const chat = chatId(bridgeName('matrix'), '!slow:parley.test');
    const intake = { ...taking(), looks: 0 };
    await world.bridge.start({
      receive: intake.receive,
      grew: intake.grew,
      doubt: intake.doubt,
      catchUp: intake.catchUp,
      gap: async () => {
        intake.looks += 1;
        // Every look asks for a room that a proxy gives up on.
        await world.bridge.history({ chat, as: agentId('ada'), since: null, limit: 50 }).catch(() => undefined);
      },
    });
    let down = false;
    world.homeserver.intercept = request => (down || request.includes('/messages') ? { status: 504, body: {} } : null);
    const passTime = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        await clock.advance(1_000);
        await new Promise(resolve => setTimeout(resolve, 5));
      }
    };
    await passTime(30);
    expect(intake.looks).toBe(1);
    down = true;
    await passTime(30);
    down = false;
    await passTime(240);
    expect(intake.looks).toBe(2);
  });
});

describe('whether the homeserver is there', () => {
  it('is told by any answer that is not a proxy’s', async () => {
    const { homeserver, close } = await fakeWorld();
    onTestFinished(close);
    expect(await isThere(homeserver.url)).toBe(true);
    for (const [status, there] of [
      [404, true],
      [500, true],
      [502, false],
      [503, false],
      [504, false],
    ] as const) {
      homeserver.intercept = () => ({ status, body: {} });
      expect([status, await isThere(homeserver.url)]).toEqual([status, there]);
    }
    expect(await isThere('http://127.0.0.1:9')).toBe(false);
  });
});

/** Something that takes connections at a port, and ends them all together. */
async function listen(port: number) {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    connections += 1;
    sockets.add(socket);
  });
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const end = () => {
    server.close();
    hangUp();
  };
  onTestFinished(end);
  await new Promise<void>(resolve => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections, hangUp, end };
}
