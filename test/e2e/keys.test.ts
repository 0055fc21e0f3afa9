import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { World } from './driver/world.ts';

const secret = 'Zanzibar-4711';

describeWith('synapse', 'what Parley stores', () => {
  let world: World;
  let mara: Person;
  let room: string;

  beforeAll(async () => {
    world = await World.start();
    mara = await world.newPerson('Mara');
    room = await world.dialogue(mara, world.agents.ada);
  });
  afterAll(() => world?.stop());

  /** The files of the data folder in which a text stands, without those of the homeserver, which stores it as rooms are. */
  const filesWith = (text: string): string[] =>
    readdirSync(world.parley.data, { withFileTypes: true })
      .filter(entry => entry.isFile() && readFileSync(join(world.parley.data, entry.name)).includes(text))
      .map(({ name }) => name);

  it('holds no text of a private chat, in no file', async () => {
    const answer = await mara.ask(room, `my secret is ${secret}`);
    expect(answer.text).toContain(secret);
    expect(readdirSync(world.parley.data)).toEqual(expect.arrayContaining(['parley.db', 'parley.log', 'master.key']));
    expect(filesWith(secret)).toEqual([]);
    expect(filesWith('SQLite format')).toContain('parley.db');
  });

  it('is sealed anew by commands while people talk', async () => {
    const rotating = world.parley.run(['keys', 'rotate', '--master']);
    const answer = await mara.ask(room, 'in the middle of it');
    const { code, output } = await rotating;
    expect([code, output]).toEqual([0, expect.stringContaining('Everything is sealed with key 2')]);
    expect(answer.text).toBe('I (Ada) heard: in the middle of it');
    expect((await mara.ask(room, 'and afterwards')).text).toBe('I (Ada) heard: and afterwards');
    expect((await world.parley.run(['keys', 'list'])).output).toMatch(/^Key 2: in use for everything.*\nKey 1: former/);
    expect(filesWith(secret)).toEqual([]);
  });

  it('can’t be opened without its key: the start ends before the homeserver, and goes on when the key is back', async () => {
    await world.parley.stop();
    const key = join(world.parley.data, 'master.key');
    renameSync(key, `${key}.away`);
    const { code, output } = await world.parley.run(['up']);
    expect([code, output]).toEqual([1, expect.stringMatching(/no key file .*master\.key.*\n.*KEY_MISSING/)]);
    expect(output).not.toContain('Homeserver');
    renameSync(`${key}.away`, key);
    await world.parley.start();
    await mara.ask(room, 'do you still know it?');
    const asked = JSON.stringify(world.model.asked('do you still know it?'));
    expect(asked).toContain(secret);
  });
});
