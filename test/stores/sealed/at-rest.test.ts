import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileKey } from '../../../src/keys/local/file-key.ts';
import type { Store } from '../../../src/ports/store.ts';
import { sampleAgents } from '../../fakes/agents.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';
import { testParley } from '../../fakes/installation.ts';
import { keptKeys, openSealed, type Sealed, sqliteFile } from './installations.ts';

/** What was said, and what things are called: none of it may stand in a file. */
const said = ['passport', 'L01X00T47', 'corrected to', 'heard:', 'thumbs', 'Moonshot', 'Kindly mention', '!budget'];

/** Which of these stand in a file of the folder. */
function foundIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  expect(entries.map(({ name }) => name)).toContain('parley.db');
  return entries.flatMap(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    return said.filter(text => bytes.includes(text)).map(text => `${name}: ${text}`);
  });
}

const wishes = sampleAgents.map(wish => ({ ...wish, instructions: 'Kindly mention nothing.' }));

/** A private chat with everything that leaves texts behind, and a group. */
async function converse(store: Store, clock: HeldClock): Promise<void> {
  const parley = await testParley({ store, clock, wishes, settings: { introduce: true } });
  const { bridge, runtime, settle, answers } = parley;
  const mara = bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await settle();
  const message = mara.say(chat, 'My passport is L01X00T47');
  await settle();
  mara.edit(chat, message, 'It is corrected to L01X00T47');
  mara.react(chat, message, 'thumbs');
  await settle();
  mara.say(chat, '!budget L01X00T47');
  await settle();
  runtime.answer(() => {
    throw new Error('It fails at L01X00T47');
  });
  mara.say(chat, 'And the passport again?');
  await settle();
  const group = mara.createRoom({ name: 'Moonshot', invite: ['@agent-ada', '@agent-bruno'] });
  await settle();
  mara.say(group, 'Ada, the passport?');
  await settle();
  expect(answers(chat).length).toBeGreaterThan(2);
  await parley.crash();
}

async function openIn(clock: HeldClock) {
  const { folder, open } = sqliteFile(clock);
  // The key is elsewhere: whoever has this folder has no key.
  const master = fileKey(join(sqliteFile(clock).folder, 'master.key'));
  const sealed = async (): Promise<Sealed> => openSealed({ beneath: open(), clock, master });
  return { folder, open, sealed };
}

test('no text of a conversation stands in the files, neither while it runs nor afterwards', async () => {
  const clock = heldClock();
  const { folder, sealed } = await openIn(clock);
  const { store } = await sealed();
  await converse(store, clock);
  expect(readdirSync(folder)).toContain('parley.db-wal');
  expect(foundIn(folder)).toEqual([]);
  await store.close();
  expect(foundIn(folder)).toEqual([]);
  const again = await sealed();
  const messages = await again.store.collection('messages').find({ limit: 100 });
  expect(JSON.stringify(messages)).toContain('My passport is L01X00T47');
  await again.store.close();
});

test('the test would find it: without sealing all of it stands there', async () => {
  const clock = heldClock();
  const { folder, open } = await openIn(clock);
  const store = open();
  await converse(store, clock);
  const found = foundIn(folder).map(line => line.split(': ')[1]);
  expect(new Set(found)).toEqual(new Set(said));
  await store.close();
});

test('an installation from before is sealed while it runs, and its files are cleaned', async () => {
  const clock = heldClock();
  const { folder, open, sealed } = await openIn(clock);
  const before = open();
  await converse(before, clock);
  await before.close();
  expect(foundIn(folder)).not.toEqual([]);
  const running = await sealed();
  const warned: unknown[] = [];
  keptKeys(running, warned);
  await clock.advance(60_000);
  expect(warned).toEqual([]);
  expect(foundIn(folder)).toEqual([]);
  const messages = await running.store.collection('messages').find({ limit: 100 });
  expect(JSON.stringify(messages)).toContain('My passport is L01X00T47');
  await running.store.close();
  expect(foundIn(folder)).toEqual([]);
});
