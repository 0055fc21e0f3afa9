import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { World } from './driver/world.ts';

describeWith('synapse', 'an installation that is moved', () => {
  describeWith('mongodb', 'to a MongoDB', () => {
    let mongo: MongoServer;
    let world: World;
    let mara: Person;
    let dialogue: string;

    beforeAll(async () => {
      mongo = await mongoServer();
      world = await World.start(modelUrl => ({ modelUrl }));
      mara = await world.newPerson('mara');
      dialogue = await world.dialogue(mara, world.agents.ada);
    });
    afterAll(async () => {
      await world?.stop();
      await mongo?.close();
    });

    it('goes on there with all that was said, also during the move, and answers nothing twice', {
      timeout: 240_000,
    }, async () => {
      const before = await mara.say(dialogue, 'before the move');
      await mara.waitForAnswer(dialogue, { to: before });
      const during = await mara.say(dialogue, 'during the move [[slow: 60 words, 50ms]]');
      await mara.waitForStart(dialogue, during);
      const env = { MONGODB_URL: mongo.newDatabase() };
      const there = world.parley.beside(env);
      const moved = await there.run(['copy', '--from', 'sqlite', '--to', 'mongodb'], 120_000);
      expect(moved.code, moved.output).toBe(0);
      expect(moved.output).toContain('the same by count and hash');
      expect(await world.parley.waitForExit(10_000)).toBe(0);

      world.parley.launch();
      expect(await world.parley.waitForExit(60_000)).not.toBe(0);
      expect(world.parley.output).toContain('STORE_MOVED');

      await world.parley.start({ env });
      await mara.waitForAnswer(dialogue, { to: during, timeoutMs: 60_000 });
      const after = await mara.say(dialogue, 'after the move');
      await mara.waitForAnswer(dialogue, { to: after });
      await mara.ask(dialogue, 'marker');
      expect([before, during, after].map(to => mara.answers(dialogue, to).length)).toEqual([1, 1, 1]);
      const introductions = mara
        .messages(dialogue)
        .filter(message => message.mark?.trigger == null && message.sender === world.agents.ada);
      expect(introductions).toHaveLength(1);
    });
  });
});
