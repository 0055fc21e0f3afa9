import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { besideFake, fakeIdentity } from '../bench/beside-fake.ts';
import { type FakeRoom, membershipOf, newRoom } from '../fakes/homeserver/room.ts';
import { emit, type FakeWorld, setMembership } from '../fakes/homeserver/world.ts';
import { startScriptedModel } from '../fakes/scripted-model/server.ts';
import { type WeakLine, weakLine } from '../fakes/weak-line.ts';
import { mongoServer } from '../servers/mongodb.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';
import type { ParleyProcess } from './driver/parley-process.ts';

const mara = `@mara:${fakeIdentity.serverName}`;
const ada = `@agent-n00001:${fakeIdentity.serverName}`;
const patient = { timeout: 60_000, interval: 50 };
const portOf = (url: string): number => Number(new URL(url).port);

describeWith('redis', 'A process that is told to end (SIGTERM) in the middle of an answer', () => {
  describeWith('mongodb', 'ends within ten seconds', () => {
    const ending = new AsyncDisposableStack();
    const lines = {} as Record<'MongoDB' | 'Redis' | 'the homeserver', WeakLine>;
    let parley: ParleyProcess;
    let world: FakeWorld;
    let room: FakeRoom;
    let env: Readonly<Record<string, string>>;

    beforeEach(context =>
      context.skip(process.env.MONGODB_TEST_URL !== undefined, 'MONGODB_TEST_URL may name a server elsewhere'),
    );
    beforeAll(async () => {
      const model = await startScriptedModel();
      ending.defer(() => model.close());
      const [mongo, redis] = [await mongoServer(), await startRedis()];
      for (const end of [mongo.close, redis.stop]) ending.defer(end);
      const beside = await besideFake(ending, 1, { modelUrl: model.url });
      parley = beside.parley;
      world = beside.homeserver.world;
      const database = mongo.newDatabase();
      const homeserver = beside.homeserver.url;
      lines.MongoDB = await weakLine(portOf(database));
      lines.Redis = await weakLine(redis.port);
      lines['the homeserver'] = await weakLine(portOf(homeserver));
      for (const line of Object.values(lines)) ending.defer(() => line.close());
      const through = (url: string, line: WeakLine): string => url.replace(/:\d+/, `:${line.port}`);
      env = {
        MONGODB_URL: through(database, lines.MongoDB),
        REDIS_URL: through(redis.url, lines.Redis),
        MATRIX_HOMESERVER_URL: through(homeserver, lines['the homeserver']),
        PARLEY_METRICS_PORT: '0',
      };
      room = newRoom();
      world.rooms.set(room.id, room);
      setMembership(world, room, mara, mara, 'join');
      setMembership(world, room, mara, ada, 'invite');
    });
    afterAll(() => ending.disposeAsync());

    const answers = (): string =>
      JSON.stringify(room.events.filter(({ sender }) => sender === ada).map(({ content }) => content));

    async function toldInTheMiddle(silent?: WeakLine): Promise<number> {
      await parley.start({ env });
      await expect.poll(() => membershipOf(room, ada), patient).toBe('join');
      const body = '[[slow: 200 words, 100ms]]';
      const before = answers().length;
      emit(world, room, { sender: mara, type: 'm.room.message', content: { msgtype: 'm.text', body } });
      await expect.poll(() => answers().slice(before), patient).toContain('word3');
      silent?.mute();
      onTestFinished(() => silent?.mend());
      const begun = Date.now();
      parley.signal('SIGTERM');
      const code = await parley.waitForExit(60_000);
      const tookMs = Date.now() - begun;
      expect([code, tookMs], parley.output).toEqual([0, expect.any(Number)]);
      return tookMs;
    }

    it('where all is well', { timeout: 90_000 }, async () => {
      expect(await toldInTheMiddle()).toBeLessThan(10_000);
    });

    for (const name of ['MongoDB', 'Redis', 'the homeserver'] as const)
      it(`where ${name} says nothing any more`, { timeout: 120_000 }, async () => {
        expect(await toldInTheMiddle(lines[name])).toBeLessThan(10_000);
      });
  });
});
