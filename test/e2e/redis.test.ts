import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type OwnRedis, startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { type AgentIds, World } from './driver/world.ts';

const shownLines = 120;

describeWith('synapse', 'with Redis', () => {
  describeWith('redis', 'people are answered', () => {
    let redis: OwnRedis;
    let world: World;
    let agents: AgentIds;
    let mara: Person;
    let room: string;

    beforeAll(async () => {
      redis = await startRedis();
      world = await World.start(modelUrl => ({ modelUrl, env: { REDIS_URL: redis.url } }));
      agents = world.agents;
      mara = await world.newPerson('Mara');
      room = await world.room(mara, [agents.ada]);
    });
    afterAll(async () => {
      await world?.stop();
      await redis?.stop();
    });

    // What Parley saw of Redis is gone with its folder.
    afterEach(({ task }) => {
      if (task.result?.state !== 'fail') return;
      console.log(
        readFileSync(join(world.parley.data, 'parley.log'), 'utf8').split('\n').slice(-shownLines).join('\n'),
      );
    });

    async function asks(what: string): Promise<string> {
      const answer = await mara.ask(room, `[[say: ${what}]]`, { mentions: [agents.ada] });
      return answer.text;
    }

    it('as without it', async () => {
      expect(await asks('first')).toBe('first');
    });

    it('once, while it is flushed', async () => {
      const asked = asks('second');
      await redis.flush();
      expect(await asked).toBe('second');
    });

    it('while it is away', async () => {
      await redis.kill();
      await new Promise(resolve => setTimeout(resolve, 5_000));
      const begun = Date.now();
      expect(await asks('without Redis')).toBe('without Redis');
      expect(Date.now() - begun).toBeLessThan(10_000);
      await redis.restart();
      expect(await asks('with Redis')).toBe('with Redis');
    });

    it('after it was killed and came back empty', async () => {
      await redis.kill();
      const asked = asks('third');
      await new Promise(resolve => setTimeout(resolve, 500));
      await redis.restart();
      expect(await asked).toBe('third');
      expect(await asks('fourth')).toBe('fourth');
    });
  });
});
