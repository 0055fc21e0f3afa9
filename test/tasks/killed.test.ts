import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { stepsIn } from '../crash/steps.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { type MortalStore, mortalStore } from '../fakes/mortal-store.ts';
import { looking } from './support/room.ts';
import { outside } from './support/tools.ts';
import { calledIn, worker } from './support/worker.ts';

/** Publishes, mails, and then hands the work in. */
const works = worker({
  build(request) {
    const called = calledIn(request);
    if (!called.includes('publish'))
      return {
        calls: [
          ['publish', { text: 'news' }],
          ['mail', { text: 'a letter' }],
        ],
      };
    return { calls: [['submit_work', { summary: 'A haiku.', files: [{ path: 'haiku.md', content: 'Leaves' }] }]] };
  },
});

/** A task in two lives; the first one ends when `kill` says so. */
async function lives(kill: (mortal: MortalStore) => () => void) {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const store = openMemoryStore({ clock });
  const { named, mails, workTools } = outside();
  const mortal = mortalStore(store);
  const first = await testParley({ clock, bridge, store: mortal.store, workTools });
  first.runtime.work(works);
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
  await first.settle();
  const undo = kill(mortal);
  mara.say(chat, '!task Write a haiku');
  await looking(first, chat).rest();
  undo();
  const died = mortal.died();
  await Promise.race([first.crash(), clock.advance(0)]);
  const second = await testParley({ clock, bridge, store, workTools });
  second.runtime.work(works);
  const { rest, task, thread, files, cards } = looking(second, chat);
  await clock.advance(60_000);
  await rest();
  const said = thread().map(({ text }) => text.split('\n')[0] ?? '');
  return {
    died,
    status: (await task()).status,
    said,
    files: files().length,
    cards: cards().map(({ text }) => /complete · complexity 1 · \w+/.exec(text)?.[0]),
    named: named.size,
    mails: mails.length,
  };
}

const whole = {
  status: 'complete',
  said: [
    'Ada takes this on (complexity 1) and plans it first.',
    '**Plan**',
    '**Checks**',
    'Clara reviews it.',
    '✅ Accepted: It is a haiku.',
    '@mara: task #1 is done.',
    'haiku.md',
  ],
  files: 1,
  cards: ['complete · complexity 1 · Ada'],
  named: 1,
};

it('goes on wherever a crash comes: everything is said once, and no effect is there twice', async () => {
  expect(await lives(() => () => undefined)).toEqual({ ...whole, died: false, mails: 1 });
  let deaths = 0;
  for (let writes = 1; ; writes += 1) {
    const { died, mails, ...rest } = await lives(mortal => {
      mortal.dieAfter(writes);
      return () => undefined;
    });
    if (!died) break;
    deaths += 1;
    expect([writes, rest]).toEqual([writes, whole]);
    expect(mails).toBeLessThanOrEqual(1);
  }
  expect(deaths).toBeGreaterThan(60);
}, 120_000);

const root = join(import.meta.dirname, '../..');
const steps = globSync(['src/tasks/**/*.ts', 'src/orchestrator/tasks/*.ts'], { cwd: root }).flatMap(file =>
  stepsIn(readFileSync(join(root, file), 'utf8')),
);

it.each([...new Set(steps)])('goes on when it is killed at %s', async name => {
  const { died, mails, ...rest } = await lives(mortal => {
    const die = (message: unknown): void => {
      if (typeof message === 'object' && message !== null && 'step' in message && message.step === name)
        mortal.dieAfter(0);
    };
    subscribe('parley:step', die);
    return () => unsubscribe('parley:step', die);
  });
  expect([died, rest]).toEqual([true, whole]);
  expect(mails).toBeLessThanOrEqual(1);
});
