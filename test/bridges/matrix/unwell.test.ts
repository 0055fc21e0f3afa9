import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agentId, bridgeName, chatId } from '../../../src/core/ids.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { type FakeWorldOf, fakeWorld } from './fake-world.ts';

const ada = agentId('ada');
const chat = chatId(bridgeName('matrix'), '!room:parley.test');
const unknown = { errcode: 'M_UNKNOWN', error: 'Internal server error' };
let world: FakeWorldOf;
let unwell = 0;

beforeAll(async () => {
  const onUnwell = () => {
    unwell += 1;
  };
  world = await fakeWorld({}, { onUnwell });
  await world.bridge.start(taking());
});
afterAll(() => world.close());
beforeEach(() => {
  unwell = 0;
});

describe('a homeserver', () => {
  it.each([
    [500, unknown, 1],
    [507, unknown, 1],
    [501, {}, 1],
    [502, {}, 0],
    [503, {}, 0],
    [504, { errcode: 'M_NOT_YET_UPLOADED' }, 0],
    [429, { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 1 }, 0],
    [403, { errcode: 'M_FORBIDDEN' }, 0],
    [400, unknown, 0],
  ])('that answers %i %o is unwell %i times', async (status, body, times) => {
    let left = 1;
    world.homeserver.intercept = () => (left-- > 0 ? { status, body } : null);
    await world.bridge.setPresence(ada, 'offline', null);
    expect(unwell).toBe(times);
  });

  it('is not unwell where something can’t be read, as one room may be broken for ever', async () => {
    world.homeserver.intercept = request => (request.startsWith('GET') ? { status: 500, body: unknown } : null);
    const reading = world.bridge.state(chat, ada).catch(() => undefined);
    await expect
      .poll(() => world.homeserver.requests.filter(one => one.startsWith('GET /rooms')).length)
      .toBeGreaterThan(1);
    world.homeserver.intercept = () => null;
    await reading;
    expect(unwell).toBe(0);
  });

  it('is well when it keeps something', async () => {
    const kept = () => world.homeserver.requests.filter(one => one.includes('/account_data/')).length;
    world.homeserver.intercept = () => null;
    expect([await world.bridge.isWell(), kept()]).toEqual([true, 1]);
    world.homeserver.intercept = request => (request.startsWith('PUT /user') ? { status: 500, body: unknown } : null);
    expect([await world.bridge.isWell(), kept()]).toEqual([false, 2]);
  });
});
