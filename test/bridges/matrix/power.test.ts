import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toPower, withChange } from '../../../bridges/matrix/power/content.ts';
import { mergeContents } from '../../../bridges/matrix/power/merge.ts';
import { agentId, agentMember, type ChatId, externalIdOf } from '../../../src/core/ids.ts';
import { levelSetting, type PowerChange } from '../../../src/core/power.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { type Json, stateEvent } from '../../fakes/homeserver/room.ts';
import { emit } from '../../fakes/homeserver/world.ts';
import { type FakeWorldOf, fakeWorld, names } from './fake-world.ts';

const ada = agentId('ada');
const raiseBruno: PowerChange = { [levelSetting(agentMember(agentId('bruno')))]: { from: null, to: 10 } };
const type = 'm.room.power_levels';

describe('the levels of a Matrix room', () => {
  it('are read from any content', () => {
    const content = {
      users: { '@mara:parley.test': '100', '@agent-ada:parley.test': 50, nobody: 7, '@x:parley.test': {} },
      events: { 'm.room.message': 5, [type]: '75', 'm.reaction': null },
      events_default: ' 3 ',
      kick: 20,
    };
    expect(toPower(content, [], names)).toEqual({
      sendLevel: 3,
      kinds: { text: 5 },
      defaultLevel: 0,
      changeLevel: 75,
      moderatorLevel: 20,
      levels: { 'matrix:@mara:parley.test': 100, 'agent:ada': 50 },
      unbound: [],
    });
    const odd = toPower({ users: [1], events: 'x', users_default: 1.5, state_default: Number.NaN }, [], names);
    expect(odd).toMatchObject({ levels: {}, kinds: {}, defaultLevel: 0, changeLevel: 50, moderatorLevel: 50 });
  });

  it('are changed where they stand as expected, and nothing else is', () => {
    const content = { users: { '@x:y': 1 }, 'org.example': [1], events_default: '0' };
    const change: PowerChange = { send: { from: 0, to: 10 }, 'kind:text': { from: 3, to: 4 }, ...raiseBruno };
    expect(withChange(content, change, names)).toEqual({
      users: { '@x:y': 1, '@agent-bruno:parley.test': 10 },
      'org.example': [1],
      events_default: 10,
    });
    expect(withChange(content, { send: { from: 5, to: 10 } }, names)).toBe(content);
  });

  it('are merged three ways, down to the single level; theirs stands where both changed the same', () => {
    const base = { users: { a: 1, b: 2, c: 3 }, events_default: 0, kick: 50 };
    const theirs = { users: { a: 9, c: 3, d: 4 }, events_default: 20, kick: 50, ban: 99 };
    const ours = { users: { a: 1, b: 2, c: 8, e: 10 }, events_default: 10, kick: 50 };
    expect(mergeContents(base, theirs, ours)).toEqual({
      users: { a: 9, c: 8, d: 4, e: 10 },
      events_default: 20,
      kick: 50,
      ban: 99,
    });
  });
});

