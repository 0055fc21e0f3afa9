import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { makeEngine } from '../../../bridges/matrix/crypto/engine.ts';
import type { MatrixRequests } from '../../../bridges/matrix/requests.ts';
import { type AgentId, agentId } from '../../../src/core/ids.ts';
import type { KeyPage } from '../../../src/core/key-page.ts';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { names } from '../../bridges/matrix/crypto/key-server.ts';
import { agentIds } from '../agents-folder.ts';
import type { FromKeys, KeyFigures, ToKeys } from '../agents-keys.ts';

/**
 * `node --expose-gc agents-keys.ts <folder> <make|measure> <agents>`: a process of its own, so that its memory is that of keys, and of what
 * Parley needs for them. The homeserver is the process that forked it.
 */
const [folder = '', phase = '', count = '0'] = process.argv.slice(2);
/** As many as are open at once (`device-slots.ts`), and the first of them, with which the library is loaded. */
const [few, most] = [10, 100];
/** As many have been opened and closed when V8 has set aside what it needs for that, and keeps. */
const settled = 300;
const idleMs = 5_000;
const agents = agentIds(Number(count)).map(agentId);
const reader = agentId('reader');

const waiting = new Map<number, PromiseWithResolvers<unknown>>();
let asked = 0;
const send = (message: FromKeys): void => void process.send?.(message);

process.on('message', ({ id, answer, refused }: ToKeys) => {
  const { resolve, reject } = waiting.get(id) ?? Promise.withResolvers();
  waiting.delete(id);
  if (refused === null) return resolve(answer);
  reject(new Error('refused', { cause: new MatrixError({ errcode: refused }, 404) }));
});

const requests: MatrixRequests = {
  call(request) {
    const answered = Promise.withResolvers<unknown>();
    waiting.set(++asked, answered);
    send({ id: asked, request });
    return answered.promise;
  },
  get: () => Promise.reject(new Error('nothing is downloaded here')),
  useDevices: true,
  stop: () => undefined,
};

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const store = openSqliteStore({ path: join(folder, 'parley.db'), clock: systemClock });
const engine = makeEngine({ store, requests, names, clock: systemClock, log: silent, onMessages: () => undefined });
const encryption = {
  algorithm: 'm.megolm.v1.aes-sha2',
  rotationMs: null,
  rotationMessages: null,
  forInvited: true,
  forNewcomers: true,
};

/** Says something, to one reader, in a room of the agent's own. */
async function speak(agent: AgentId): Promise<void> {
  const content = { msgtype: 'm.text', body: 'Good morning!' };
  const readers = [names.userId(reader)];
  const room = `!${agent}:keys.test`;
  await engine.seal(agent, {
    room,
    type: 'm.room.message',
    content,
    encryption,
    readers,
    invited: [],
    now: Date.now(),
  });
}

interface Used {
  readonly resident: number;
  readonly heap: number;
}

async function used(): Promise<Used> {
  // What is closed lets go of its memory a moment later.
  for (let times = 0; times < 3; times += 1) {
    globalThis.gc?.();
    await sleep(200);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed + external };
}

/** SQLite’s own, which is bounded: from here on it does not grow. */
async function fillCache(): Promise<void> {
  const pages = store.collection('key_pages');
  let last: KeyPage | undefined;
  do [last] = (await pages.find({ limit: 20, ...(last === undefined ? {} : { after: last }) })).slice(-1);
  while (last !== undefined);
}

async function measure(): Promise<KeyFigures> {
  await fillCache();
  for (const agent of agents.slice(0, few)) await speak(agent);
  const begun = await used();
  for (const agent of agents.slice(few, most)) await speak(agent);
  const open = await used();
  const before = process.cpuUsage();
  await sleep(idleMs);
  const { user, system } = process.cpuUsage(before);
  for (const agent of agents.slice(most, settled)) await speak(agent);
  const some = await used();
  for (const agent of agents.slice(settled)) await speak(agent);
  const closed = await used();
  const each = (from: Used, to: Used, by: number): Used => ({
    resident: (to.resident - from.resident) / by,
    heap: (to.heap - from.heap) / by,
  });
  return {
    open: each(begun, open, most - few),
    closed: each(some, closed, agents.length - settled),
    idlePercent: (100 * (user + system)) / 1_000 / idleMs,
  };
}

if (phase === 'make') {
  await engine.prepare(reader);
  for (const agent of agents) await speak(agent);
  send({ figures: null });
} else {
  send({ figures: await measure() });
}
await engine.close();
await store.close();
process.disconnect();
