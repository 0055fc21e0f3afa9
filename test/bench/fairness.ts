import type { ChatId } from '../../src/core/ids.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { type HeldClock, heldClock } from '../fakes/clock.ts';
import { lastText, type ScriptedRuntime, scriptedRuntime } from '../fakes/runtime.ts';
import { agentIds } from './agents-folder.ts';
import { type Asking, type Beginning, fairnessFigures, idealLongestWait, workload } from './fairness-figures.ts';
import { type HandBook, handBook } from './hand-book.ts';
import { type InProcess, isGrant, openInProcess } from './in-process.ts';
import type { Benchmark, Row } from './result.ts';

const agents = agentIds(20);
const people = Array.from({ length: 10 }, (_, place) => `person${place + 1}`);
const messages = 1000;
const oneRoom = { agents, rooms: 1, messages, pause: 4.5 };
const tenRooms = { agents, rooms: 10, messages, pause: 0.9 };
const handEvery = 20;

/** Who gets the floor, and after how long, where many ask many. By a clock that is moved by hand: every run gives the same figures. */
export const fairness: Benchmark = {
  key: 'g',
  title: `shares of turns and waits: ${agents.length} agents, ${people.length} people, ${messages} messages`,
  async run() {
    const one = await play(workload(oneRoom), { rooms: 1, atOnce: 8, handEvery: 0 });
    const ten = await play(workload(tenRooms), { rooms: 10, atOnce: 1, handEvery: 0 });
    const hands = await play(workload(oneRoom), { rooms: 1, atOnce: 8, handEvery });
    return [
      ...rowsOf('One room', one, 'an ideal queue'),
      ...rowsOf('Ten rooms, each agent in one dialogue at a time', ten, 'ideal queues'),
      handRow(hands),
    ];
  },
};

interface Played {
  readonly asked: readonly Asking[];
  readonly beginnings: readonly Beginning[];
  /** For each hand that was raised: how many agents got the floor before that person. */
  readonly hands: readonly number[];
}

interface Scene extends InProcess {
  readonly clock: HeldClock;
  readonly rooms: readonly ChatId[];
}

async function play(
  asked: readonly Asking[],
  options: { readonly rooms: number; readonly atOnce: number; readonly handEvery: number },
): Promise<Played> {
  const clock = heldClock();
  const runtime = scriptedRuntime();
  const hands = handBook(clock);
  await using scene = await openScene({ clock, runtime, hands, ...options });
  const begunAt = clock.now();
  const seconds = (): number => (clock.now() - begunAt) / 1000;
  const beginnings: Beginning[] = [];
  runtime.answer(async function* (request) {
    const number = Number(/number (\d+)/.exec(lastText(request))?.[1]);
    beginnings.push({ asking: number, agent: request.agent._id, at: seconds() });
    await new Promise<void>(resolve => void clock.after((asked[number]?.takes ?? 0) * 1000, resolve));
    yield { type: 'text', text: `That was number ${number}.` };
  });
  for (const [number, { room, agent, at }] of asked.entries()) {
    await clock.advance((at - seconds()) * 1000);
    const chat = scene.rooms[room] as ChatId;
    const person = scene.bridge.person(people[number % people.length] ?? '');
    person.say(chat, `@${agent} number ${number}`);
    if (options.handEvery > 0 && number % options.handEvery === 0) hands.raise(scene, chat, person.id);
    await settle(clock);
  }
  for (let minute = 0; minute < 60 && beginnings.length < asked.length; minute += 1) await clock.advance(60_000);
  return { asked, beginnings, hands: hands.overtaken() };
}

async function openScene(given: {
  readonly clock: HeldClock;
  readonly runtime: ScriptedRuntime;
  readonly hands: HandBook;
  readonly rooms: number;
  readonly atOnce: number;
}): Promise<Scene> {
  const { clock, runtime, hands, rooms, atOnce } = given;
  const weights = { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 };
  const opened = await openInProcess({
    agents: agents.length,
    clock,
    store: openMemoryStore({ clock }),
    runtime,
    // So that each message is answered by itself.
    settings: { mergeWithinMs: 0, attention: { atOnce, weights } },
    onEvent: event => {
      if (isGrant(event)) hands.granted(event.data.chat, event.data.speaker);
    },
  });
  const [first = '', ...others] = people;
  const invite = [...agents.map(id => `@agent-${id}`), '@agent-parley', ...others.map(name => `@${name}`)];
  const made = Array.from({ length: rooms }, () => opened.bridge.person(first).createRoom({ invite }));
  hands.yieldAs(opened);
  await clock.advance(60_000);
  return { ...opened, clock, rooms: made };
}

async function settle(clock: HeldClock): Promise<void> {
  for (let round = 0; round < 10; round += 1) await clock.advance(0);
}

function rowsOf(where: string, { asked, beginnings }: Played, ideal: string): Row[] {
  const figures = fairnessFigures(asked, beginnings);
  const best = idealLongestWait(asked);
  const row = { key: 'g', against: '–', ratio: '–' };
  return [
    {
      ...row,
      what: `${where}: agents' shares of turns, farthest from what was asked of them`,
      parley: `${figures.shareOff.toFixed(2)} %`,
      goal: '0 %',
      met: figures.shareOff === 0 && figures.unserved === 0,
    },
    {
      ...row,
      what: `${where}: messages without their one answer; agents without a turn; answered out of order`,
      parley: `${figures.unserved}; ${figures.agentsWithoutTurn}; ${figures.outOfOrder}`,
      goal: '0; 0; 0',
      met: figures.unserved + figures.agentsWithoutTurn + figures.outOfOrder === 0,
    },
    {
      key: 'g',
      what: `${where}: longest wait of a person (turns of others meanwhile)`,
      parley: `${figures.longestWait.toFixed(1)} s (${figures.longestWaitInTurns})`,
      against: `${best.toFixed(1)} s (${ideal})`,
      ratio: (figures.longestWait / best).toFixed(3),
      goal: '–',
      met: true,
    },
  ];
}

function handRow({ hands, asked, beginnings }: Played): Row {
  const most = Math.max(0, ...hands);
  const { unserved } = fairnessFigures(asked, beginnings);
  return {
    key: 'g',
    what: `${hands.length} people raise a hand in a busy room: most agents that got the floor before them`,
    parley: String(most),
    against: '–',
    ratio: '–',
    goal: '≤ 1',
    met: most <= 1 && unserved === 0,
  };
}
