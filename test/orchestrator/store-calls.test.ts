import { expect, it } from 'vitest';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { countedStore } from '../fakes/counted-store.ts';
import { testParley } from '../fakes/installation.ts';

/** What the third message costs in a room: what is done only once is over by then. */
async function third(room: 'private' | 'group') {
  const clock = heldClock();
  const { store, taken } = countedStore(openMemoryStore({ clock }));
  const { bridge, settle, answers } = await testParley({ clock, store });
  const mara = bridge.person('mara');
  const chat = room === 'private' ? mara.dm('@agent-ada') : mara.createRoom({ invite: ['@agent-ada', '@tom'] });
  await settle();
  for (const text of ['One', 'Two']) {
    mara.say(chat, text);
    await settle();
  }
  taken();
  mara.say(chat, 'Three');
  await settle();
  expect(answers(chat)).toHaveLength(3);
  return taken();
}

it.each(['private', 'group'] as const)('a message and its answer cost few calls of the store: %s', async room => {
  const { reads, writes } = await third(room);
  expect(reads).toBeLessThanOrEqual(21);
  expect(writes).toBeLessThanOrEqual(8);
});
