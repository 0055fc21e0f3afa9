import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, type Script } from '../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../fakes/scripted-model/server.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import type { RoomMessage } from './driver/room-view.ts';
import { toolModel } from './driver/settings.ts';
import { World } from './driver/world.ts';

/** A task takes many requests, one after the other, and the machine may be busy. */
const patienceMs = 60_000;
const poem = '# Autumn\n\nLeaves let go of trees';

/** A model that does a small task well: plans, asks where it is told to, writes a file, checks and reviews it. */
const works: Rule = request => {
  const tools = (request.body.tools ?? []).map(({ function: { name } }) => name);
  const calls = (name: string, input: object) => call([{ name, args: JSON.stringify(input) }]);
  const has = (text: string): boolean => request.everything.includes(text);
  if (has('take your time')) return { pieces: [], delayMs: 0, ending: 'stall', hang: true };
  if (tools.includes('submit_plan'))
    return calls('submit_plan', { steps: ['Write it'], checks: ['It has three lines'] });
  if (tools.includes('submit_work') && has('anthology')) return anthology(request);
  if (tools.includes('submit_work')) {
    // It listens only when the review says so.
    if (has('be corrected'))
      return calls('submit_work', { summary: has('sent it back') ? 'A haiku about the sea.' : 'A haiku.' });
    if (has('which tree') && !has('says in the thread'))
      return calls('ask_person', { question: 'Which tree is it about?' });
    const summary = has('An oak') ? 'A haiku about an oak.' : 'A haiku.';
    return calls('submit_work', { summary, files: [{ path: 'output/haiku.md', content: poem }] });
  }
  if (tools.includes('submit_checks'))
    return calls('submit_checks', { checks: [{ check: 1, passed: true, how: 'I counted.' }] });
  if (tools.includes('submit_review') && has('be corrected') && !has('A haiku about the sea.'))
    return calls('submit_review', { accepted: false, reasons: 'It is not about the sea.' });
  if (tools.includes('submit_review'))
    return calls('submit_review', { accepted: true, reasons: 'Three lines, and autumn.' });
  return undefined;
};

/** Makes three parts of it tasks, waits for them, and hands in what came of them. */
function anthology({ body }: ModelRequest): Script {
  const results = (body.messages ?? []).filter(({ role }) => role === 'tool').length;
  const tasks = (input: object) => ({ name: 'tasks', args: JSON.stringify(input) });
  const skills = ['code', 'data', 'research'];
  if (results === 0)
    return call(skills.map(skill => tasks({ action: 'create', text: `Poem on ${skill}`, skills: [skill] })));
  if (results === 3) return call([tasks({ action: 'wait' })]);
  return call([{ name: 'submit_work', args: JSON.stringify({ summary: 'Three poems.' }) }]);
}

/** The step of the task that survives in which its work is handed in. */
const isBuild = ({ everything, body }: ModelRequest): boolean =>
  everything.includes('that survives') && (body.tools ?? []).some(({ function: { name } }) => name === 'submit_work');

/** Hangs the first time. */
function hangingOnce(): Rule {
  let hung = false;
  return request => {
    if (hung || !isBuild(request)) return undefined;
    hung = true;
    return { pieces: [], delayMs: 0, ending: 'stall', hang: true };
  };
}

