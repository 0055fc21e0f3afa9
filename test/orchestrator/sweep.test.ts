import { describe, expect, it } from 'vitest';
import { agentId, type ChatId, messageId, turnId } from '../../src/core/ids.ts';
import { newTurn } from '../../src/core/take-turns.ts';
import type { Turn } from '../../src/core/turn.ts';
import { startSweep, wakeAll, wakeLately } from '../../src/orchestrator/sweep.ts';
import type { Queue } from '../../src/ports/queue.ts';
import { testParley } from '../fakes/installation.ts';

const minute = 60_000;
const ada = agentId('ada');

/** An installation whose wake-ups are only written down. */
async function watched(hasRoom = () => true) {
  const test = await testParley();
  const woken: string[] = [];
  const queue: Queue = {
    wake: (topic, key) => void woken.push(`${topic} ${key}`),
    hasRoom: () => hasRoom(),
    handle: () => undefined,
    close: async () => undefined,
  };
  const mara = test.bridge.person('mara');
  const parley = { ...test.parley, queue };
  return {
    ...test,
    parley,
    mara,
    /** Which chats were woken since the last look. */
    woken: () => woken.splice(0),
    async chat(): Promise<ChatId> {
      const chat = mara.dm('@agent-ada');
      await test.settle();
      return chat;
    },
    /** A line that stands in the log, and whose wake-up is lost. */
    async unheard(room: ChatId, count = 1): Promise<void> {
      for (let number = 0; number < count; number += 1) mara.say(room, `line ${number}`);
      const said = test.bridge.network.room(room).events.slice(-count);
      await parley.messageLog.append(said);
    },
    async leaveOver(chat: ChatId, state: Turn['state']): Promise<void> {
      const trigger = messageId(test.bridge.name, `$${chat} ${state}`);
      const named = { _id: turnId(trigger, ada), chat, agent: ada, trigger, reason: 'mentioned', thread: null };
      await test.store.collection('turns').insert([newTurn({ ...named, state })]);
    },
  };
}

describe('the sweep', () => {
  it('wakes once a minute the rooms with turns that are not done, and no others', async () => {
    const { parley, chat, leaveOver, clock, crash, woken } = await watched();
    const chats = [await chat(), await chat(), await chat()];
    const [running, replied, queued] = chats as [ChatId, ChatId, ChatId];
    await leaveOver(await chat(), 'done');
    await crash();
    await leaveOver(running, 'running');
    await leaveOver(replied, 'replied');
    await leaveOver(queued, 'queued');
    await leaveOver(queued, 'running');
    const stop = startSweep(parley);
    await clock.advance(minute - 1);
    expect(woken()).toEqual([]);
    await clock.advance(1);
    expect(new Set(woken())).toEqual(new Set(chats.map(id => `rooms ${id}`)));
    await clock.advance(minute);
    expect(new Set(woken())).toEqual(new Set(chats.map(id => `rooms ${id}`)));
    stop();
    await clock.advance(10 * minute);
    expect(woken()).toEqual([]);
  });

  it('wakes agents that are on their way in or out, of which the wake-up may be lost, too', async () => {
    const { parley, clock, crash, woken, store } = await watched();
    await crash();
    const stored = await store.collection('agents').get(ada);
    if (stored === null) throw new Error('there is no Ada');
    const passage = {
      kind: 'retirement',
      step: 'leave',
      by: stored.owner,
      room: null,
      greets: null,
      since: 0,
    } as const;
    parley.service.take({ ...stored, passage } as unknown as typeof stored);
    const stop = startSweep(parley);
    await clock.advance(minute);
    expect(woken()).toEqual(['passages ada']);
    stop();
    await wakeLately(parley);
    expect(woken()).toEqual(['passages ada']);
  });

  it('wakes the rooms that have not dealt with what came in, of which the wake-up is lost, and no others', async () => {
    const { parley, chat, clock, crash, woken, unheard } = await watched();
    const [left] = [await chat(), await chat()];
    await clock.advance(20 * minute);
    await crash();
    const stop = startSweep(parley);
    await clock.advance(minute);
    expect(woken()).toEqual([]);
    await unheard(left);
    await clock.advance(minute);
    expect(woken()).toEqual([`rooms ${left}`]);
    stop();
  });

  it('waits with the rooms that nothing is known of while too much waits', async () => {
    let hasRoom = false;
    const { parley, chat, clock, crash, woken, store } = await watched(() => hasRoom);
    const known = await chat();
    await crash();
    for (const { _id } of await store.collection('messages').find({ limit: 100 }))
      await store.collection('messages').delete(_id);
    let isOver = false;
    const over = wakeAll(parley).then(() => {
      isOver = true;
    });
    await clock.advance(1_000);
    expect([isOver, woken()]).toEqual([false, []]);
    hasRoom = true;
    await clock.advance(1_000);
    await over;
    expect(woken()).toContain(`rooms ${known}`);
  });

  it('goes on after it has failed, which is logged', async () => {
    const { parley, chat, leaveOver, clock, crash, woken, logged } = await watched();
    const left = await chat();
    await crash();
    await leaveOver(left, 'running');
    let failures = 1;
    const store: typeof parley.store = {
      ...parley.store,
      collection(name) {
        failures -= 1;
        if (failures >= 0) throw new Error('The disk is full.');
        return parley.store.collection(name);
      },
    };
    const stop = startSweep({ ...parley, store });
    await clock.advance(minute);
    expect(woken()).toEqual([]);
    expect(logged.map(({ message }) => message)).toContain('A sweep failed; the next one tries again.');
    await clock.advance(minute);
    expect(woken()).toEqual([`rooms ${left}`]);
    stop();
  });

  it('finds every five minutes what was never delivered, in the rooms that were active lately', async () => {
    const { chat, mara, clock, bridge, answers, settle } = await watched();
    const [quiet, active] = [await chat(), await chat()];
    await clock.advance(16 * minute);
    mara.say(active, 'Hello');
    await settle();
    const { push } = bridge.network.outbound;
    Object.assign(bridge.network.outbound, { push: () => undefined });
    mara.say(active, 'Do you hear me?');
    mara.say(quiet, 'And you?');
    Object.assign(bridge.network.outbound, { push });
    await clock.advance(5 * minute);
    await settle();
    expect(answers(active).map(({ text }) => text)).toEqual(['Ada heard: Hello', 'Ada heard: Do you hear me?']);
    expect(answers(quiet)).toEqual([]);
  });
});

