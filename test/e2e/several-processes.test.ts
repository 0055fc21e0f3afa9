import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { type OwnRedis, startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import type { ParleyProcess } from './driver/parley-process.ts';
import type { Person } from './driver/person.ts';
import { introduction } from './driver/world.ts';

const beginsAnew = 'it begins anew';
/** Lets a process have a clock of its own. */
const ownClock = join(import.meta.dirname, '..', 'chaos', 'preload', 'clock.ts');

describeWith('synapse', 'several processes', () => {
  describeWith('redis', 'that share the work', () => {
    describeWith('mongodb', 'through a MongoDB', () => {
      let mongo: MongoServer;
      let database: string;
      let redis: OwnRedis;
      let world: ExternalWorld;
      let workers: ParleyProcess[];
      let clocks: readonly string[];
      let mara: Person;
      let room: string;

      beforeAll(async () => {
        [mongo, redis] = [await mongoServer(), await startRedis()];
        database = mongo.newDatabase();
        const env = { MONGODB_URL: database, REDIS_URL: redis.url, PARLEY_METRICS_PORT: '0' };
        // Each message is to have an answer of its own.
        const config = { conversation: { mergeWithinSeconds: 0 } };
        world = await ExternalWorld.prepare({ config, env: { ...env, PARLEY_ROLE: 'bridge' } });
        clocks = [0, 1].map(at => join(world.parley.folder, `clock-${at}`));
        workers = clocks.map((CHAOS_CLOCK, at) =>
          world.parley.beside({ PARLEY_ROLE: 'worker', OPENAI_API_KEY: `worker-${at}`, CHAOS_CLOCK }, [ownClock]),
        );
        for (const parley of [world.parley, ...workers]) await parley.start();
        mara = await world.newPerson('Mara');
        room = await mara.createRoom({ name: 'A room', invite: [world.agents.ada] });
        await introduction(mara, room, world.agents.ada);
      });
      afterAll(async () => {
        await Promise.all((workers ?? []).map(worker => worker.stop()));
        await world?.stop();
        await redis?.stop();
        await mongo?.close();
      });

      const asks = (text: string) => mara.say(room, text, { mentions: [world.agents.ada] });
      const answersTo = (asked: string) => mara.answers(room, asked).map(({ text }) => text);

      async function untilAnswered(asked: string): Promise<string> {
        return (await mara.waitForAnswer(room, { to: asked, timeoutMs: 60_000 })).text;
      }

      it('a person is answered, though who hears is not who answers', async () => {
        expect(await untilAnswered(await asks('[[say: one]]'))).toBe('one');
      });

      it('their MongoDB, and all that goes through their Redis, show no text of a private chat', async () => {
        await using redisWords = await listenTo(redis.port);
        const said = await asks('[[say: a red boat]]');
        expect(await untilAnswered(said)).toBe('a red boat');
        await untilAnswered(await asks('[[say: so that all of it was told]]'));
        for (const seen of [await everythingIn(database), redisWords.heard()]) {
          expect(seen).toContain(said);
          expect(seen).not.toContain('red boat');
        }
      });

      it('a worker that is told to end (SIGTERM) in the middle of a long answer does so within ten seconds, and another goes on', {
        timeout: 90_000,
      }, async () => {
        const asked = await asks('[[slow: 150 words, 100ms]]');
        await mara.waitForStart(room, asked);
        const [busy, other] = busyFirst();
        const begun = Date.now();
        busy.signal('SIGTERM');
        expect(await busy.waitForExit(30_000)).toBe(0);
        expect(Date.now() - begun).toBeLessThan(10_000);
        expect(await untilAnswered(asked)).toMatch(/word150$/);
        expect(answersTo(asked)).toHaveLength(1);
        expect(other.running).toBe(true);
        await busy.start();
      });

      it('a worker that is killed in the middle of an answer is taken over, and people get it once', {
        timeout: 90_000,
      }, async () => {
        const asked = await asks('[[slow: 60 words, 100ms]]');
        await mara.waitForStart(room, asked);
        const [busy, other] = busyFirst();
        await busy.kill();
        expect(await untilAnswered(asked)).toContain('word60');
        expect(answersTo(asked)).toHaveLength(1);
        await busy.start();
        expect(other.running).toBe(true);
      });

      it('a worker that was frozen does no harm when it wakes up, and works again', { timeout: 90_000 }, async () => {
        const asked = await asks('[[slow: 50 words, 100ms]]');
        await mara.waitForStart(room, asked);
        const [busy] = busyFirst();
        process.kill(busy.pid, 'SIGSTOP');
        const text = await untilAnswered(asked);
        process.kill(busy.pid, 'SIGCONT');
        await busy.waitForOutput(beginsAnew, 30_000);
        expect(text).toContain('word50');
        await sleep(3_000);
        expect(answersTo(asked)).toEqual([text]);
        expect(await untilAnswered(await asks('[[say: after the frost]]'))).toBe('after the frost');
      });

      it('a worker whose clock is set ten minutes ahead cuts nobody short', { timeout: 60_000 }, async () => {
        const { ada, bruno } = world.agents;
        const group = await mara.createRoom({ name: 'Taking turns', invite: [ada, bruno] });
        for (const agent of [ada, bruno]) await introduction(mara, group, agent);
        const asked = await mara.say(group, '[[slow: 60 words, 100ms]]', { mentions: [ada] });
        await mara.waitForStart(group, asked);
        const [, other] = busyFirst();
        const clock = clocks[workers.indexOf(other)] ?? '';
        writeFileSync(clock, String(10 * 60_000));
        other.signal('SIGUSR2');
        for (let at = 0; at < 8; at += 1) {
          await mara.say(group, `Only so that somebody looks at the room: ${at}`);
          await sleep(400);
        }
        const { text } = await mara.waitForAnswer(group, { to: asked, timeoutMs: 60_000 });
        expect(text).toMatch(/word60$/);
        writeFileSync(clock, '0');
        other.signal('SIGUSR2');
      });

      it('are restarted one after another while people ask, each in ten seconds, and nothing is lost or doubled', {
        timeout: 180_000,
      }, async () => {
        const asked: string[] = [];
        let asking = true;
        const load = (async () => {
          for (let at = 0; asking; at += 1) {
            asked.push(await asks(`[[say: number ${at}]]`));
            await sleep(700);
          }
        })();
        for (const parley of [...workers, world.parley]) {
          const begun = Date.now();
          expect(await parley.stop()).toBe(0);
          expect(Date.now() - begun).toBeLessThan(10_000);
          await parley.start();
        }
        asking = false;
        await load;
        const texts = await Promise.all(asked.map(untilAnswered));
        expect(texts).toEqual(asked.map((_, at) => `number ${at}`));
        await sleep(1_000);
        expect(asked.map(answersTo)).toEqual(texts.map(text => [text]));
      });

      it('answer while Redis is away, each message once, also where a worker dies meanwhile', {
        timeout: 120_000,
      }, async () => {
        await redis.kill();
        const first = await asks('[[say: just lost]]');
        expect(await untilAnswered(first)).toBe('just lost');
        const slow = await asks('[[slow: 60 words, 100ms]]');
        await mara.waitForStart(room, slow);
        const [busy, other] = busyFirst();
        await busy.kill();
        expect(await untilAnswered(slow)).toContain('word60');
        const last = await asks('[[say: still without]]');
        expect(await untilAnswered(last)).toBe('still without');
        await redis.restart();
        await busy.start();
        expect(await untilAnswered(await asks('[[say: it is back]]'))).toBe('it is back');
        await sleep(3_000);
        expect([first, slow, last].map(one => answersTo(one).length)).toEqual([1, 1, 1]);
        expect(other.running).toBe(true);
      });

      /** The worker in which the model was asked last, and the other one: each has a key of its own. */
      function busyFirst(): [ParleyProcess, ParleyProcess] {
        const { authorization = '' } = world.model.requests.at(-1) ?? {};
        const [first, second] = workers as [ParleyProcess, ParleyProcess];
        return authorization.endsWith('worker-0') ? [first, second] : [second, first];
      }
    });
  });
});

/** All documents of a database, as somebody finds them who stole it. */
async function everythingIn(url: string): Promise<string> {
  const client = new MongoClient(url);
  try {
    const collections = await client.db().listCollections().toArray();
    const all = collections.map(({ name }) => client.db().collection(name).find().toArray());
    return JSON.stringify(await Promise.all(all));
  } finally {
    await client.close();
  }
}

/** Hears each command that this Redis is given, with all that is in it. */
async function listenTo(port: number): Promise<AsyncDisposable & { readonly heard: () => string }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  socket.on('error', () => undefined);
  socket.write('MONITOR\r\n');
  return { heard: () => heard, [Symbol.asyncDispose]: async () => void socket.destroy() };
}
