import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agentId, agentMember, type ChatId, externalIdOf } from '../../../src/core/ids.ts';
import type { Delivery } from '../../../src/ports/bridge.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { type FakeWorldOf, fakeWorld } from './fake-world.ts';

const ada = agentId('ada');
let world: FakeWorldOf;
let mara: Awaited<ReturnType<FakeWorldOf['person']>>;
let chat: ChatId;

beforeAll(async () => {
  world = await fakeWorld();
  await world.bridge.start(taking());
  await world.bridge.ensureAgent(exampleAgent(ada), null);
  mara = await world.person('mara');
});
afterAll(() => world.close());
beforeEach(async () => {
  chat = await mara.createRoom({ invite: [agentMember(ada)] });
  await world.bridge.join(chat, ada);
  world.homeserver.requests.length = 0;
});

const delivery = (part = 0): Delivery => ({
  chat,
  as: ada,
  deliveryId: `t/${part}`,
  body: { kind: 'markdown', text: 'hi', notice: false },
  thread: null,
  replyTo: null,
  people: null,
  mark: { turn: 't', part, state: 'complete', trigger: null },
});

const looks = (): number => world.homeserver.requests.filter(request => request.endsWith('/messages')).length;
const since = () => Date.now() - 1000;

describe('looking for what an agent sent', () => {
  it('passes over a mark that somebody else has forged', async () => {
    await mara.send(chat, 'm.room.message', {
      msgtype: 'm.text',
      body: 'hi',
      'net.parley': { turn: 't', part: 0, state: 'complete', trigger: null },
    });
    expect(await world.bridge.findSent(delivery(), since())).toBeNull();
  });

  it('tells the parts of a turn apart', async () => {
    await world.bridge.send(delivery(1));
    expect(await world.bridge.findSent(delivery(), since())).toBeNull();
  });

  it('finds the message and not its edit, behind more than one page of others', async () => {
    const id = await world.bridge.send(delivery());
    await world.bridge.edit(id, { ...delivery(), deliveryId: 't/0/final' });
    for (let count = 0; count < 150; count += 1) await mara.say(chat, `${count}`);
    expect(await world.bridge.findSent(delivery(), since() - 60_000)).toBe(id);
    expect(looks()).toBe(2);
  });

  it('reads no further back than it has to', async () => {
    const room = world.homeserver.world.rooms.get(externalIdOf(chat));
    for (let count = 0; count < 250; count += 1) await mara.say(chat, `${count}`);
    room?.events.forEach((event, index) => {
      Object.assign(event, { origin_server_ts: event.origin_server_ts - (index < 150 ? 60_000 : 0) });
    });
    expect(await world.bridge.findSent(delivery(), since() - 30_000)).toBeNull();
    expect(looks()).toBe(2);
  });
});
