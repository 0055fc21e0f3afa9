import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatId } from '../../../src/core/ids.ts';
import type { AgentRuntime } from '../../../src/ports/agent-runtime.ts';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { agentIds } from '../agents-folder.ts';
import { type InProcess, isGrant, openInProcess } from '../in-process.ts';
import type { ScaleFigures } from '../scale.ts';

/**
 * `node --expose-gc thousand-rooms.ts <rooms> <waves> <messages a second> <seconds>`: a process of its own, so that its memory is
 * nothing but that of Parley and of the memory network. Prints its figures as JSON.
 */
const [rooms = 0, waves = 0, perSecond = 0, seconds = 0] = process.argv.slice(2).map(Number);
const agentsInRoom = 5;
const agents = agentIds(100);

/** Says the same to everybody, at once, and remembers nothing. */
const runtime: AgentRuntime = {
  async *reply() {
    yield { type: 'text', text: 'A short answer.' };
  },
  step: async () => ({
    text: '',
    calls: [],
    extras: {},
    usage: { model: 'none', inputTokens: null, outputTokens: null },
  }),
  canStep: async () => false,
  estimate: async () => ({ model: 'none', inputTokens: 100, outputTokens: 10 }),
  describe: async () => [],
  warmUp: async () => undefined,
};

const saidAt = new Map<string, number>();
const waits: number[] = [];
let granted = 0;
let released = 0;

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-scale-'));
try {
  await using scene = await openInProcess({
    agents: agents.length,
    clock: systemClock,
    store: openSqliteStore({ path: join(folder, 'parley.db'), clock: systemClock }),
    runtime,
    // So that each message is answered by itself.
    settings: { mergeWithinMs: 0 },
    onEvent: event => {
      if (event.type === 'SpeakReleased') released += 1;
      if (!isGrant(event)) return;
      granted += 1;
      const at = saidAt.get(event.data.trigger ?? '');
      if (at !== undefined) waits.push(performance.now() - at);
    },
  });
  console.log(JSON.stringify(await measure(scene)));
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(scene: InProcess): Promise<ScaleFigures> {
  // What the first rooms bring with them (code, caches) is no cost of a room.
  const first = Math.floor(rooms / 5);
  const few = await newRooms(scene, { from: 0, to: first });
  const before = await memory();
  const chats = [...few, ...(await newRooms(scene, { from: first, to: rooms }))];
  const after = await memory();
  const begun = { at: performance.now(), granted };
  for (let count = 0; count < waves; count += 1) await wave(scene, chats, 0);
  const grantsPerSecond = ((granted - begun.granted) * 1000) / (performance.now() - begun.at);
  waits.length = 0;
  await steady(scene, chats);
  return {
    grantsPerSecond,
    waits,
    heapPerRoom: (after.heapUsed - before.heapUsed) / (rooms - first),
    residentPerRoom: (after.rss - before.rss) / (rooms - first),
  };
}

/** Rooms with their agents in them, each with one answer. */
async function newRooms(scene: InProcess, { from, to }: { from: number; to: number }): Promise<ChatId[]> {
  const chats = Array.from({ length: to - from }, (_, place) => newRoom(scene, from + place));
  await until(() => chats.every(chat => [...scene.bridge.network.room(chat).members.values()].every(isJoined)));
  await wave(scene, chats, from);
  return chats;
}

function isJoined(state: string): boolean {
  return state === 'joined';
}

function newRoom({ bridge }: InProcess, place: number): ChatId {
  const first = place * agentsInRoom;
  const invite = Array.from({ length: agentsInRoom }, (_, n) => `@agent-${agents[(first + n) % agents.length]}`);
  return bridge.person(`person${place}`).createRoom({ invite });
}

function ask({ bridge }: InProcess, chat: ChatId, place: number): void {
  const first = agents[(place * agentsInRoom) % agents.length];
  const said = performance.now();
  saidAt.set(bridge.person(`person${place}`).say(chat, `@${first} what do you say?`), said);
}

/** One message in every room at once, and the answers. */
async function wave(scene: InProcess, chats: readonly ChatId[], from: number): Promise<void> {
  const wanted = released + chats.length;
  for (const [place, chat] of chats.entries()) ask(scene, chat, from + place);
  await until(() => released >= wanted);
}

/** So many messages a second, in one room after the other, whether the former are answered or not. */
async function steady(scene: InProcess, chats: readonly ChatId[]): Promise<void> {
  const wanted = released + perSecond * seconds;
  const begunAt = performance.now();
  for (let count = 0; count < perSecond * seconds; count += 1) {
    const place = count % chats.length;
    await sleep(Math.max(0, begunAt + (count * 1000) / perSecond - performance.now()));
    ask(scene, chats[place] as ChatId, place);
  }
  await until(() => released >= wanted);
}

async function until(test: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 300_000; !test(); await sleep(2))
    if (performance.now() > deadline) throw new Error('The rooms stand still.');
}

/** When what was begun is over: signs and cards are looked at some seconds later. */
async function memory(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 5; round += 1) {
    await sleep(2000);
    globalThis.gc?.();
  }
  return process.memoryUsage();
}
