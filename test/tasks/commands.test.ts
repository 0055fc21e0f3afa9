import { expect, it } from 'vitest';
import { everybodyIs } from '../fakes/access.ts';
import { taskRoom } from './support/room.ts';
import { worker } from './support/worker.ts';

const hangs = worker({
  design: (_, signal) => new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
});

/** A room with tasks that are under way, and what @parley answers there. */
async function withTasks(...titles: readonly string[]) {
  const settings = {
    access: everybodyIs('admin'),
    tasks: { perAgent: 100, perRoom: 20, stepsPerStage: 40, tokens: 100_000, approvalMs: 1 },
  };
  const room = await taskRoom({ settings });
  room.runtime.work(hangs);
  for (const title of titles) room.mara.say(room.chat, `!task ${title}`);
  await room.rest();
  const ask = async (text: string, saying = {}): Promise<string> => {
    const before = room.answers(room.chat).length;
    room.mara.say(room.chat, text, saying);
    await room.settle();
    return room
      .answers(room.chat)
      .slice(before)
      .map(answer => answer.text)
      .join('\n');
  };
  return { ...room, ask };
}

it('lists tasks by pages, the most urgent first', async () => {
  const { ask, clock } = await withTasks(...Array.from({ length: 18 }, (_, nth) => `Thing ${nth + 1}`));
  await clock.advance(60_000);
  await ask('!task priority 18 urgent');
  const first = (await ask('!task list')).split('\n');
  expect([first[0], first.length]).toEqual(['- **#18** Thing 18 (design, urgent, Clara)', 17]);
  expect(first.at(-1)).toBe('18 tasks, page 1 of 2: `!task list open 2` shows the next.');
  expect(
    (await ask('!task list open 2'))
      .split('\n')
      .slice(0, 3)
      .map(line => line.slice(0, 8)),
  ).toEqual(['- **#15*', '- **#16*', '- **#17*']);
});

it('completes half-written numbers and titles, and asks where several are meant', async () => {
  const { ask } = await withTasks('Write a haiku', 'Write a letter', 'Plot the sales');
  expect(await ask('!task status plot')).toContain('**#3** Plot the sales');
  expect(await ask('!task sta "a let"')).toContain('**#2** Write a letter');
  expect(await ask('!task show write')).toContain(
    'Several are meant by that: #2 Write a letter, #1 Write a haiku. Say the number.',
  );
  expect(await ask('!task show Write a haiku')).toContain('**Task #1:** Write a haiku');
  expect(await ask('!task show me the money')).toContain('`!task new …` makes one that begins with these words');
  expect(await ask('!task show nothing')).toContain('`!task new …` makes one that begins with these words');
  expect(await ask('!task pause')).toContain(
    'There are several tasks: #3 Plot the sales, #2 Write a letter, #1 Write a haiku. Say which, by its number.',
  );
});

it('says how a task is asked for whose words begin like another command', async () => {
  const { ask } = await withTasks('Write a haiku');
  const hint = 'To have a task done that begins with these words, write `!task new …`';
  expect(await ask('!task list the ten largest cities')).toContain(hint);
  expect(await ask('!task assign points to the cities')).toContain(hint);
  expect(await ask('!task priority 1 very high')).not.toContain(hint);
  expect(await ask('!task list 1 2')).not.toContain(hint);
});

it('in its thread a task needs no name', async () => {
  const { ask, card, task, thread } = await withTasks('Write a haiku', 'Write a letter');
  const saying = { thread: card() };
  await ask('!task pause', saying);
  await ask('!task priority this high', saying);
  await ask('!task complexity this 7', saying);
  expect(await task(1)).toMatchObject({
    priority: 3,
    complexity: 7,
    complexityBy: 'person',
    held: { by: 'memory:@mara' },
  });
  expect(thread().map(({ text }) => text)).toContain('Task #1 has the priority high now.');
  expect((await task(2)).held).toBeNull();
});