describe('a change of the levels of a Matrix room', () => {
  let world: FakeWorldOf;
  let chat: ChatId;

  /** What happens while the bridge waits before it looks at the levels once more. */
  let whileWaiting: () => void;
  const lookAgainMs = 1_000;
  const clock: Clock = {
    ...systemClock,
    after(ms, run) {
      if (ms !== lookAgainMs) return systemClock.after(ms, run);
      whileWaiting();
      return systemClock.after(0, run);
    },
  };

  beforeEach(async () => {
    whileWaiting = () => undefined;
    world = await fakeWorld({}, { clock });
    await world.bridge.ensureAgent(exampleAgent(ada), null);
  });
  afterEach(() => world.close());

  async function room(version: string): Promise<Awaited<ReturnType<FakeWorldOf['person']>>> {
    const mara = await world.person('mara');
    const wish = { invite: [agentMember(ada)], room_version: version };
    chat = await mara.createRoom(wish);
    await world.bridge.join(chat, ada);
    await mara.give(chat, agentMember(ada), 100);
    return mara;
  }

  const content = (): Json => stateEvent(fakeRoom(), type)?.content ?? {};
  const fakeRoom = () => {
    const found = world.homeserver.world.rooms.get(externalIdOf(chat));
    if (found === undefined) throw new Error('no such room');
    return found;
  };
  const puts = () => world.homeserver.requests.filter(request => request.startsWith('PUT') && request.includes(type));

  /** Somebody changes the levels right before each of the next writes of ours. */
  function meanwhile(...edits: ((content: Json) => Json)[]): void {
    world.homeserver.intercept = request => {
      if (!request.startsWith('PUT') || !request.includes(type)) return null;
      const edit = edits.shift();
      if (edit === undefined) return null;
      emit(world.homeserver.world, fakeRoom(), {
        sender: '@mara:parley.test',
        type,
        state_key: '',
        content: edit(content()),
      });
      return null;
    };
  }

  const giving = (user: string, level: number) => (before: Json) => ({
    ...before,
    users: { ...(before.users as Json), [user]: level },
  });

  it('is one event, and leaves unknown fields as they are', async () => {
    await room('12');
    const before = puts().length;
    await world.bridge.changePower(chat, ada, raiseBruno);
    expect(puts()).toHaveLength(before + 1);
    expect(content()).toMatchObject({
      'org.example.unknown': { kept: [true] },
      users: { '@agent-ada:parley.test': 100, '@agent-bruno:parley.test': 10 },
    });
  });

  it('keeps what somebody changed between reading and writing, more than once', async () => {
    await room('12');
    meanwhile(giving('@zoe:parley.test', 50), giving('@yan:parley.test', 25));
    const power = await world.bridge.changePower(chat, ada, raiseBruno);
    expect(power.levels).toEqual({
      'agent:ada': 100,
      'agent:bruno': 10,
      'matrix:@zoe:parley.test': 50,
      'matrix:@yan:parley.test': 25,
    });
  });

  it('keeps what stood beside our event and lost against it, as homeservers take several at once', async () => {
    await room('12');
    world.homeserver.intercept = request => {
      const key = `${type}\0`;
      const former = fakeRoom().state.get(key);
      if (!request.startsWith('PUT') || !request.includes(type) || former === undefined) return null;
      world.homeserver.intercept = () => null;
      const beside = giving('@zoe:parley.test', 50)(content());
      emit(world.homeserver.world, fakeRoom(), { sender: '@mara:parley.test', type, state_key: '', content: beside });
      fakeRoom().state.set(key, former);
      return null;
    };
    const { levels } = await world.bridge.changePower(chat, ada, raiseBruno);
    expect(levels).toMatchObject({ 'agent:bruno': 10, 'matrix:@zoe:parley.test': 50 });
  });

  it('keeps it also where they go on from what our event had left of it', async () => {
    await room('12');
    meanwhile(giving('@zoe:parley.test', 50));
    whileWaiting = () => {
      whileWaiting = () => undefined;
      const { '@zoe:parley.test': _, ...users } = content().users as Json;
      const stale = { ...content(), users: { ...users, '@yan:parley.test': 25 } };
      emit(world.homeserver.world, fakeRoom(), { sender: '@mara:parley.test', type, state_key: '', content: stale });
    };
    const changed = world.bridge.changePower(chat, ada, raiseBruno);
    expect((await changed).levels).toMatchObject({
      'agent:bruno': 10,
      'matrix:@zoe:parley.test': 50,
      'matrix:@yan:parley.test': 25,
    });
  });

  it('gives way where somebody changed the same between reading and writing', async () => {
    await room('12');
    meanwhile(giving('@agent-bruno:parley.test', 33));
    expect((await world.bridge.changePower(chat, ada, raiseBruno)).levels).toMatchObject({ 'agent:bruno': 33 });
  });

  it('ends where others change the levels each time, to be tried again later', async () => {
    await room('12');
    meanwhile(...Array.from({ length: 20 }, (_, at) => giving(`@p${at}:parley.test`, at + 1)));
    const failed = { code: 'BRIDGE_REQUEST_FAILED', retry: true };
    await expect(world.bridge.changePower(chat, ada, raiseBruno)).rejects.toMatchObject(failed);
  });

  it('looks again when it is refused because of what somebody has just changed', async () => {
    await room('12');
    // Of this level ada may neither give nor take anything: to write without it is refused.
    meanwhile(giving('@zoe:parley.test', 120));
    const power = await world.bridge.changePower(chat, ada, raiseBruno);
    expect(power.levels).toMatchObject({ 'agent:bruno': 10, 'matrix:@zoe:parley.test': 120 });
    meanwhile(giving('@agent-ada:parley.test', 0));
    const lower: PowerChange = { [levelSetting(agentMember(agentId('bruno')))]: { from: 10, to: null } };
    await expect(world.bridge.changePower(chat, ada, lower)).rejects.toMatchObject({ code: 'BRIDGE_FORBIDDEN' });
  });

  it('knows creators of version 12, and never writes them down; before that they have a level', async () => {
    const mara = await room('12');
    expect(await world.bridge.power(chat, ada)).toMatchObject({ unbound: [mara.id], levels: { 'agent:ada': 100 } });
    await world.bridge.changePower(chat, ada, raiseBruno);
    expect(Object.keys(content().users as Json)).not.toContain('@mara:parley.test');
    await room('11');
    expect(await world.bridge.power(chat, ada)).toMatchObject({ unbound: [], levels: { [mara.id]: 100 } });
  });
});