describeWith('synapse', 'a task', () => {
  let world: World;
  let mara: Person;
  let room: string;

  beforeAll(async () => {
    // She writes faster than people do.
    world = await World.start(url => ({ config: { ...toolModel(url), floor: { findBots: false } } }));
    world.model.rule(works);
    world.model.rule(hangingOnce());
    mara = await world.newPerson('Mara');
    const { ada, bruno, parley } = world.agents;
    room = await world.room(mara, [ada, bruno, parley]);
  });
  afterAll(() => world?.stop());

  const cardOf = (number: number, test: (card: RoomMessage) => boolean = () => true): Promise<RoomMessage> =>
    mara.waitForMessage(room, message => message.body.startsWith(`**Task #${number}:**`) && test(message), patienceMs);
  const inThread = (card: RoomMessage, test: (message: RoomMessage) => boolean): Promise<RoomMessage> =>
    mara.waitForMessage(room, message => message.thread === card.id && test(message), patienceMs);

  it('is asked for by a command, told in the thread on its card, and handed over with a file', async () => {
    await mara.say(room, '!task Write a haiku about autumn');
    const card = await cardOf(1);
    expect(card.sender).toBe(world.agents.parley);
    expect(card.body).toContain('Write a haiku about autumn');
    const plan = await inThread(card, ({ body }) => body.startsWith('**Plan**'));
    expect([plan.sender, plan.body]).toEqual([world.agents.ada, expect.stringContaining('1. Write it')]);
    const review = await inThread(card, ({ body }) => body.startsWith('✅ Accepted'));
    expect(review.sender).toBe(world.agents.bruno);
    const end = await inThread(card, ({ body }) => body.includes('task #1 is done'));
    expect(end.content['m.mentions']).toEqual({ user_ids: [mara.id] });
    const file = await inThread(card, ({ msgtype }) => msgtype === 'm.file');
    expect([file.sender, file.body]).toEqual([world.agents.ada, 'haiku.md']);
    expect(await (await mara.download(String(file.content.url))).text()).toBe(poem);
    const done = await cardOf(1, ({ body }) => body.includes('✅ complete'));
    expect(done.id).toBe(card.id);
    expect(done.body).toMatch(/complexity 1 · Ada · under a minute · [\d.]+k? tokens/);
    expect(done.body).toContain('`output/haiku.md`');
  });

  it('waits for the answer to its question, which is given in the thread', async () => {
    await mara.say(room, '!task Write a haiku, and ask me which tree it is about');
    const card = await cardOf(2);
    const question = await inThread(card, ({ body }) => body.includes('❓ Which tree is it about?'));
    expect(question.content['m.mentions']).toEqual({ user_ids: [mara.id] });
    await cardOf(2, ({ body }) => body.includes('Waits for an answer'));
    await mara.say(room, 'An oak', { thread: card.id });
    const end = await inThread(card, ({ body }) => body.includes('task #2 is done'));
    expect(end.body).toContain('A haiku about an oak.');
  });

  it('is corrected by a person in the middle, and sent back by a review', async () => {
    await mara.say(room, '!task Write a haiku, and be corrected');
    const card = await cardOf(3);
    const plan = await inThread(card, ({ body }) => body.startsWith('**Plan**'));
    await mara.say(room, 'About the sea, please', { thread: card.id });
    const back = await inThread(card, ({ body }) => body.startsWith('↩️ Sent back: It is not about the sea.'));
    expect(back.sender).not.toBe(plan.sender);
    const end = await inThread(card, ({ body }) => body.includes('task #3 is done'));
    expect(end.body).toContain('A haiku about the sea.');
    await cardOf(3, ({ body }) => body.includes('✅ complete') && body.includes('Sent back 1 time.'));
  });

  it('is done in three parts by three agents, each by its skills, and waits for them', async () => {
    const { clara } = world.agents;
    await mara.invite(room, clara);
    await mara.waitForMessage(room, ({ sender }) => sender === clara, 60_000);
    await mara.say(room, '!task Write an anthology');
    const card = await cardOf(4);
    const takers = [];
    for (const number of [5, 6, 7]) {
      const part = await cardOf(number, ({ body }) => body.includes('✅ complete'));
      const taken = await inThread(part, ({ body }) => body.includes(' takes this on '));
      takers.push(taken.body.split(' ')[0]);
    }
    expect(takers).toEqual(['Ada', 'Bruno', 'Clara']);
    const end = await inThread(card, ({ body }) => body.includes('task #4 is done'));
    expect(end.body).toContain('Three poems.');
  }, 180_000);

  it('🛑 on its card closes the connection to the model within a second', async () => {
    await mara.say(room, '!task Write a haiku, and take your time');
    const card = await cardOf(8);
    const asked = await world.model.waitFor(({ everything }) => everything.includes('take your time'));
    const stoppedAt = Date.now();
    await mara.react(room, card.id, '🛑');
    await cardOf(8, ({ body }) => body.includes('⏸ paused'));
    expect((asked.abortedAt ?? Number.POSITIVE_INFINITY) - stoppedAt).toBeLessThan(1_000);
    expect((await mara.ask(room, '!task cancel 8')).text).toBe('Task #8 is cancelled.');
  });

  it('explains itself, and is listed and shown', async () => {
    expect((await mara.ask(room, '!task')).text).toContain('!task Write a haiku about autumn');
    expect((await mara.ask(room, '!task list')).text).toContain('No task is open.');
    expect((await mara.ask(room, '!task list all')).text).toContain('**#1** Write a haiku about autumn (complete)');
    expect((await mara.ask(room, '!task show write a')).text).toContain('Several are meant by that: #8 Write a haiku');
    expect((await mara.ask(room, '!task show "haiku about aut"')).text).toContain(
      '**Task #1:** Write a haiku about autumn',
    );
    const got = await mara.ask(room, '!task get 1 haiku.md');
    const file = await mara.waitForMessage(room, ({ msgtype, thread }) => msgtype === 'm.file' && thread === undefined);
    expect([got.sender, file.body]).toEqual([world.agents.parley, 'haiku.md']);
  });

  it('goes on after Parley was killed in the middle of it, and nothing stands twice', async () => {
    await mara.say(room, '!task Write a haiku that survives');
    const card = await cardOf(9);
    const first = await world.model.waitFor(isBuild);
    await world.parley.kill();
    expect(first.aborted).toBe(true);
    await world.parley.start();
    await inThread(card, ({ body }) => body.includes('task #9 is done'));
    await inThread(card, ({ msgtype }) => msgtype === 'm.file');
    const said = mara
      .messages(room)
      .filter(({ thread }) => thread === card.id)
      .map(({ body }) => body.split('\n')[0]);
    expect(said).toEqual([...new Set(said)]);
    expect(world.model.requests.filter(isBuild)).toHaveLength(2);
    expect(mara.messages(room).filter(({ body }) => body.startsWith('**Task #9:**'))).toHaveLength(1);
  });
});
