import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { isComplete } from './driver/answer.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { clientPath, matrixJson } from './driver/matrix-http.ts';
import { projectFolder } from './driver/parley-process.ts';
import type { Person } from './driver/person.ts';
import { type Content, record } from './driver/room-view.ts';
import { enter, introduction } from './driver/world.ts';

const config = { floor: { strategy: 'moderated' } };
const type = 'm.room.power_levels';
const forbidden = { status: 403, errcode: 'M_FORBIDDEN' };
const slow = '[[slow: 40 words, 50ms]]';

describeWith('synapse', 'a moderated room', () => {
  let world: ExternalWorld;
  let mara: Person;
  let tom: Person;

  beforeAll(async () => {
    world = await ExternalWorld.prepare({ config, preload: [join(projectFolder, 'test', 'crash', 'kill-at.ts')] });
    await world.parley.start();
    mara = await world.newPerson('Mara');
    tom = await world.newPerson('Tom');
  });
  afterAll(() => world?.stop());

  const levels = (room: string): Promise<Content> => mara.request('GET', clientPath('rooms', room, 'state', type));
  const users = async (room: string): Promise<Content> => record((await levels(room)).users) ?? {};
  const put = (room: string, content: Content) =>
    mara.request('PUT', clientPath('rooms', room, 'state', type), { body: content });

  /** A room of Mara's with Tom, two agents and @parley, which gets that level; moderated from its first message on. */
  async function room(level: number, { version = '12', users = {} } = {}): Promise<string> {
    const { ada, bruno, parley } = world.agents;
    const wish = level === 0 ? {} : { power_level_content_override: { users: { [parley]: level, ...users } } };
    const made = await mara.createRoom({
      name: 'Council',
      invite: [ada, bruno, parley, tom.id],
      ...wish,
      room_version: version,
    });
    await enter(tom, made);
    for (const agent of [ada, bruno, parley]) await introduction(mara, made, agent);
    if (level !== 0) await untilFree(made);
    return made;
  }

  /** Waits until no agent has the floor, says the homeserver. */
  async function untilFree(room: string, timeoutMs = 10_000): Promise<void> {
    const { ada, bruno } = world.agents;
    const held = async () => Object.keys(await users(room)).filter(user => user === ada || user === bruno);
    await expect.poll(held, { timeout: timeoutMs }).toEqual([]);
    await expect.poll(async () => (await levels(room)).events_default, { timeout: timeoutMs }).toBe(10);
  }

  /** As if the agent had got out of hand: by the application service's own token, past Parley. */
  async function sayDirectly(agent: string, room: string): Promise<unknown> {
    const { asToken } = JSON.parse(readFileSync(join(world.parley.data, 'registration.json'), 'utf8')) as {
      asToken: string;
    };
    const path = clientPath('rooms', room, 'send', 'm.room.message', randomUUID());
    const call = { query: { user_id: agent }, body: { msgtype: 'm.text', body: 'Out of turn!' } };
    return matrixJson({ homeserver: world.synapse.url, token: asToken }, 'PUT', path, call);
  }

  const changesOf = (room: string, sender: string) =>
    mara.view(room).events.filter(event => event.type === type && event.sender === sender);

  it('of version 12: the homeserver refuses all but the holder and the admins, who are never locked out', async () => {
    const { ada, bruno, parley } = world.agents;
    const council = await room(100);
    expect(mara.view(council).state.get('m.room.create ')?.content.room_version).toBe('12');
    expect(await levels(council)).toMatchObject({ events_default: 10, users: { [parley]: 100 } });
    await expect(tom.say(council, 'Me first!')).rejects.toMatchObject(forbidden);
    const question = await mara.say(council, `@Ada, please ${slow}`);
    await mara.waitForStart(council, question);
    expect((await users(council))[ada]).toBe(10);
    await expect(sayDirectly(bruno, council)).rejects.toMatchObject(forbidden);
    await expect(tom.say(council, 'But I!')).rejects.toMatchObject(forbidden);
    const raised = await tom.react(council, question, '✋');
    await tom.redact(council, raised);
    await mara.say(council, '@Tom, an admin may always speak.');
    expect((await mara.waitForAnswer(council, { to: question })).sender).toBe(ada);
    await untilFree(council);
    await expect(sayDirectly(ada, council)).rejects.toMatchObject(forbidden);
    expect(await users(council)).not.toHaveProperty([mara.id]);
  });

  it('goes from one holder to the next by one state event', async () => {
    const { parley } = world.agents;
    const council = await room(100);
    const now = await levels(council);
    const isUpToDate = () => isDeepStrictEqual(mara.view(council).state.get(`${type} `)?.content, now);
    await mara.watch.until('the end of the introductions', () => (isUpToDate() ? true : undefined));
    const before = changesOf(council, parley).length;
    const question = await mara.say(council, '@Ada, @Bruno: who are you?');
    await mara.watch.until('two answers', () =>
      mara.answers(council, question).filter(isComplete).length === 2 ? true : undefined,
    );
    await untilFree(council);
    await expect.poll(() => changesOf(council, parley).length - before).toBe(3);
  });

  it('keeps what others change between our changes', async () => {
    const { parley } = world.agents;
    const council = await room(100);
    const question = await mara.say(council, '@Ada, @Bruno: please [[slow: 80 words, 50ms]]');
    await mara.waitForStart(council, question);
    const wishes = Array.from({ length: 5 }, (_, at) => [`@person-${at}:parley.test`, 20 + at] as const);
    for (const [user, level] of wishes) {
      const now = await levels(council);
      const changed = { users: { ...record(now.users), [user]: level }, 'org.example.kept': { by: ['mara'] } };
      await put(council, { ...now, ...changed });
    }
    const bothAnswered = () => (mara.answers(council, question).filter(isComplete).length === 2 ? true : undefined);
    await mara.watch.until('two answers', bothAnswered, 30_000);
    await untilFree(council);
    expect(await users(council)).toEqual({ [parley]: 100, ...Object.fromEntries(wishes) });
    expect(await levels(council)).toMatchObject({ 'org.example.kept': { by: ['mara'] } });
  });

  it('of version 11 is the same, and its creator keeps the level', async () => {
    const { ada, parley } = world.agents;
    const council = await room(100, { version: '11', users: { [mara.id]: 100 } });
    await expect(tom.say(council, 'Me!')).rejects.toMatchObject(forbidden);
    expect((await mara.ask(council, '@Ada?')).sender).toBe(ada);
    await untilFree(council);
    expect(await users(council)).toMatchObject({ [mara.id]: 100, [parley]: 100 });
  });

  it('is put right within 10 s after a kill in the middle of a slot', async () => {
    const { ada } = world.agents;
    const council = await room(100);
    const question = await mara.say(council, `@Ada, please ${slow}`);
    await mara.waitForStart(council, question);
    await world.parley.kill();
    expect((await users(council))[ada]).toBe(10);
    await world.parley.start();
    await untilFree(council, 10_000);
    expect((await mara.waitForAnswer(council, { to: question })).sender).toBe(ada);
  });

  for (const at of ['power.stored', 'power.changed']) {
    it(`is put right within 10 s after a kill at ${at}`, async () => {
      const council = await room(100);
      await world.parley.stop();
      await world.parley.start({ env: { PARLEY_KILL_AT: at } });
      const question = await mara.say(council, '@Ada?');
      await world.parley.waitForExit();
      await world.parley.start();
      await mara.waitForAnswer(council, { to: question, timeoutMs: 10_000 });
      await untilFree(council, 10_000);
    });
  }

  it('without the power: says once what it needs, and is enforced when it is given', async () => {
    const { parley } = world.agents;
    const council = await room(0);
    const isNotice = (body: string) => body.includes('**100**') && body.includes('Admin');
    const notice = await mara.waitForMessage(council, message => isNotice(message.body));
    expect(notice).toMatchObject({ sender: parley, msgtype: 'm.notice' });
    await tom.ask(council, '@Ada, can you hear me?');
    expect(mara.messages(council).filter(message => isNotice(message.body))).toHaveLength(1);
    const now = await levels(council);
    await put(council, { ...now, users: { ...record(now.users), [parley]: 100 } });
    await untilFree(council);
    await expect(tom.say(council, 'And now?')).rejects.toMatchObject(forbidden);
  });

  it('is as it was when it is not moderated any more', async () => {
    const council = await room(100);
    const { events_default, events, ...now } = await levels(council);
    await put(council, { ...now, events_default, events, users: { ...record(now.users), [tom.id]: 1 } });
    await world.parley.stop();
    await world.parley.start({ config: {} });
    await expect.poll(async () => (await levels(council)).events_default, { timeout: 10_000 }).toBe(0);
    expect(await users(council)).toEqual({ [world.agents.parley]: 100, [tom.id]: 1 });
    expect(record((await levels(council)).events)).not.toHaveProperty(['m.reaction']);
    expect((await tom.ask(council, '@Ada?')).sender).toBe(world.agents.ada);
  });
});
