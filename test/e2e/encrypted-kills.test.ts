import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { projectFolder } from './driver/parley-process.ts';
import type { SecretPerson } from './driver/secret-person.ts';

/** Each answer is about ten pages and sendings; these kills fall on different ones of them, and on the steps around. */
const kills = [
  ...[1, 2, 3, 5, 8].map(nth => `keys.stored:${nth}`),
  ...[1, 2, 4].map(nth => `keys.sent:${nth}`),
  'inbox.committed:1',
  'stream.shown:2',
  'reply.stored:1',
  'part.sent:1',
];

describeWith('synapse', '15. encrypted rooms, where Parley is killed all the time', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;
  let room: string;

  beforeAll(async () => {
    // Each message is to have an answer of its own.
    const config = { conversation: { mergeWithinSeconds: 0 } };
    const preload = [join(projectFolder, 'test', 'crash', 'kill-at.ts')];
    world = await ExternalWorld.prepare({ config, preload });
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
    room = await mara.room({ encryption: { rotation_period_msgs: 3 }, invite: [world.agents.ada] });
    await mara.ask(room, 'hello');
  });
  afterAll(() => world?.stop());

  it('lose no message, answer none twice, and show nothing that can’t be read', { timeout: 300_000 }, async () => {
    await world.parley.kill();
    const asked: string[] = [];
    let died = 0;
    for (const [index, at] of kills.entries()) {
      asked.push(await mara.say(room, `question ${index} [[slow: 40 words, 40ms]]`));
      world.parley.launch({ env: { PARLEY_KILL_AT: at } });
      const isOver = mara.waitForAnswer(room, asked[index] ?? '', { timeoutMs: 60_000 });
      await Promise.race([world.parley.waitForExit(60_000), isOver.catch(() => undefined)]);
      if (!world.parley.running) died += 1;
      void isOver.catch(() => undefined);
      await world.parley.kill();
    }
    await world.parley.start();
    for (const to of asked) await mara.waitForAnswer(room, to, { timeoutMs: 60_000 });
    await mara.ask(room, 'the last one');
    expect(asked.map(to => mara.answers(room, to).length)).toEqual(asked.map(() => 1));
    expect(mara.unreadable(room)).toEqual([]);
    const notices = mara
      .view(room)
      .messages()
      .filter(({ msgtype }) => msgtype === 'm.notice');
    expect(notices.map(({ body }) => body)).toEqual([]);
    expect(died).toBeGreaterThan(kills.length / 2);
  });
});
