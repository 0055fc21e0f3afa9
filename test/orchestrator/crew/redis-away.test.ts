import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import type { Role } from '../../../src/core/crew.ts';
import type { ChatId } from '../../../src/core/ids.ts';
import { lookByShare } from '../../../src/orchestrator/crew/look-by-share.ts';
import type { ReplyPiece } from '../../../src/ports/agent-runtime.ts';
import { noSignals } from '../../../src/ports/signals.ts';
import { withFallback } from '../../../src/queues/fallback/queue.ts';
import { localQueue } from '../../../src/queues/local/queue.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { type Common, type Process, processOf } from '../../fakes/crew.ts';
import type { testParley } from '../../fakes/installation.ts';
import { heldReply } from '../../fakes/runtime.ts';
import { type SharedQueues, sharedQueues } from '../../fakes/shared-queue.ts';

type Settings = NonNullable<Parameters<typeof testParley>[0]>['settings'];

/** As `openNetwork` puts it together. Signals are lost with Redis. */
async function memberOf(
  all: Common,
  redis: SharedQueues,
  { name, role, settings = {} }: { readonly name: string; readonly role: Role; readonly settings?: Settings },
): Promise<Process> {
  let look = async (_first: boolean): Promise<void> => undefined;
  const made = await processOf(all, name, {
    role,
    settings,
    queue({ clock, log }) {
      const shared = redis.open(clock);
      const { presence } = shared;
      return withFallback({ shared, local: localQueue({ clock }), presence, clock, log, look: first => look(first) });
    },
  });
  if (role !== 'bridge') look = lookByShare(made.parley);
  return made;
}

/** A bridge and two workers, and somebody who talks with an agent in a few rooms. */
async function town(settings: Settings = {}) {
  const clock = heldClock();
  const network = memoryNetwork({ clock });
  const all: Common = { store: openMemoryStore({ clock }), network, signals: () => noSignals };
  const redis = sharedQueues();
  const bridge = await memberOf(all, redis, { name: 'bridge', role: 'bridge' });
  const workers = [
    await memberOf(all, redis, { name: 'worker-1', role: 'worker', settings }),
    await memberOf(all, redis, { name: 'worker-2', role: 'worker', settings }),
  ] as const;
  const mara = memoryBridge(network).person('mara');
  const agents = ['@agent-ada', '@agent-bruno', '@agent-clara'];
  const rooms = [...agents, ...agents].map(agent => mara.dm(agent));
  const pass = async (ms: number, of: readonly Process[] = [bridge, ...workers]): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) for (const one of of) await one.clock.advance(500);
  };
  const said = (): string[][] => rooms.map(room => bridge.answers(room).map(({ text }) => text));
  const askAll = (what: string): void => rooms.forEach(room => void mara.say(room, what));
  await pass(2_000);
  return { redis, bridge, workers, mara, rooms, pass, said, askAll };
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const asked = ({ runtime }: Process): number => runtime.requests.length;

/** What each room has heard so far, with one more answer to this. */
const oneMore = (before: readonly string[][], text: string): unknown[] =>
  before.map(lines => [...lines, expect.stringContaining(text)]);

describe('several processes without Redis', () => {
  it('answer each message once, within seconds, by all workers', async () => {
    const { redis, workers, pass, said, askAll } = await town();
    askAll('With Redis');
    await pass(2_000);
    const before = said();
    expect(before.map(lines => lines.at(-1))).toEqual(before.map(() => expect.stringContaining('With Redis')));
    redis.leave();
    await pass(3_000);
    const [one, other] = workers.map(asked);
    askAll('Without it');
    await pass(4_000);
    expect(said()).toEqual(oneMore(before, 'Without it'));
    const more = workers.map(asked).map((count, at) => count - ([one, other][at] ?? 0));
    expect(sumOf(more)).toBe(6);
    expect(Math.min(...more)).toBeGreaterThan(0);
  });

  it('answer what was told to nobody in the moment when it was lost', async () => {
    const { redis, pass, said, askAll } = await town();
    const before = said();
    redis.leave();
    askAll('Is anybody there?');
    await pass(6_000);
    expect(said()).toEqual(oneMore(before, 'Is anybody there?'));
  });

  it('double nothing when it is back', async () => {
    const { redis, workers, pass, said, askAll } = await town();
    redis.leave();
    await pass(3_000);
    const gate = Promise.withResolvers<void>();
    async function* late(): AsyncGenerator<ReplyPiece> {
      await gate.promise;
      yield { type: 'text', text: 'It took a while.' };
    }
    const before = said();
    const callsBefore = sumOf(workers.map(asked));
    for (const { runtime } of workers) runtime.answer(late);
    askAll('Now?');
    await pass(4_000);
    redis.comeBack();
    await pass(4_000);
    gate.resolve();
    await pass(4_000);
    expect(said()).toEqual(oneMore(before, 'It took a while.'));
    expect(sumOf(workers.map(asked)) - callsBefore).toBe(6);
  });

  it('go on with the rooms of a worker that dies meanwhile', async () => {
    const { redis, bridge, workers, pass, said, askAll } = await town();
    const before = said();
    redis.leave();
    await pass(3_000);
    const [dying, heir] = workers;
    const hold = heldReply();
    dying.runtime.answer(hold.script);
    askAll('Who answers?');
    await pass(3_000);
    const open = said().filter((lines, at) => lines.length === before[at]?.length);
    expect(open.length).toBeGreaterThan(0);
    // Its clock stands, and it says no more that it lives.
    await pass(20_000, [bridge, heir]);
    askAll('And now?');
    await pass(6_000, [bridge, heir]);
    for (const lines of said()) {
      expect(lines.filter(line => line.includes('Who answers?'))).toHaveLength(1);
      expect(lines.filter(line => line.includes('And now?'))).toHaveLength(1);
    }
  });

  it('keep to the number of dialogues of an agent all together', async () => {
    const attention = {
      atOnce: 1,
      weights: { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 },
    };
    const { redis, workers, mara, pass } = await town({ attention });
    redis.leave();
    await pass(3_000);
    const hold = heldReply();
    for (const { runtime } of workers) runtime.answer(hold.script);
    const rooms = ['one', 'two', 'three', 'four'].map(() => mara.dm('@agent-ada'));
    await pass(4_000);
    for (const room of rooms) mara.say(room, 'Ada?');
    const before = sumOf(workers.map(asked));
    await pass(10_000);
    const calls = sumOf(workers.map(asked)) - before;
    expect(calls).toBe(1);
  });

  it('break off what somebody stops whose command another one heard', async () => {
    const { redis, workers, mara, rooms, pass } = await town();
    redis.leave();
    await pass(3_000);
    const hold = heldReply();
    for (const { runtime } of workers) runtime.answer(hold.script);
    const [room] = rooms as [ChatId];
    mara.say(room, 'Tell me a long story.');
    await pass(4_000);
    hold.say('Once upon a time. '.repeat(20));
    await pass(2_000);
    const [turn] = await workers[0].store
      .collection('turns')
      .find({ where: { chat: room, state: 'running' }, limit: 1 });
    if (turn === undefined) throw new Error('Nobody answers.');
    const other = workers.find(({ crew }) => crew.self !== turn.claimedBy);
    await other?.store.collection('turns').replace({ ...turn, stop: 'person' });
    await pass(3_000);
    expect(hold.aborted()).toBe(true);
  });
});