it('tells what happened, and who did it', async () => {
  const { ask } = await withTasks('Write a haiku');
  await ask('!task pause 1');
  expect((await ask('!task log 1')).split('\n')).toEqual([
    '**Task #1**',
    '- 2026-01-01 00:00 UTC: design\\: paused (Mara)',
    '- 2026-01-01 00:00 UTC: → design (Ada)',
    '- 2026-01-01 00:00 UTC: created (Mara)',
  ]);
});

it('tells among what happened what people said in the thread, and nothing that they took back', async () => {
  const { ask, card, mara, chat, rest, clock } = await withTasks('Write a haiku');
  await clock.advance(60_000);
  await ask('Make it about *rain*,\nplease.', { thread: card() });
  const slip = mara.say(chat, 'My password is tulip.', { thread: card() });
  await rest();
  mara.redact(chat, slip);
  await clock.advance(60_000);
  await ask('!task pause 1');
  const log = await ask('!task log 1');
  expect(log.split('\n').slice(1, 3)).toEqual([
    expect.stringContaining('paused (Mara)'),
    String.raw`- 2026-01-01 00:01 UTC: Mara said: “Make it about \*rain\*, please\.”`,
  ]);
  expect(log).not.toContain('tulip');
});

it('who may not steer a task reads in its log their own words and no others: they may have come after those were said', async () => {
  const { answers, card, chat, clock, mara, rest, runtime, settle, tom } = await taskRoom();
  runtime.work(hangs);
  mara.say(chat, '!task Write a haiku');
  await rest();
  mara.say(chat, 'The surprise is a boat.', { thread: card() });
  await clock.advance(60_000);
  tom.say(chat, 'Rain would be nice.', { thread: card() });
  await rest();
  const log = async (who: typeof tom): Promise<string> => {
    who.say(chat, '!task log 1');
    await settle();
    return answers(chat).at(-1)?.text ?? '';
  };
  const seen = await log(tom);
  expect(seen).toContain('Tom said: “Rain would be nice');
  expect(seen).toContain('created (Mara)');
  expect(seen).not.toContain('boat');
  expect(seen.split('\n').at(-1)).toBe('What others said is in its thread.');
  const all = await log(mara);
  expect(all).toContain('boat');
  expect(all).not.toContain('What others said');
});

it('explains itself; what begins like another command is said with `new` or in quotes', async () => {
  const { ask, task } = await withTasks();
  expect(await ask('!task')).toContain('A task is work with a result');
  await ask('!task new Show the average');
  await ask('!task "List the rivers of Europe"');
  expect([(await task(1)).title, (await task(2)).title]).toEqual(['Show the average', 'List the rivers of Europe']);
});

it('a room has so many open tasks and no more', async () => {
  const titles = Array.from({ length: 21 }, (_, nth) => `Thing ${nth + 1}`);
  const { message, store } = await withTasks(...titles);
  expect(message('This room has 20 open tasks, which is the most.')).toBeDefined();
  expect(await store.collection('tasks').find({ limit: 50 })).toHaveLength(20);
});

it('a name of a command that is misspelt makes no task', async () => {
  const { ask, store } = await withTasks();
  expect(await ask('!task shwo 1')).toContain(
    'There is no command `!task shwo`. Did you mean `!task show` or `!task new shwo 1`?',
  );
  expect(await ask('!task stats')).toContain('Did you mean `!task status` or `!task new stats`?');
  expect(await store.collection('tasks').find({ limit: 5 })).toEqual([]);
  await ask('!task Stats of the last year');
  expect(await store.collection('tasks').find({ limit: 5 })).toHaveLength(1);
});

it('tells of all its commands in a line each, and of one in full', async () => {
  const { ask } = await withTasks();
  const all = await ask('!help task');
  expect(all).toContain('- `!task pause [<task>]` — Lets a task rest where it is');
  expect(all.split('\n').length).toBeLessThan(25);
  expect(await ask('!help task log')).toContain('- For example: `!task log 3 2`');
});
