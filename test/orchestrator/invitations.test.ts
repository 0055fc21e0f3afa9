import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { agentId, agentMember, type ChatId } from '../../src/core/ids.ts';
import { intake } from '../../src/orchestrator/intake.ts';
import { everybodyIs } from '../fakes/access.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';

const ada = agentId('ada');
const slowMs = 110_000;

const texts = (parley: TestParley, chat: ChatId): string[] => parley.answers(chat).map(({ text }) => text);
const stateOf = ({ bridge }: TestParley, chat: ChatId): string | undefined =>
  bridge.network.room(chat).members.get(agentMember(ada));
const stayOf = ({ store }: TestParley, chat: ChatId) => store.collection('agent_chats').get(`${chat}/ada`);
const count = ({ store }: TestParley, chat: ChatId) =>
  store
    .collection('messages')
    .find({ where: { chat }, limit: 1000 })
    .then(found => found.length);

const refused = () => new ParleyError('BRIDGE_FORBIDDEN', 'Not invited any more.');

describe('an invitation', () => {
  it('that the network is slow to accept holds up no other room', async () => {
    const parley = await testParley();
    const { bridge, settle } = parley;
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await settle();
    bridge.network.faults.delay('join', slowMs);
    for (let index = 0; index < 70; index += 1) mara.dm('@agent-ada');
    await settle();
    mara.say(chat, 'Still there?');
    await settle();
    expect(texts(parley, chat)).toEqual(['Ada heard: Still there?']);
  });

  it('that the network is slow to accept is accepted all the same, each of many', async () => {
    const parley = await testParley();
    const { bridge, settle, clock } = parley;
    const mara = bridge.person('mara');
    bridge.network.faults.delay('join', slowMs);
    const chats = Array.from({ length: 70 }, () => mara.dm('@agent-ada'));
    await settle();
    await clock.advance(5 * slowMs);
    expect(chats.map(chat => stateOf(parley, chat))).toEqual(chats.map(() => 'joined'));
  });

  it('puts the agent into the room at once, also where the event of its joining is lost', async () => {
    const parley = await testParley();
    const { bridge, settle, clock, store } = parley;
    const mara = bridge.person('mara');
    bridge.network.faults.delay('join', 1000);
    const chat = mara.dm('@agent-ada');
    await settle();
    const { faults, outbound } = bridge.network;
    const push = outbound.push;
    Object.assign(outbound, { push: () => undefined });
    await clock.advance(1000);
    Object.assign(outbound, { push });
    faults.clear();
    expect((await store.collection('chats').get(chat))?.participants).toContain(agentMember(ada));
    mara.say(chat, 'Hello');
    await settle();
    expect(texts(parley, chat)).toEqual(['Ada heard: Hello']);
  });

  it('that was not answered before a crash is answered after the next start', async () => {
    const first = await testParley();
    const { bridge, store, clock } = first;
    bridge.network.faults.failNext('join', 1000, 'before');
    const chat = bridge.person('mara').dm('@agent-ada');
    await first.settle();
    await first.crash();
    bridge.network.faults.clear();
    const second = await testParley({ bridge, store, clock });
    await second.settle();
    expect(stateOf(second, chat)).toBe('joined');
    expect(await stayOf(second, chat)).toMatchObject({ joinedAt: clock.now(), leftAt: null });
  });

  it('that was given up is answered after the next outage', async () => {
    const parley = await testParley();
    const { bridge, settle, clock, logged } = parley;
    bridge.network.faults.failNext('join', 8, 'before');
    const chat = bridge.person('mara').dm('@agent-ada');
    await settle();
    await clock.advance(120_000);
    expect(logged.filter(({ message }) => message.startsWith('Gave up an invitation'))).toHaveLength(1);
    expect(stateOf(parley, chat)).toBe('invited');
    bridge.network.outbound.lose(() => undefined);
    await settle();
    expect(stateOf(parley, chat)).toBe('joined');
  });

  it('that does not hold any more is not tried again; a later one is', async () => {
    const parley = await testParley();
    const { bridge, settle, clock, store } = parley;
    const mara = bridge.person('mara');
    bridge.network.faults.failNext('join', 1, 'before', refused);
    const chat = mara.createRoom({ invite: ['@agent-ada'] });
    await settle();
    expect(await stayOf(parley, chat)).toMatchObject({ joinedAt: null, leftAt: clock.now() });
    await parley.crash();
    const second = await testParley({ bridge, store, clock });
    await second.settle();
    expect(stateOf(second, chat)).toBe('invited');
    mara.kick(chat, '@agent-ada');
    mara.invite(chat, '@agent-ada');
    await second.settle();
    expect(stateOf(second, chat)).toBe('joined');
    expect(await stayOf(second, chat)).toMatchObject({ joinedAt: clock.now(), leftAt: null, leftWhy: null });
  });

  it('of somebody who may not invite is declined, once', async () => {
    const parley = await testParley({ settings: { access: everybodyIs('user', { '@eve': 'guest' }) } });
    const { bridge, settle, logged } = parley;
    const chat = bridge.person('eve').createRoom({ invite: ['@agent-ada'] });
    await settle();
    bridge.network.outbound.repeat(1);
    await settle();
    expect(stateOf(parley, chat)).toBeUndefined();
    expect(logged.filter(({ message }) => message.startsWith('Declined'))).toHaveLength(1);
    expect(await stayOf(parley, chat)).toMatchObject({ joinedAt: null, leftWhy: 'left' });
  });

  it('that was declined is no reason to decline that of somebody who may invite', async () => {
    const parley = await testParley({ settings: { access: everybodyIs('user', { '@eve': 'guest' }) } });
    const { bridge, settle } = parley;
    const chat = bridge.person('eve').createRoom({ invite: ['@mara', '@agent-ada'] });
    await settle();
    expect(stateOf(parley, chat)).toBeUndefined();
    const mara = bridge.person('mara');
    mara.invite(chat, '@agent-ada');
    await settle();
    mara.say(chat, '@Ada, are you there?');
    await settle();
    expect(texts(parley, chat)).toEqual(['Ada heard: @Ada, are you there?']);
  });
});

