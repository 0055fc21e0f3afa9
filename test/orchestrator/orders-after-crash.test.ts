import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import type { ChatId, MessageId } from '../../src/core/ids.ts';
import { memberOf } from '../../src/orchestrator/floor/floor-names.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';
import { mortalStore } from '../fakes/mortal-store.ts';

const settings = { strategy: 'moderated' as const };

/** A moderated room in which Tom has the floor, Ina and Joe wait for it, and Mara moderates. */
async function scene() {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const store = openMemoryStore({ clock });
  const test = await testParley({ clock, bridge, store, settings });
  const [mara, ...others] = ['mara', 'tom', 'ina', 'joe'].map(name => bridge.person(name));
  if (mara === undefined) throw new Error('nobody is there');
  const invite = ['@agent-ada', '@agent-bruno', '@parley', '@tom', '@ina', '@joe'];
  const chat = mara.createRoom({ invite });
  await rest(test);
  mara.say(chat, '@Ada: a question that is answered.');
  mara.say(chat, '!floor moderator @mara');
  await rest(test);
  const react = (who: typeof mara, key: string) => {
    const card = bridge.network
      .timeline(chat)
      .findLast(({ redacted, mark }) => !redacted && mark?.turn.includes('#card-'));
    who.react(chat, card?.id ?? ('no card' as MessageId), key);
  };
  for (const person of others) {
    react(person, '✋');
    await rest(test);
  }
  react(mara, '✅');
  await rest(test);
  await test.crash();
  return { clock, bridge, store, chat, mara, tom: others[0] ?? mara, react };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Long enough for the card, too. */
async function rest({ settle, clock }: Pick<TestParley, 'settle' | 'clock'>): Promise<void> {
  await settle();
  await clock.advance(3_000);
  await settle();
}

/** Who speaks, who waits, and all that agents said. */
async function outcome({ store, answers }: TestParley, chat: ChatId) {
  const floor = await store.collection('speaker_queues').get(chat);
  const stored = await store.collection('chats').get(chat);
  return {
    speaker: floor?.currentSpeaker ? memberOf(floor.currentSpeaker) : null,
    waiting: floor?.queue.map(one => [memberOf(one), one.granted ?? false]),
    rules: [floor?.held, floor?.moderator, floor?.slotRules, stored?.strategy],
    answers: answers(chat),
  };
}

type Death = { readonly writes: number } | { readonly step: string } | null;

/** Gives what came of an order, and whether Parley died in the middle of it. */
async function lives(order: (scene: Scene) => void, death: Death) {
  const room = await scene();
  const { clock, bridge, store, chat } = room;
  const mortal = mortalStore(store);
  const first = await testParley({ clock, bridge, store: mortal.store, settings });
  await rest(first);
  const die = (message: unknown) => {
    if (death !== null && 'step' in death && (message as { step: string }).step === death.step) mortal.dieAfter(0);
  };
  subscribe('parley:step', die);
  if (death !== null && 'writes' in death) mortal.dieAfter(death.writes);
  order(room);
  await rest(first);
  unsubscribe('parley:step', die);
  await Promise.race([first.crash(), clock.advance(0)]);
  const second = await testParley({ clock, bridge, store, settings });
  await rest(second);
  return { ...(await outcome(second, chat)), died: mortal.died() };
}

const orders: Readonly<Record<string, (scene: Scene) => void>> = {
  'the moderator’s ✅': ({ mara, react }) => react(mara, '✅'),
  'the moderator’s ⏭': ({ mara, react }) => react(mara, '⏭'),
  'the speaker’s ⏭': ({ tom, react }) => react(tom, '⏭'),
  'the moderator’s ⏸': ({ mara, react }) => react(mara, '⏸'),
  '!floor next': ({ mara, chat }) => mara.say(chat, '!floor next'),
  '!floor give @Bruno': ({ mara, chat }) => mara.say(chat, '!floor give @Bruno'),
  '!floor give @joe': ({ mara, chat }) => mara.say(chat, '!floor give @joe'),
  '!floor ask': ({ mara, chat }) => mara.say(chat, '!floor ask'),
  '!floor clear': ({ mara, chat }) => mara.say(chat, '!floor clear'),
  '!floor moderator priority': ({ mara, chat }) => mara.say(chat, '!floor moderator priority'),
  '!floor slot 10s 2 messages': ({ mara, chat }) => mara.say(chat, '!floor slot 10s 2 messages'),
  '!floor strategy default': ({ mara, chat }) => mara.say(chat, '!floor strategy default'),
};

describe('an order about the floor is carried out once', () => {
  for (const [name, order] of Object.entries(orders)) {
    it(`though Parley is killed between it and its commit, or anywhere else on its way: ${name}`, async () => {
      const calm = { ...(await lives(order, null)), died: true };
      expect(await lives(order, { step: 'floor.ordered' }), 'at floor.ordered').toEqual(calm);
      let kills = 0;
      for (let writes = 1; ; writes += 1) {
        const found = await lives(order, { writes });
        if (!found.died) break;
        expect(found, `after ${writes} writes`).toEqual(calm);
        kills += 1;
      }
      expect(kills).toBeGreaterThan(1);
    });
  }
});
