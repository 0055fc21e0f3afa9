import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { matrix } from '../../../bridges/matrix/names.ts';
import { agentId, agentMember, externalIdOf, foreignMember } from '../../../src/core/ids.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';
import { type FakeRoom, membershipOf } from '../../fakes/homeserver/room.ts';
import { fakeWorld } from './fake-world.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');
const mara = foreignMember(matrix, '@mara:parley.test');
const room = {
  key: 'lobby',
  as: ada,
  kind: 'group',
  name: 'Lobby',
  topic: 'All',
  invite: [mara, agentMember(bruno)],
} as const;

async function world(more: Parameters<typeof fakeWorld>[1] = {}) {
  const made = await fakeWorld({}, more);
  onTestFinished(() => made.close());
  await made.bridge.start(taking());
  for (const agent of [ada, bruno]) await made.bridge.ensureAgent(exampleAgent(agent), null);
  return made;
}

/** Moves a clock on until something is there. */
async function whileTimePasses<T>(clock: HeldClock, coming: Promise<T>): Promise<T> {
  let isThere = false;
  const watched = coming.finally(() => {
    isThere = true;
  });
  // The requests between go over real connections.
  while (!isThere) await Promise.all([clock.advance(100), nextTurn()]);
  return watched;
}

describe('a room that Parley makes', () => {
  it('is found again where the answer to making it was lost', async () => {
    const { bridge, homeserver } = await world();
    homeserver.intercept = request =>
      request.endsWith('/members') ? { status: 403, body: { errcode: 'M_FORBIDDEN' } } : null;
    await expect(bridge.ensureRoom(room)).rejects.toMatchObject({ code: 'BRIDGE_FORBIDDEN' });
    homeserver.intercept = () => null;
    await bridge.ensureRoom(room);
    expect(homeserver.world.rooms.size).toBe(1);
  });

  it('is made once by two that race', async () => {
    const { bridge, homeserver } = await world();
    const [one, two] = await Promise.all([bridge.ensureRoom(room), bridge.ensureRoom(room)]);
    expect(two).toBe(one);
    expect(homeserver.world.rooms.size).toBe(1);
  });

  it('invites whom a crash left out, but nobody who left', async () => {
    const { bridge, homeserver, person } = await world();
    const chat = await bridge.ensureRoom({ ...room, invite: [mara] });
    const here = await person('mara');
    await here.join(chat);
    await here.leave(chat);
    expect(await bridge.ensureRoom(room)).toBe(chat);
    const made = homeserver.world.rooms.get(externalIdOf(chat));
    expect(made && membershipOf(made, '@agent-bruno:parley.test')).toBe('invite');
    expect(made && membershipOf(made, '@mara:parley.test')).toBe('leave');
  });

  /** What Synapse leaves where it is killed while it makes a room: each kind of event is stored by itself, the alias first. */
  const halfMade: Readonly<Record<string, (made: FakeRoom) => void>> = {
    'before anything was stored': made => made.state.clear(),
    'before its creator was in': made => keepOnly(made, 'm.room.create'),
    'before its rules were set': made => keepOnly(made, 'm.room.create', 'm.room.member'),
  };
  const keepOnly = ({ state }: FakeRoom, ...types: string[]) => {
    for (const [key, event] of state) if (!types.includes(event.type)) state.delete(key);
  };

  for (const [when, undo] of Object.entries(halfMade)) {
    it(`is made anew where the homeserver died ${when}`, async () => {
      const clock = heldClock();
      const { bridge, homeserver } = await world({ clock });
      const first = await bridge.ensureRoom({ ...room, invite: [] });
      const half = homeserver.world.rooms.get(externalIdOf(first));
      if (half !== undefined) undo(half);
      const second = await whileTimePasses(clock, bridge.ensureRoom(room));
      expect(second).not.toBe(first);
      const made = homeserver.world.rooms.get(externalIdOf(second));
      expect(made && membershipOf(made, '@mara:parley.test')).toBe('invite');
      expect(half && membershipOf(half, '@agent-ada:parley.test')).not.toBe('join');
      expect(await bridge.ensureRoom(room)).toBe(second);
    });
  }

  it('is waited for while somebody else makes it', async () => {
    const clock = heldClock();
    const { bridge, homeserver } = await world({ clock });
    const first = await bridge.ensureRoom(room);
    const made = homeserver.world.rooms.get(externalIdOf(first));
    const state = new Map(made?.state);
    made?.state.clear();
    clock.after(3_000, () => state.forEach((event, key) => void made?.state.set(key, event)));
    expect(await whileTimePasses(clock, bridge.ensureRoom(room))).toBe(first);
    expect(homeserver.world.rooms.size).toBe(1);
  });

  it('is named by any text: the same gives the same room', async () => {
    const { bridge } = await world();
    const keys = ['chat:matrix:$Event/ada~1', 'chat:matrix:$Event/ada~2', '../#:"?', 'ü'.repeat(5000)];
    const rooms = await Promise.all(keys.map(key => bridge.ensureRoom({ ...room, key })));
    expect(new Set(rooms).size).toBe(keys.length);
    for (const [index, key] of keys.entries()) expect(await bridge.ensureRoom({ ...room, key })).toBe(rooms[index]);
  });
});

describe('history', () => {
  it('goes over pages, to a mark that is gone at most to the limit', { timeout: 30_000 }, async () => {
    const { bridge, person } = await world();
    const here = await person('mara');
    const chat = await here.createRoom({ invite: [agentMember(ada)] });
    await bridge.join(chat, ada);
    const first = await here.say(chat, 'first');
    for (let index = 0; index < 250; index += 1) await here.say(chat, `m${index}`);
    const all = await bridge.history({ chat, as: ada, since: externalIdOf(first), limit: 1_000 });
    expect(all.events).toHaveLength(250);
    expect(all.events[0]).toMatchObject({ text: 'm0' });
    const gone = await bridge.history({ chat, as: ada, since: '$gone', limit: 120 });
    expect(gone.events).toHaveLength(120);
    expect(gone.events.at(-1)).toMatchObject({ text: 'm249' });
    expect(gone.mark).toBe(all.mark);
  });
});
