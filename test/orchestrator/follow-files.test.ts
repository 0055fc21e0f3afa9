import { expect, it } from 'vitest';
import { agentId } from '../../src/core/ids.ts';
import { followFiles } from '../../src/orchestrator/lifecycle/follow-files.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const ada = agentId('ada');
const [first, ...others] = sampleAgents;
const dora = { ...sampleAgents[1], _id: agentId('dora'), name: 'Dora' } as (typeof sampleAgents)[number];

async function lobby() {
  const test = await testParley({ settings: { access: everybodyIs('admin') } });
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
  await test.settle();
  const follow = (wishes: typeof sampleAgents) => followFiles(test.parley, wishes, { greets: mara.id, room: chat });
  const members = () => [...test.bridge.network.room(chat).members.keys()];
  return { ...test, mara, chat, follow, members };
}

it('a new file is a new agent: in the room of all, and in a direct chat with the owner', async () => {
  const { follow, settle, members, bridge, published } = await lobby();
  expect(await follow([...sampleAgents, dora])).toEqual([]);
  await settle();
  expect(members()).toContain('agent:dora');
  expect([...bridge.network.rooms.values()].filter(({ kind }) => kind === 'private')).toHaveLength(1);
  expect(published('AgentIntroduced').at(-1)?.data).toMatchObject({ agent: 'dora', by: null });
});

it('a changed file counts at once, and one that is not changed costs nothing', async () => {
  const { follow, settle, parley, bridge } = await lobby();
  const version = parley.agents.get(ada)?.version;
  await follow(sampleAgents);
  expect(parley.agents.get(ada)?.version).toBe(version);
  await follow(sampleAgents.map(wish => (wish._id === ada ? { ...wish, name: 'Adele' } : wish)));
  await settle();
  expect(parley.agents.get(ada)?.name).toBe('Adele');
  expect(bridge.network.accounts.get(ada)?.name).toBe('Adele');
});

it('a file that is removed while its agent speaks lets it end, and one that is back brings it back', async () => {
  const { follow, settle, members, mara, chat, runtime, clock, answers, parley } = await lobby();
  const held = heldReply();
  runtime.answer(held.script);
  mara.say(chat, '@Ada hello');
  await settle();
  await follow(others);
  await clock.advance(2_000);
  expect(members()).toContain('agent:ada');
  held.say('Here you are.');
  held.end();
  await clock.advance(2_000);
  expect(members()).not.toContain('agent:ada');
  expect(answers(chat).map(({ text }) => text)).toEqual(['Here you are.', expect.stringContaining('Goodbye')]);
  if (first !== undefined) await follow([first, ...others]);
  await settle();
  expect(members()).toContain('agent:ada');
  expect(parley.agents.get(ada)).toMatchObject({ status: 'idle', passage: null });
});

it('a file is told, and not taken, where a command has made an agent of that id', async () => {
  const { follow, settle, mara, chat, parley } = await lobby();
  mara.say(chat, '!agent create Dora "Plans gardens."');
  await settle();
  expect(await follow([...sampleAgents, dora])).toEqual([expect.stringMatching(/^Dora is passed over: .*by command/)]);
  expect(parley.agents.get(dora._id)).toMatchObject({ description: 'Plans gardens.', source: 'command' });
});

it('who was retired by somebody stays so until the file says something new', async () => {
  const { follow, settle, mara, chat, parley, clock } = await lobby();
  mara.say(chat, '!agent retire ada');
  await settle();
  await clock.advance(2_000);
  await follow(sampleAgents);
  await settle();
  expect(parley.agents.has(ada)).toBe(false);
  await follow(sampleAgents.map(wish => (wish._id === ada ? { ...wish, description: 'New.' } : wish)));
  await settle();
  expect(parley.agents.get(ada)).toMatchObject({ description: 'New.' });
});
