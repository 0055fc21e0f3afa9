import { expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { setModerator, setVolunteers } from '../../src/core/floor/conduct.ts';
import type { Floor } from '../../src/core/floor/floor.ts';
import { agentId } from '../../src/core/ids.ts';
import { change } from '../../src/orchestrator/change.ts';
import type { ReplyRequest } from '../../src/ports/agent-runtime.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { everybodyIs } from '../fakes/access.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { mortalStore } from '../fakes/mortal-store.ts';
import { callTool, type Script } from '../fakes/runtime.ts';

interface Play {
  readonly strategy: 'moderated' | 'free';
  readonly begin: (floor: Floor) => Floor;
  readonly think: Script;
  readonly question: string;
}

const isThought = (asked: ReplyRequest): boolean => asked.conversation.at(-1)?.from === 'agent:parley';

/** Who speaks in one life, or in two of which the first ends right after so many writes. */
async function lives({ strategy, begin, think, question }: Play, writes: number) {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const store = openMemoryStore({ clock });
  const given = { clock, bridge, settings: { access: everybodyIs('admin') } };
  const answer: Script = (asked, signal) => (isThought(asked) ? think(asked, signal) : 'fine');
  const calm = await testParley({ ...given, store });
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara'] });
  await calm.settle();
  await change(store.collection('chats'), chat, stored => ({ ...stored, strategy }));
  await change(store.collection('speaker_queues'), chat, begin);
  await calm.crash();
  const mortal = mortalStore(store);
  const first = await testParley({ ...given, store: mortal.store });
  first.runtime.answer(answer);
  await first.settle();
  const before = first.answers(chat).length;
  mortal.dieAfter(writes);
  mara.say(chat, question);
  await first.settle();
  await Promise.race([first.crash(), clock.advance(0)]);
  const second = await testParley({ ...given, store });
  second.runtime.answer(answer);
  await second.settle();
  const open = (await store.collection('turns').find({ where: { chat }, limit: 100 })).filter(
    one => one.state !== 'done',
  );
  return {
    spoke: second
      .answers(chat)
      .slice(before)
      .map(({ agent }) => agent),
    open,
    died: mortal.died(),
  };
}

/** Everybody speaks once wherever the crash comes; only the order in which a moderator calls them may be another one. */
async function expectOnce(play: Play, who: readonly string[]): Promise<void> {
  expect((await lives(play, Number.POSITIVE_INFINITY)).spoke).toEqual(who);
  let deaths = 0;
  for (let writes = 1; ; writes += 1) {
    const { spoke, open, died } = await lives(play, writes);
    if (!died) break;
    deaths += 1;
    expect([writes, spoke.toSorted(), open]).toEqual([writes, who.toSorted(), []]);
  }
  expect(deaths).toBeGreaterThan(12);
}

it('a room that an agent moderates goes on wherever a crash comes, and everybody speaks once', async () => {
  await expectOnce(
    {
      strategy: 'moderated',
      begin: floor => setModerator(floor, { kind: 'agent', agent: agentId('clara') }, 0),
      think: async function* (asked, signal) {
        await callTool(asked, 'grant_floor', { who: 'agent:bruno' }, signal);
        yield { type: 'text', text: '' };
      },
      question: '@Ada, @Bruno?',
    },
    ['bruno', 'ada'],
  );
});

it('who has something to add says it once wherever a crash comes', async () => {
  await expectOnce(
    {
      strategy: 'free',
      begin: floor => setVolunteers(floor, true),
      think: () => 'YES',
      question: '@Ada, how does code write data to the web?',
    },
    ['ada', 'bruno', 'clara'],
  );
});
