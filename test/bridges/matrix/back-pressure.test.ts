import { expect, it, onTestFinished } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import type { ChatEvent } from '../../../src/core/message.ts';
import type { Intake } from '../../../src/ports/bridge.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { newRoom } from '../../fakes/homeserver/room.ts';
import { emit, setMembership } from '../../fakes/homeserver/world.ts';
import { fakeWorld, identity } from './fake-world.ts';

const mara = `@mara:${identity.serverName}`;
const ada = agentId('ada');

/** An intake that takes nothing until it is told to, as with a store that stands still. */
function slowIntake() {
  const took: ChatEvent[][] = [];
  const gate = Promise.withResolvers<void>();
  const intake: Intake = {
    async receive(events) {
      took.push([...events]);
      await gate.promise;
    },
    grew: async () => undefined,
    gap: async () => undefined,
    catchUp: async () => undefined,
    doubt: async () => undefined,
  };
  return { intake, took, goOn: () => gate.resolve() };
}

async function flooded(messages: number) {
  const world = await fakeWorld();
  onTestFinished(() => world.close());
  const slow = slowIntake();
  onTestFinished(slow.goOn);
  await world.bridge.start(slow.intake);
  await world.bridge.ensureAgent(exampleAgent(ada), null);
  const { homeserver } = world;
  const room = newRoom();
  homeserver.world.rooms.set(room.id, room);
  setMembership(homeserver.world, room, mara, mara, 'join');
  setMembership(homeserver.world, room, mara, `@agent-ada:${identity.serverName}`, 'join');
  for (let nth = 0; nth < messages; nth += 1)
    emit(homeserver.world, room, {
      sender: mara,
      type: 'm.room.message',
      content: { msgtype: 'm.text', body: `${nth}` },
    });
  return { ...world, ...slow };
}

it('where the store stands still, the homeserver keeps a flood and is answered late: one transaction is under way, then all come in order', async () => {
  const { took, goOn } = await flooded(1_000);
  await expect.poll(() => took.length).toBe(1);
  expect(took[0]?.length).toBeLessThanOrEqual(100);
  goOn();
  const texts = (): string[] => took.flat().flatMap(event => ('text' in event ? [event.text] : []));
  await expect.poll(() => texts().length, { timeout: 10_000 }).toBe(1_000);
  expect(texts()).toEqual(Array.from({ length: 1_000 }, (_, nth) => `${nth}`));
});

it('a homeserver that sends the same again and again is told to come later, and no more than sixteen wait', async () => {
  const { took, goOn, listenerUrl } = await flooded(1);
  await expect.poll(() => took.length).toBe(1);
  const headers = { authorization: `Bearer ${identity.hsToken}`, 'content-type': 'application/json' };
  const send = (): Promise<number> =>
    fetch(`${listenerUrl}/_matrix/app/v1/transactions/again`, { method: 'PUT', headers, body: '{"events":[]}' }).then(
      ({ status }) => status,
    );
  const sent = Array.from({ length: 40 }, send);
  const refused: number[] = [];
  for (const one of sent) void one.then(status => status === 503 && refused.push(status));
  await expect.poll(() => refused.length).toBe(40 - 15);
  goOn();
  expect((await Promise.all(sent)).filter(status => status === 200)).toHaveLength(15);
  expect(await send()).toBe(200);
});
