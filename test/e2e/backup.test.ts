import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from './driver/person.ts';
import { World } from './driver/world.ts';

let world: World;
let mara: Person;
let dialogue: string;

beforeAll(async () => {
  const env = { PARLEY_BACKUP_PASSPHRASE: 'several words for a test' };
  world = await World.start(modelUrl => ({ modelUrl, env }));
  mara = await world.newPerson('mara');
  dialogue = await world.dialogue(mara, world.agents.ada);
});
afterAll(() => world?.stop());

it('goes on from a backup that was made while it ran, and answers nothing twice', async () => {
  const before = await mara.say(dialogue, 'before the backup');
  await mara.waitForAnswer(dialogue, { to: before });
  const during = await mara.say(dialogue, 'during the backup [[slow: 60 words, 50ms]]');
  await mara.waitForStart(dialogue, during);
  const file = join(world.parley.folder, 'parley.age');
  const backup = await world.parley.run(['backup', '--encrypt', file], 120_000);
  expect(backup.code, backup.output).toBe(0);
  await mara.waitForAnswer(dialogue, { to: during, timeoutMs: 40_000 });
  const after = await mara.say(dialogue, 'after the backup');
  await mara.waitForAnswer(dialogue, { to: after });
  const refused = await world.parley.run(['restore', file]);
  expect(refused.output).toContain('DATA_FOLDER_IN_USE');
  await world.parley.kill();
  for (const ending of ['', '-wal', '-shm']) rmSync(join(world.parley.data, `parley.db${ending}`), { force: true });
  const down = await mara.say(dialogue, 'while it was down');
  const restored = await world.parley.run(['restore', file], 120_000);
  expect(restored.code, restored.output).toBe(0);
  expect(restored.output).toContain('npx parley up');
  await world.parley.start();
  await mara.waitForAnswer(dialogue, { to: down });
  await mara.ask(dialogue, 'marker');
  const counts = [before, during, after, down].map(to => mara.answers(dialogue, to).length);
  expect(counts).toEqual([1, 1, 1, 1]);
  const introductions = mara
    .messages(dialogue)
    .filter(message => message.mark?.trigger == null && message.sender === world.agents.ada);
  expect(introductions).toHaveLength(1);
}, 240_000);
