import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { agentId, commandTurnId, messageId } from '../../src/core/ids.ts';
import { asideTurn, scriptedTurn } from '../../src/core/take-turns.ts';
import { wakeAll } from '../../src/orchestrator/sweep.ts';
import type { CollectionName, Store } from '../../src/ports/store.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

/** A store that fails to replace floors, so many times. */
function failingFloors() {
  const stored = openMemoryStore({ clock: heldClock() });
  const floors = stored.collection('speaker_queues');
  let failures = 0;
  const failing: typeof floors = {
    ...floors,
    async replace(floor, outlives) {
      failures -= 1;
      if (failures >= 0) throw new ParleyError('STORE_FAILED', 'The store was told to fail here. Try again.');
      return floors.replace(floor, outlives);
    },
  };
  const collection = ((name: CollectionName) =>
    name === 'speaker_queues' ? failing : stored.collection(name)) as Store['collection'];
  const failNext = (times: number): void => {
    failures = times;
  };
  return { store: { ...stored, collection }, failNext };
}

async function group(store?: Store) {
  const test = await testParley(store ? { store } : {});
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await test.settle();
  const notices = () => test.answers(chat).filter(answer => answer.notice);
  return { ...test, mara, chat, notices };
}

/** An answer of @parley that was stored, and nothing after that. */
async function leaveOver({ store, chat, bridge }: Awaited<ReturnType<typeof group>>) {
  const parley = agentId('parley');
  const trigger = messageId(bridge.name, '$command');
  const named = { chat, agent: parley, trigger, reason: 'command', thread: null };
  const turn = asideTurn(scriptedTurn({ _id: commandTurnId(trigger, parley), ...named }, 'Here you are.', true));
  await store.collection('turns').insert([turn]);
  return turn._id;
}

describe('the answer to a command', () => {
  it('comes at once, while an agent speaks and another one waits', async () => {
    const { mara, chat, runtime, settle, notices, answers } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada, @Bruno: what do you say?');
    mara.say(chat, '!help');
    await settle();
    expect(notices()).toMatchObject([{ agent: 'parley', text: expect.stringContaining('!stop') }]);
    runtime.answer(() => 'fine');
    held.say('first');
    held.end();
    await settle();
    expect(answers(chat).map(answer => answer.agent)).toEqual(['parley', 'ada', 'bruno']);
  });

  it('does not count as a turn of the room', async () => {
    const { mara, chat, store, settle } = await group();
    mara.say(chat, '!help');
    await settle();
    expect(await store.collection('speaker_queues').get(chat)).toMatchObject({
      currentSpeaker: null,
      queue: [],
      turnsSincePerson: 0,
    });
  });

  it('comes once when the floor could not be stored behind it, and its message is dealt with again', async () => {
    const { store, failNext } = failingFloors();
    const { mara, chat, clock, answers } = await group(store);
    failNext(2);
    mara.say(chat, '!help');
    await clock.advance(10_000);
    expect(answers(chat)).toHaveLength(1);
  });

  it('comes once when only it was stored before a crash', async () => {
    const test = await group();
    await test.crash();
    await leaveOver(test);
    const second = await testParley({ bridge: test.bridge, store: test.store, clock: test.clock });
    await second.settle();
    await wakeAll(second.parley);
    await second.settle();
    expect(second.answers(test.chat).map(({ text }) => text)).toEqual(['Here you are.']);
  });

  it('is found by the sweep when its wake-up was lost', async () => {
    const test = await group();
    await leaveOver(test);
    await test.clock.advance(60_000);
    await test.settle();
    expect(test.answers(test.chat).map(({ text }) => text)).toEqual(['Here you are.']);
  });

  it('waits in the log where so many of them are on their way', async () => {
    const { bridge, mara, chat, store, clock, settle, notices } = await group();
    bridge.network.faults.delay('send', 60_000);
    for (let count = 0; count < 300; count += 1) mara.say(chat, '!stop');
    await settle();
    const open = await store.collection('turns').find({ where: { state: 'replied' }, limit: 1000 });
    expect(open.length).toBeLessThanOrEqual(100);
    bridge.network.faults.clear();
    await clock.advance(60_000);
    await clock.advance(60_000);
    expect(notices()).toHaveLength(300);
  });
});
