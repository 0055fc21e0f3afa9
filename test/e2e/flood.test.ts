import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { besideFake, fakeIdentity, usageOf } from '../bench/beside-fake.ts';
import { type FakeRoom, membershipOf, newRoom } from '../fakes/homeserver/room.ts';
import { emit, type FakeWorld, setMembership } from '../fakes/homeserver/world.ts';
import { startScriptedModel } from '../fakes/scripted-model/server.ts';

const mara = `@mara:${fakeIdentity.serverName}`;
const ada = `@agent-n00001:${fakeIdentity.serverName}`;
const rooms = 20;
const mebibyte = 2 ** 20;
const patient = { timeout: 240_000, interval: 100 };

function say(world: FakeWorld, room: FakeRoom, body: string): void {
  emit(world, room, { sender: mara, type: 'm.room.message', content: { msgtype: 'm.text', body } });
}

const isSaid = (room: FakeRoom, text: string): boolean =>
  room.events.some(({ sender, content }) => sender === ada && JSON.stringify(content).includes(text));

/** So many messages in each room as fast as the homeserver takes them; resolves when the last one in each is answered. */
async function flood(
  world: FakeWorld,
  all: readonly FakeRoom[],
  { each, name }: { each: number; name: string },
): Promise<void> {
  for (let nth = 0; nth < each; nth += 1)
    for (const room of all) say(world, room, `${name} ${nth}: ${'word '.repeat(40)}`);
  for (const room of all) say(world, room, `[[say: end of ${name}]]`);
  await expect.poll(() => all.filter(room => isSaid(room, `end of ${name}`)).length, patient).toBe(all.length);
}

/** What the process holds of memory now, as Linux tells. */
const residentOf = (pid: number): number =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

it.skipIf(process.platform !== 'linux')(
  'memory stays flat while many thousand messages come at once, and each room is answered',
  { timeout: 600_000 },
  async () => {
    const ending = new AsyncDisposableStack();
    onTestFinished(() => ending.disposeAsync());
    const model = await startScriptedModel();
    ending.defer(() => model.close());
    const { parley, homeserver } = await besideFake(ending, 1, { modelUrl: model.url });
    await parley.start();
    const { world } = homeserver;
    const all = Array.from({ length: rooms }, newRoom);
    for (const room of all) {
      world.rooms.set(room.id, room);
      setMembership(world, room, mara, mara, 'join');
      setMembership(world, room, mara, ada, 'invite');
    }
    await expect.poll(() => all.filter(room => membershipOf(room, ada) === 'join').length, patient).toBe(rooms);
    // V8 sets aside memory for young objects as soon as it needs some, and keeps it: what counts is that more messages need no more.
    await flood(world, all, { each: 100, name: 'first flood' });
    const before = await usageOf(parley, 1);

    let peak = 0;
    const watching = setInterval(() => {
      peak = Math.max(peak, residentOf(parley.pid));
    }, 50);
    onTestFinished(() => clearInterval(watching));
    await flood(world, all, { each: 250, name: 'second flood' });
    const after = await usageOf(parley, 2);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(4 * mebibyte);
    expect(peak - before.rss, JSON.stringify({ before, after, peak })).toBeLessThan(50 * mebibyte);
  },
);
