import { expect, it } from 'vitest';
import { mostMemories } from '../../src/core/memory.ts';
import { taskRoom } from './support/room.ts';
import { calledIn, worker } from './support/worker.ts';

/** Keeps a note, where the task has one for it, and hands the work in. */
const keeping = worker({
  build(request) {
    const [, note] = /Keep: ([^"]*)/.exec(request.conversation[0]?.text ?? '') ?? [];
    return note !== undefined && !calledIn(request).includes('remember')
      ? { calls: [['remember', { note }]] }
      : { calls: [['submit_work', { summary: 'Done.' }]] };
  },
});

/** What agents got to read of their notes at the beginning of a task. */
const rememberedIn = (texts: readonly string[], task: number): string[] =>
  texts
    .filter(text => text.includes(`"task":${task},`))
    .flatMap(text => (/\{"remembered":\[.*?\]\}/.exec(text) ?? []).slice(0, 1));

async function room() {
  const test = await taskRoom();
  test.runtime.work(keeping);
  const texts = (): string[] => test.runtime.stepRequests.map(({ conversation }) => conversation[0]?.text ?? '');
  const ask = async (text: string, chat = test.chat): Promise<void> => {
    test.mara.say(chat, text);
    await test.rest();
  };
  return { ...test, texts, ask };
}

it('an agent keeps a note, and has it in its next task in the room', async () => {
  const { ask, texts } = await room();
  await ask('!task Keep: Mara wants dates as 2026-01-31');
  await ask('!task Write a haiku');
  expect(rememberedIn(texts(), 1)).toEqual([]);
  const [first] = rememberedIn(texts(), 2);
  expect(first).toBe('{"remembered":["Mara wants dates as 2026-01-31"]}');
  // The brief is the same in every step of a stage.
  const builds = texts().filter(text => text.includes('"task":2,') && text.includes('"stage":"build"'));
  expect(new Set(builds).size).toBe(1);
});

it('what was kept in one room is told in no other, and to no other agent', async () => {
  const { ask, texts, mara, settle, store, task } = await room();
  const other = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley'] });
  await settle();
  await ask('!task Keep: the launch is secret');
  await ask('!task Write a haiku', other);
  expect(rememberedIn(texts(), 2)).toEqual([]);
  const [memory] = await store.collection('memories').find({ limit: 2 });
  expect(memory).toMatchObject({ agent: (await task()).builders[0], person: mara.id, text: 'the launch is secret' });
  await ask(`!task Write a haiku`);
  await ask('!task assign 3 Clara');
  const clara = texts().filter(text => text.includes('"you":"Clara"'));
  expect(clara.filter(text => text.includes('launch is secret') && !text.includes('Keep:'))).toEqual([]);
});

it('it goes with the wish that it came of', async () => {
  const { ask, mara, chat, rest, store, bridge } = await room();
  await ask('!task Keep: the launch is secret');
  expect(await store.collection('memories').find({ limit: 5 })).toHaveLength(1);
  const wish = [...bridge.network.room(chat).shown.values()].find(({ text }) => text.startsWith('!task Keep'));
  mara.redact(chat, wish?.id as never);
  await rest();
  expect(await store.collection('memories').find({ limit: 5 })).toEqual([]);
});

it('the oldest note makes room for a new one', async () => {
  const { ask, store, task, chat } = await room();
  await ask('!task Write a haiku');
  const { builders, _id } = await task();
  const notes = Array.from({ length: mostMemories }, (_, nth) => ({
    _id: `m${String(nth).padStart(2, '0')}`,
    agent: builders[0] as never,
    chat,
    task: `${_id}x` as never,
    person: null,
    text: `note ${nth}`,
  }));
  await store.collection('memories').insert(notes);
  await ask('!task Keep: one more');
  const kept = await store.collection('memories').find({ limit: 100 });
  expect([
    kept.length,
    kept.some(({ text }) => text === 'note 0'),
    kept.some(({ text }) => text === 'one more'),
  ]).toEqual([mostMemories, false, true]);
});
