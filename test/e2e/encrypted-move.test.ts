import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import type { SecretPerson } from './driver/secret-person.ts';
import { verifyByEmoji } from './driver/verify-by-emoji.ts';

describeWith('synapse', '24. encrypted rooms of an installation that is moved', () => {
  describeWith('mongodb', 'to a MongoDB', () => {
    let mongo: MongoServer;
    let world: ExternalWorld;
    let mara: SecretPerson;

    beforeAll(async () => {
      mongo = await mongoServer();
      world = await ExternalWorld.prepare();
      await world.parley.start();
      mara = await world.newSecretPerson('Mara');
    });
    afterAll(async () => {
      await world?.stop();
      await mongo?.close();
    });

    it('go on with agents that are still the ones that were verified, on new devices, and all can be read', {
      timeout: 240_000,
    }, async () => {
      const { ada } = world.agents;
      const room = await mara.room({ is_direct: true, invite: [ada] });
      const before = await mara.ask(room, 'before the move');
      await verifyByEmoji(mara, room, ada);
      const devices = async () => [...((await mara.crypto.getUserDeviceInfo([ada], true)).get(ada)?.keys() ?? [])];
      const [former = ''] = await devices();
      const env = { MONGODB_URL: mongo.newDatabase() };
      const moved = await world.parley.beside(env).run(['copy', '--from', 'sqlite', '--to', 'mongodb'], 120_000);
      expect(moved.code, moved.output).toBe(0);
      await world.parley.waitForExit(30_000);
      await world.parley.start({ env });
      // Ada has to come back before the client can know her new device.
      await mara.ask(await mara.room({ invite: [ada] }), 'are you back?', { timeoutMs: 40_000 });
      const after = await mara.ask(room, 'after the move', { timeoutMs: 40_000 });
      expect(after.text).toContain('after the move');
      expect(mara.sessionOf(room, after.message.id)).not.toBe(mara.sessionOf(room, before.message.id));
      const now = await devices();
      expect(now).toHaveLength(1);
      expect(now).not.toContain(former);
      expect((await mara.crypto.getUserVerificationStatus(ada)).isVerified()).toBe(true);
      expect(new Set(await mara.shields(room, ada))).toEqual(new Set([0]));
      expect(mara.unreadable(room)).toEqual([]);
    });
  });
});
