import { describe, expect, it } from 'vitest';
import type { Role } from '../../src/core/access.ts';
import { agentId, type ChatId } from '../../src/core/ids.ts';
import { editAgent, pauseAgent } from '../../src/orchestrator/lifecycle/change-agent.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { heldClock } from '../fakes/clock.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';
import { mortalStore } from '../fakes/mortal-store.ts';
import { heldReply } from '../fakes/runtime.ts';

const nora = agentId('nora');
const creation = '!agent create Nora "Plans travel." skills: trains, hotels';
const access = (people: Readonly<Record<string, Role>> = {}) =>
  everybodyIs('user', { '@mara': 'admin', '@anna': 'admin', ...people });

async function room(given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley({ settings: { access: access() }, ...given });
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@parley'] });
  await test.settle();
  const say = async (text: string, from = mara) => {
    from.say(chat, text);
    await test.settle();
    await test.settle();
  };
  const told = () => test.answers(chat).map(({ text }) => text);
  return { ...test, mara, chat, say, told };
}

const membersOf = ({ bridge }: Pick<TestParley, 'bridge'>, chat: ChatId) => [
  ...bridge.network.room(chat).members.keys(),
];
const stored = ({ store }: Pick<TestParley, 'store'>) => store.collection('agents').get(nora);

describe('an agent that is made by a command', () => {
  it('has an account, is in the room and in a direct chat with its owner, and answers', async () => {
    const test = await room();
    await test.say(creation);
    expect(await stored(test)).toMatchObject({
      status: 'idle',
      passage: null,
      owner: '@mara',
      source: 'command',
      resources: { skills: ['trains', 'hotels'] },
    });
    expect(membersOf(test, test.chat)).toContain('agent:nora');
    const direct = [...test.bridge.network.rooms.values()].find(({ kind }) => kind === 'private');
    expect([...(direct?.members.keys() ?? [])].sort()).toEqual(['agent:nora', 'memory:@mara']);
    expect(test.published('AgentIntroduced').at(-1)?.data).toMatchObject({ agent: 'nora', by: test.mara.id });
    await test.say('@Nora which trains go to Rome?');
    expect(test.answers(test.chat).at(-1)).toMatchObject({ agent: 'nora' });
  });

  it('is made once, wherever Parley is killed on the way', async () => {
    for (let writes = 1; ; writes += 1) {
      const clock = heldClock();
      const store = openMemoryStore({ clock });
      const mortal = mortalStore(store);
      const first = await room({ clock, store: mortal.store });
      mortal.dieAfter(writes);
      await first.say(creation);
      const survived = !mortal.died();
      await Promise.race([first.crash(), clock.advance(0)]);
      const { bridge } = first;
      const second = await testParley({ bridge, store, clock, settings: { access: access() } });
      await second.settle();
      await second.settle();
      expect(await stored(second), `killed after ${writes} writes`).toMatchObject({ status: 'idle', passage: null });
      expect(membersOf(second, first.chat)).toContain('agent:nora');
      expect([...bridge.network.rooms.values()].filter(({ kind }) => kind === 'private')).toHaveLength(1);
      expect(second.answers(first.chat).filter(({ text }) => text.includes('is being introduced'))).toHaveLength(1);
      if (survived) return;
    }
  });

  it('of a name that is taken is refused, also when two ask at once', async () => {
    const { bridge, say, told, chat, mara, settle, parley } = await room();
    await say('!agent create Ada "Another one."');
    expect(told().at(-1)).toBe('There is an agent Ada. Choose another name.');
    const anna = bridge.person('anna');
    mara.invite(chat, '@anna');
    mara.say(chat, creation);
    anna.say(chat, creation);
    await settle();
    expect(told().slice(-2).sort()).toEqual([
      expect.stringMatching(/is being introduced/),
      'There is an agent Nora. Choose another name.',
    ]);
    expect([...parley.agents.keys()].filter(id => id.startsWith('nora'))).toEqual(['nora']);
  });

  it('is not made by who lacks the right, and changed only by its owner and admins', async () => {
    const { bridge, mara, chat, say, told, parley } = await room();
    const gus = bridge.person('gus');
    mara.invite(chat, '@gus');
    await say('!agent create Otto "Helps."', gus);
    expect(told().at(-1)).toMatch(/^`!agent create` is not for you/);
    await say(creation);
    await say('!agent retire Nora', gus);
    expect(parley.agents.has(nora)).toBe(true);
  });
});

describe('a change', () => {
  it('counts at once, and the name on the network follows', async () => {
    const { say, bridge, told, published } = await room();
    await say(creation);
    await say('!agent edit nora description Plans journeys.');
    await say('!agent edit nora name Norma');
    await say('!who');
    expect(told().at(-1)).toContain('**Norma** (free): Plans journeys.');
    expect(bridge.network.accounts.get(nora)?.name).toBe('Norma');
    expect(published('AgentManifestChanged').map(({ data }) => data.changed)).toEqual([['description'], ['name']]);
  });

  it('against a version that somebody else has changed is found, and not made', async () => {
    const test = await room();
    await test.say(creation);
    const seen = await stored(test);
    await test.say('!agent edit nora description Plans journeys.');
    const words = { description: 'Sells ice.' };
    if (seen === null) throw new Error('Nora is not there.');
    await expect(editAgent(test.parley, { agent: nora, by: test.mara.id, words, seen })).rejects.toMatchObject({
      code: 'AGENT_CHANGED',
    });
    expect(await stored(test)).toMatchObject({ description: 'Plans journeys.' });
  });

  it('of an agent of the configuration stays until its file says something new', async () => {
    const test = await room();
    await test.say('!agent edit ada description Writes poems.');
    await test.crash();
    const { bridge, store, clock } = test;
    const same = await testParley({ bridge, store, clock });
    expect(same.parley.agents.get(agentId('ada'))?.description).toBe('Writes poems.');
    await same.crash();
    const wishes = sampleAgents.map(wish => ({ ...wish, description: `${wish.name} of the file.` }));
    const other = await testParley({ bridge, store, clock, wishes });
    expect(other.parley.agents.get(agentId('ada'))?.description).toBe('Ada of the file.');
  });
});

