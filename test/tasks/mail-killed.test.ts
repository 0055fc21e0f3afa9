import { expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { everybodyIs } from '../fakes/access.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { postOffice } from '../fakes/mail.ts';
import { mortalStore } from '../fakes/mortal-store.ts';
import { looking } from './support/room.ts';
import { calledIn, worker } from './support/worker.ts';

/** Sends one mail, and hands in what it heard of it. */
const works = worker({
  build(request) {
    if (!calledIn(request).includes('email'))
      return { calls: [['email', { to: ['mara@example.org'], subject: 'Hello', text: 'How are you?' }]] };
    const [told] = request.done.flatMap(({ calls }) => calls).filter(({ name }) => name === 'email');
    return { calls: [['submit_work', { summary: `Heard: ${told?.result.slice(0, 12)}` }]] };
  },
});

/** A mail that was allowed with a ✅, and a death after so many writes from there on, or when the server has taken it; then a second life. */
async function lives(when: number | 'taken') {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const store = openMemoryStore({ clock });
  const mail = postOffice();
  const given = {
    clock,
    bridge,
    workTools: { offer: async () => [], read: async () => null, mail },
    settings: { access: everybodyIs('admin') },
  };
  const mortal = mortalStore(store);
  const first = await testParley({ ...given, store: mortal.store });
  first.runtime.work(works);
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley'] });
  await first.settle();
  mara.say(chat, '!task Say hello by mail');
  await looking(first, chat).rest();
  if (when !== 'taken') mortal.dieAfter(when);
  else
    mail.become(async () => {
      mortal.dieAfter(0);
      return { outcome: 'sent', refused: [] };
    });
  mara.react(chat, looking(first, chat).message('@mara: ✋').id, '✅');
  await looking(first, chat).rest();
  const died = mortal.died();
  await Promise.race([first.crash(), clock.advance(0)]);
  const second = await testParley({ ...given, store });
  second.runtime.work(works);
  const { rest, task, thread } = looking(second, chat);
  await clock.advance(60_000);
  await rest();
  const said = (start: string): number => thread().filter(({ text }) => text.includes(start)).length;
  const { status, result } = await task();
  return {
    died,
    status,
    heard: result?.summary,
    mails: mail.mails.length,
    unsure: said('⚠️ Nobody knows'),
    asked: said('✋ May I'),
    told: said('What became of what was allowed'),
  };
}

it('goes out once at most wherever a crash comes, and people are told once what became of it, or that nobody knows', async () => {
  const seen = new Set<string>();
  // The first write is that of the reaction: before it the network would send it again.
  for (let writes = 1; ; writes += 1) {
    const { died, status, heard, mails, unsure, asked, told } = await lives(writes);
    expect([writes, status, asked]).toEqual([writes, 'complete', 1]);
    const knows = heard === 'Heard: Sent to mara';
    expect([writes, knows ? mails : mails <= 1, unsure]).toEqual([writes, knows ? 1 : true, knows ? 0 : 1]);
    expect([writes, told]).toEqual([writes, knows ? 1 : 0]);
    seen.add(knows ? 'sent' : `unsure, ${mails}`);
    if (!died) break;
  }
  expect([...seen].sort()).toEqual(['sent', 'unsure, 0']);
  const taken = {
    died: true,
    status: 'complete',
    heard: 'Heard: It was begun',
    mails: 1,
    unsure: 1,
    asked: 1,
    told: 0,
  };
  expect(await lives('taken')).toEqual(taken);
}, 120_000);