describe('a queue that has forgotten all wake-ups', () => {
  it('is told of every room that has something to deal with, however busy others are, and however long it waits', async () => {
    const { parley, chat, clock, crash, woken, unheard } = await watched();
    const [old, late, busy, quiet] = [await chat(), await chat(), await chat(), await chat()];
    await crash();
    await unheard(old);
    await clock.advance(20 * minute);
    await unheard(late);
    await clock.advance(1000);
    await unheard(busy, 1_100);
    await wakeLately(parley);
    const all = new Set(woken());
    expect(all).toEqual(new Set([old, late, busy].map(id => `rooms ${id}`)));
    expect(all).not.toContain(`rooms ${quiet}`);
  });
});

describe('the start', () => {
  it('wakes a room that is known only from the log, also behind a busy one', async () => {
    const { parley, chat, mara, crash, woken, bridge, clock, unheard } = await watched();
    const busy = await chat();
    await crash();
    const fresh = mara.createRoom({ invite: ['@agent-ada'] });
    await parley.messageLog.append(bridge.network.room(fresh).events.slice(-1));
    await clock.advance(1000);
    await unheard(busy, 1_100);
    await wakeAll(parley);
    expect(woken()).toContain(`rooms ${fresh}`);
  });

  it('wakes every room, also one that is known only from the log', async () => {
    const { parley, chat, mara, crash, store, woken, bridge, clock } = await watched();
    const chats: ChatId[] = [];
    for (let count = 0; count < 3; count += 1) {
      chats.push(await chat());
      await clock.advance(minute);
    }
    await crash();
    const unheard = mara.createRoom({ invite: ['@agent-ada'] });
    const [invitation] = bridge.network.room(unheard).events.slice(-1);
    await parley.messageLog.append(invitation ? [invitation] : []);
    expect(await store.collection('chats').get(unheard)).toBeNull();
    await wakeAll(parley);
    expect(new Set(woken())).toEqual(new Set([...chats, unheard].map(id => `rooms ${id}`)));
  });
});
