import { expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import type { ChatId } from '../../src/core/ids.ts';
import { change } from '../../src/orchestrator/change.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import type { CollectionName, Store } from '../../src/ports/store.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { ailingStore } from '../fakes/ailing-store.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';

/** A store in which the first read of a room waits once `isTime`. */
function slowRooms(store: Store, isTime: () => boolean) {
  const { promise: released, resolve, reject } = Promise.withResolvers<void>();
  let isHeld = false;
  const collection = (name: CollectionName): object => {
    const plain = store.collection(name);
    if (name !== 'chats') return plain;
    async function get(id: ChatId): Promise<unknown> {
      if (!isHeld && isTime()) {
        isHeld = true;
        await released;
      }
      return store.collection('chats').get(id);
    }
    return new Proxy(plain, { get: (target, key) => (key === 'get' ? get : Reflect.get(target, key)) });
  };
  return {
    store: { ...store, collection } as Store,
    release: {
      given: resolve,
      lost: () => reject(new ParleyError('STORE_UNREACHABLE', 'It is away.', { retry: true })),
    },
  };
}

/** A moderated room, in a store of which the first read of a room after an answer was lost takes long. */
async function moderatedRoom() {
  const clock = heldClock();
  const ill = ailingStore(openMemoryStore({ clock }));
  const slow = slowRooms(ill.store, ill.failed);
  const test = await testParley({ clock, store: slow.store });
  const { bridge, parley, store, settle, runtime } = test;
  const mara = bridge.person('mara');
  const chat: ChatId = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
  await settle();
  await change(store.collection('chats'), chat, stored => ({ ...stored, strategy: 'moderated' }));
  parley.queue.wake(topics.rooms, chat);
  await settle();
  const ada = Promise.withResolvers<void>();
  const bruno = Promise.withResolvers<void>();
  runtime.answer(async function* ({ agent }) {
    await (agent._id === 'ada' ? ada : bruno).promise;
    yield { type: 'text', text: 'Nothing.' };
  });
  return {
    ...test,
    say: (text: string) => mara.say(chat, text),
    loseFloor: () => ill.failAt(0, 'after', { only: 'speaker_queues' }),
    finishAda: ada.resolve,
    finishBruno: bruno.resolve,
    release: slow.release,
    card: () => bridge.network.timeline(chat).find(({ mark }) => mark?.turn.includes('#card-'))?.text,
  };
}

it.each(['given', 'lost'] as const)(
  'what became of a floor is told in order, however long it takes to read what room it is, whatever fails meanwhile, and where the answer is %s',
  async answer => {
    const room = await moderatedRoom();
    room.loseFloor();
    room.say('@Ada: what do you say?');
    await room.settle();
    await room.clock.advance(5_000);
    room.loseFloor();
    room.say('@Bruno: and you?');
    room.finishAda();
    await room.clock.advance(5_000);
    room.release[answer]();
    await room.settle();
    await room.clock.advance(20_000);
    const seen = room
      .published('SpeakRequested', 'SpeakGranted', 'SpeakReleased')
      .map(({ type, data }) => `${type} ${data.speaker}`);
    expect([...new Set(seen)]).toEqual([
      'SpeakRequested agent:ada',
      'SpeakGranted agent:ada',
      'SpeakRequested agent:bruno',
      'SpeakReleased agent:ada',
      'SpeakGranted agent:bruno',
    ]);
    expect(room.card()).toContain('**Bruno** speaks');
    room.finishBruno();
    await room.crash();
  },
);