describe('an invitation that was never delivered', () => {
  it('is found after a gap, and taken into the log once', async () => {
    const parley = await testParley();
    const { bridge, settle } = parley;
    const mara = bridge.person('mara');
    let chat = mara.createRoom();
    bridge.network.outbound.lose(() => {
      chat = mara.dm('@agent-ada');
    });
    bridge.network.outbound.lose(() => undefined);
    await settle();
    expect(stateOf(parley, chat)).toBe('joined');
    const before = await count(parley, chat);
    bridge.network.outbound.lose(() => undefined);
    await settle();
    expect(await count(parley, chat)).toBe(before);
    mara.say(chat, 'Hello');
    await settle();
    expect(texts(parley, chat)).toEqual(['Ada heard: Hello']);
  });

  it('is found although the network fails for another agent, which is logged', async () => {
    const parley = await testParley();
    const { bridge, settle, logged } = parley;
    const { rooms } = bridge;
    bridge.rooms = agent => (agent === 'bruno' ? Promise.reject(refused()) : rooms(agent));
    let chat: ChatId | undefined;
    bridge.network.outbound.lose(() => {
      chat = bridge.person('mara').dm('@agent-ada');
    });
    await settle();
    expect(chat && stateOf(parley, chat)).toBe('joined');
    expect(logged.filter(({ message }) => message.startsWith('Could not look for lost invitations'))).toHaveLength(1);
  });

  it('does not keep the gap open while the network is slow', async () => {
    const { bridge, parley } = await testParley();
    bridge.rooms = () => new Promise(() => undefined);
    await expect(intake(parley).gap()).resolves.toBeUndefined();
  });
});