describe('an agent that is paused', () => {
  it('does not answer; the room is told once in each pause', async () => {
    const { say, told, answers, chat, clock } = await room();
    await say('!agent pause ada');
    await say('@Ada hello');
    await say('@Ada are you there?');
    const paused = /^Ada is paused and does not answer now/;
    expect(told().filter(text => paused.test(text))).toHaveLength(1);
    await say('!who');
    expect(told().at(-1)).toContain('**Ada** (paused)');
    await clock.advance(1_000);
    await say('!agent resume ada');
    await say('@Ada hello again');
    expect(answers(chat).at(-1)).toMatchObject({ agent: 'ada', text: 'Ada heard: @Ada hello again' });
    await say('!agent pause ada');
    await say('@Ada hello');
    expect(told().filter(text => paused.test(text))).toHaveLength(2);
  });

  it('stays so over a start', async () => {
    const test = await room();
    await pauseAgent(test.parley, { agent: agentId('ada'), by: null });
    await test.crash();
    const { bridge, store, clock } = test;
    const { parley } = await testParley({ bridge, store, clock });
    expect(parley.agents.get(agentId('ada'))).toMatchObject({ status: 'offline', paused: { by: null } });
  });
});

describe('an agent that is retired', () => {
  it('ends what it says, says goodbye once, leaves, and is free for its owner only', async () => {
    const { say, told, runtime, clock, bridge, chat, store, mara, settle, published } = await room({
      settings: { access: { ...access({ '@gus': 'user' }), needs: { ...access().needs, agents: 'user' } } },
    });
    await say(creation);
    const held = heldReply();
    runtime.answer(held.script);
    await say('@Nora hello');
    await say('!agent retire nora');
    await clock.advance(5_000);
    expect(await stored({ store })).toMatchObject({ passage: { kind: 'retirement', step: 'finish' } });
    held.say('Bon voyage.');
    held.end();
    await settle();
    await clock.advance(5_000);
    expect(await stored({ store })).toMatchObject({ status: 'retired', passage: null });
    expect(membersOf({ bridge }, chat)).not.toContain('agent:nora');
    expect(told().slice(-2)).toEqual(['Bon voyage.', expect.stringContaining('Goodbye')]);
    expect(published('AgentRetired').map(({ data }) => data.by)).toEqual([mara.id]);
    const gus = bridge.person('gus');
    mara.invite(chat, '@gus');
    await say('!agent create Nora "Another one."', gus);
    expect(told().at(-1)).toMatch(/^Nora is the name of a retired agent of somebody else/);
    await say('!agent create Nora "Back again."');
    expect(await stored({ store })).toMatchObject({ status: 'idle', description: 'Back again.' });
    expect(membersOf({ bridge }, chat)).toContain('agent:nora');
  });

  it('is cut when it takes too long', async () => {
    const { say, told, runtime, clock, store } = await room();
    await say(creation);
    runtime.answer(heldReply().script);
    await say('@Nora hello');
    await say('!agent retire nora');
    await clock.advance(70_000);
    expect(await stored({ store })).toMatchObject({ status: 'retired' });
    expect(told().some(text => text.includes('Time was up'))).toBe(true);
  });

  it('whose account is closed gives its name, but another account', async () => {
    const { say, clock, bridge, store, parley } = await room({
      settings: { access: access(), retirement: { finishMs: 1_000, closeAccounts: true } },
    });
    await say(creation);
    await say('!agent retire nora');
    await clock.advance(5_000);
    expect([...bridge.network.closed]).toEqual(['nora']);
    await say(creation);
    expect(await stored({ store })).toMatchObject({ status: 'retired' });
    expect(parley.agents.get(agentId('nora-2'))).toMatchObject({ name: 'Nora', passage: null });
  });

  it('is gone in the end, wherever Parley is killed on the way, with one goodbye', async () => {
    for (let writes = 1; ; writes += 1) {
      const clock = heldClock();
      const store = openMemoryStore({ clock });
      const mortal = mortalStore(store);
      const first = await room({ clock, store: mortal.store });
      await first.say(creation);
      await first.say('@Nora hello');
      mortal.dieAfter(writes);
      await first.say('!agent retire nora');
      await clock.advance(3_000);
      const survived = !mortal.died();
      await Promise.race([first.crash(), clock.advance(0)]);
      const { bridge } = first;
      const second = await testParley({ bridge, store, clock, settings: { access: access() } });
      await second.settle();
      await clock.advance(3_000);
      expect(await stored(second), `killed after ${writes} writes`).toMatchObject({ status: 'retired' });
      expect(membersOf(second, first.chat)).not.toContain('agent:nora');
      expect(second.answers(first.chat).filter(({ text }) => text.includes('Goodbye'))).toHaveLength(1);
      if (survived) return;
    }
  });
});
