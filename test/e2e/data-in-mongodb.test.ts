import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { World } from './driver/world.ts';

const secret = 'Nobody but Ada may know of the red boat.';
const harmless = 'Good morning from Mara.';

describeWith('synapse', 'what is stored in a MongoDB', () => {
  describeWith('mongodb', 'of a running Parley', () => {
    let mongo: MongoServer;
    let world: World;
    let mara: Person;
    let otto: Person;
    let maras: string;
    let ottos: string;

    beforeAll(async () => {
      mongo = await mongoServer();
      const env = { MONGODB_URL: mongo.newDatabase(), PARLEY_BACKUP_PASSPHRASE: 'several words for a test' };
      world = await World.start(modelUrl => ({ modelUrl, env }));
      [mara, otto] = [await world.newPerson('mara'), await world.newPerson('otto')];
      maras = await world.dialogue(mara, world.agents.ada);
      ottos = await world.dialogue(otto, world.agents.ada);
      await mara.ask(maras, harmless);
      await otto.ask(ottos, secret);
    });
    afterAll(async () => {
      await world?.stop();
      await mongo?.close();
    });

    async function run(...args: readonly string[]): Promise<string> {
      const { code, output } = await world.parley.run(args, 120_000);
      expect(code, output).toBe(0);
      return output;
    }

    it('is given out, forgotten, and restored from a backup into another database', { timeout: 240_000 }, async () => {
      const own = await run('export', '--person', otto.id);
      expect(own).toContain(secret);
      expect(own).not.toContain(harmless);

      const file = join(world.parley.folder, 'parley.age');
      await run('backup', '--encrypt', file);
      expect(await run('forget', otto.id)).toContain('--yes');
      await run('forget', otto.id, '--yes');
      const rest = await run('export', '--all');
      expect(rest).toContain(harmless);
      expect(rest).not.toContain('red boat');
      expect(rest).not.toContain(otto.id);
      await mara.ask(maras, 'Are you still there?');

      await world.parley.stop();
      const elsewhere = world.parley.beside({ MONGODB_URL: mongo.newDatabase() });
      const restored = await elsewhere.run(['restore', file], 120_000);
      expect(restored.code, restored.output).toBe(0);
      const again = await elsewhere.run(['restore', file], 120_000);
      expect(again.output).toContain('RESTORE_REFUSED');
      await elsewhere.start();
      const asked = await mara.say(maras, 'And now?');
      await mara.waitForAnswer(maras, { to: asked, timeoutMs: 60_000 });
      const everything = await elsewhere.run(['export', '--all'], 120_000);
      expect(everything.output).toContain(secret);
      for (const message of mara.messages(maras).filter(({ sender }) => sender === mara.id))
        expect(mara.answers(maras, message.id)).toHaveLength(1);
      await elsewhere.stop();
    });
  });
});
