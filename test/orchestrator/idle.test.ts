import { expect, it } from 'vitest';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { countedStore } from '../fakes/counted-store.ts';
import { testParley } from '../fakes/installation.ts';

const minute = 60_000;

/** What the store is asked in half an hour, which begins when nothing has happened for as long in so many rooms. */
async function idleWith(rooms: number) {
  const clock = heldClock();
  const { store, taken } = countedStore(openMemoryStore({ clock }));
  const { bridge, settle, orchestrator } = await testParley({ clock, store });
  const mara = bridge.person('mara');
  for (let nth = 0; nth < rooms; nth += 1) {
    const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
    await settle();
    mara.say(chat, '@Ada: hello');
    await settle();
  }
  for (let passed = 0; passed < 30; passed += 1) await clock.advance(minute);
  taken();
  for (let passed = 0; passed < 30; passed += 1) await clock.advance(minute);
  orchestrator.stop();
  return taken();
}

it('rooms in which nothing happens cost nothing, however many there are', async () => {
  const few = await idleWith(2);
  expect(few.reads).toBeGreaterThan(0);
  expect(await idleWith(40)).toEqual(few);
});
