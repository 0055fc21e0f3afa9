import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readNotes } from '../crash/encrypted/key-uses.ts';
import { reusedKeys } from '../crash/encrypted/verify-sealed.ts';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { type OwnRedis, startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { type ParleyProcess, projectFolder } from './driver/parley-process.ts';
import type { SecretPerson } from './driver/secret-person.ts';

describeWith('synapse', '22. encrypted rooms with several processes', () => {
  describeWith('redis', 'that share the work', () => {
    describeWith('mongodb', 'through a MongoDB', () => {
      let mongo: MongoServer;
      let redis: OwnRedis;
      let world: ExternalWorld;
      let workers: ParleyProcess[];
      let mara: SecretPerson;
      let room: string;

      beforeAll(async () => {
        [mongo, redis] = [await mongoServer(), await startRedis()];
        const env = { MONGODB_URL: mongo.newDatabase(), REDIS_URL: redis.url, PARLEY_METRICS_PORT: '0' };
        const preload = [join(projectFolder, 'test', 'crash', 'encrypted', 'note-sealed.ts')];
        world = await ExternalWorld.prepare({ env: { ...env, PARLEY_ROLE: 'bridge' }, preload });
        workers = [0, 1].map(at =>
          world.parley.beside({ PARLEY_ROLE: 'worker', OPENAI_API_KEY: `worker-${at}` }, preload),
        );
        for (const parley of [world.parley, ...workers]) await parley.start();
        mara = await world.newSecretPerson('Mara');
        room = await mara.room({ encryption: { rotation_period_msgs: 3 }, invite: [world.agents.ada] });
      });
      afterAll(async () => {
        await Promise.all((workers ?? []).map(worker => worker.stop()));
        await world?.stop();
        await redis?.stop();
        await mongo?.close();
      });

      it('all of them read and write with the same keys, by turns', { timeout: 120_000 }, async () => {
        for (let nth = 1; nth <= 8; nth += 1)
          expect((await mara.ask(room, `number ${nth}`, { timeoutMs: 40_000 })).text).toContain(`number ${nth}`);
        expect(mara.unreadable(room)).toEqual([]);
        expect(mara.wireTypes(room, world.agents.ada)).not.toContain('m.room.message');
      });

      it('one that is killed or frozen while it answers leaves nothing that can’t be read', {
        timeout: 180_000,
      }, async () => {
        for (const [at, signal] of (['SIGKILL', 'SIGSTOP'] as const).entries()) {
          const asked = await mara.say(room, `[[slow: 40 words, 100ms]] ${signal}`);
          await mara.until('an answer to begin', () => mara.answers(room, asked)[0], 40_000);
          const worker = workers[at];
          if (signal === 'SIGKILL') await worker?.kill();
          else if (worker !== undefined) process.kill(worker.pid, signal);
          const answer = await mara.waitForAnswer(room, asked, { timeoutMs: 90_000 });
          expect(answer.text).toContain('word40');
          if (signal === 'SIGKILL') await worker?.start();
          else if (worker !== undefined) process.kill(worker.pid, 'SIGCONT');
        }
        expect((await mara.ask(room, 'and on', { timeoutMs: 60_000 })).text).toContain('and on');
        expect(mara.unreadable(room)).toEqual([]);
        // Also of what the homeserver has dropped, as it came twice.
        const uses = await readNotes(world.parley.folder);
        expect(uses.length).toBeGreaterThan(10);
        expect(reusedKeys(uses)).toEqual([]);
      });
    });
  });
});
