import { describe, expect, it } from 'vitest';
import { agentId } from '../../src/core/ids.ts';
import { keepManifests } from '../../src/orchestrator/manifest/keep-manifests.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { ailingStore } from '../fakes/ailing-store.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';

const ada = agentId('ada');
const weights = { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 };
/** Longer than anything that failed waits before it is tried again. */
const patienceMs = 12_000;
/** In the order in which they are answered. */
const questions = ['what do you say?', 'and you?', 'and here?'];

async function twoRooms() {
  const clock = heldClock();
  const ill = ailingStore(openMemoryStore({ clock }));
  const test = await testParley({ clock, store: ill.store, settings: { attention: { atOnce: 1, weights } } });
  keepManifests(test.parley);
  const mara = test.bridge.person('mara');
  const invite = ['@agent-ada', '@agent-bruno', '@parley'];
  const rooms = [mara.createRoom({ invite }), mara.createRoom({ invite })] as const;
  const answersNow = questions.map(() => Promise.withResolvers<void>());
  test.runtime.answer(async function* ({ conversation, answering }) {
    const asked = (answering ?? conversation.at(-1))?.text ?? '';
    await answersNow[questions.findIndex(question => asked.includes(question))]?.promise;
    yield { type: 'text', text: 'Nothing.' };
  });
  await test.settle();
  await clock.advance(patienceMs);
  return { ...test, ill, mara, rooms, answersNow };
}

/** Three are asked, in two rooms, of an agent that does one thing at a time; what is seen of it, and what was told. */
async function life(writes: number, when: 'before' | 'after') {
  const { ill, mara, rooms, answersNow, bridge, clock, parley, store, settle, answers, published, crash } =
    await twoRooms();
  const [one, other] = rooms;
  ill.failAt(writes, when);
  const seen: object[] = [];
  const look = async () => {
    await settle();
    await clock.advance(patienceMs);
    const { focus, waiting } = await parley.attention.of(ada);
    const manifest = await store.collection('agents').get(ada);
    const card = bridge.network.timeline(one).find(({ mark }) => mark?.turn.includes('#card-'))?.text;
    const said = [...answers(one), ...answers(other)].map(({ agent, text }) => `${agent}: ${text}`);
    const { status, currentActivities } = manifest ?? {};
    seen.push({ focus: focus.length, waiting: waiting.length, status, currentActivities, card, said });
  };
  mara.say(one, '@Ada what do you say?');
  await look();
  mara.say(other, '@Ada and here?');
  mara.say(one, '@Bruno and you?');
  await look();
  for (const { resolve } of answersNow) {
    resolve();
    await look();
  }
  const told = new Set(published().map(({ id }) => id));
  const failed = ill.failed();
  await crash();
  return { seen, told, failed };
}

describe('where the store goes away for a moment at any write, all is in the end as if it had not:', () => {
  it.each(['before', 'after'] as const)(
    '%s it has written',
    async when => {
      const calm = await life(Number.POSITIVE_INFINITY, when);
      expect(calm.seen.at(-1)).toMatchObject({
        focus: 0,
        status: 'idle',
        said: ['ada: Nothing.', 'bruno: Nothing.', 'ada: Nothing.'],
      });
      let writes = 0;
      for (; ; writes += 1) {
        const { seen, told, failed } = await life(writes, when);
        if (!failed) break;
        expect(seen, `the write after ${writes}`).toEqual(calm.seen);
        expect([...told].toSorted(), `the write after ${writes}`).toEqual([...calm.told].toSorted());
      }
      expect(writes).toBeGreaterThan(20);
    },
    60_000,
  );
});
