import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../e2e/driver/child.ts';
import { clientPath, matrixJson } from '../e2e/driver/matrix-http.ts';
import { ParleyProcess } from '../e2e/driver/parley-process.ts';
import { membershipOf, newRoom } from '../fakes/homeserver/room.ts';
import { type FakeHomeserver, startFakeHomeserver } from '../fakes/homeserver/server.ts';
import { emit, setMembership } from '../fakes/homeserver/world.ts';
import { type BacklogAnswers, backlogAnswers } from './backlog-answers.ts';
import type { Benchmark, Row } from './result.ts';
import { times } from './result.ts';
import { startProgram } from './scene.ts';
import { median } from './stats.ts';

const rooms = 200;
const perRoom = 50;
/** The serial handler does so many of them, as each takes it the same time. */
const serialPerRoom = 2;
/** Every so manieth was written two hours before: too long ago to be answered. */
const oldEvery = 10;
const oldMs = 2 * 3_600_000;
const thinkingMs = 100;
const patienceMs = 900_000;
const goal = 5;

const identity = {
  serverName: 'bench.test',
  asToken: 'token-of-the-benchmark',
  hsToken: 'token-of-the-fake',
  registrationId: 'parley',
  senderLocalpart: 'parley',
} as const;
const mara = `@mara:${identity.serverName}`;
const agents = ['ada', 'bruno', 'clara'].map(id => `@agent-${id}:${identity.serverName}`);

/** What came while nobody was there is caught up: against a handler that takes one message after the other. */
export const backlog: Benchmark = {
  key: 'p',
  title: `${rooms * perRoom} messages in ${rooms} rooms that came while Parley was down, caught up against a serial handler`,
  async run({ rounds, say }) {
    const seen = { each: [] as Caught[], merged: [] as Caught[], serial: [] as number[] };
    for (let round = 1; round <= rounds; round += 1) {
      const told = (what: string, rate: number): void =>
        say(`  round ${round}, ${what}: ${rate.toFixed(1)} messages a second`);
      const each = await catchUp(0);
      told('each by itself', each.perSecond);
      const serial = await handleSerially();
      told('serial', serial);
      const merged = await catchUp(undefined);
      told('together', merged.perSecond);
      seen.each.push(each);
      seen.serial.push(serial);
      seen.merged.push(merged);
    }
    return [
      rowOf('each with an answer of its own', seen.each, seen.serial),
      rowOf('answered together where they stand together', seen.merged, seen.serial),
      peakRow([...seen.each, ...seen.merged]),
    ];
  },
};

interface Caught {
  readonly perSecond: number;
  readonly peakBytes: number;
}

/** From the start of the process to the last answer. `merge`: how many seconds apart messages are answered together; undefined: as it comes. */
async function catchUp(merge: number | undefined): Promise<Caught> {
  await using ending = new AsyncDisposableStack();
  const { homeserver, modelUrl } = await openWorld(ending);
  const parley = await ParleyProcess.prepare({
    modelUrl,
    env: {
      // As npm start has it.
      NODE_OPTIONS: '--max-semi-space-size=16',
      MATRIX_HOMESERVER_URL: homeserver.url,
      MATRIX_SERVER_NAME: identity.serverName,
      MATRIX_AS_TOKEN: identity.asToken,
      MATRIX_HS_TOKEN: identity.hsToken,
    },
    // A person can't write so fast; here each message is to have its answer.
    config: {
      floor: { findBots: false, agentTurnsPerMinute: 100, roomTurnsPerMinute: 100 },
      conversation: { maxTurnsWithoutPerson: 100, ...(merge === undefined ? {} : { mergeWithinSeconds: merge }) },
    },
  });
  ending.defer(() => parley.dispose());
  homeserver.world.listenerUrl = `http://127.0.0.1:${parley.port}`;
  await parley.start();
  const answers = backlogAnswers(await openRooms(homeserver));
  await parley.stop();
  sayAll(homeserver, answers, perRoom);
  const begun = performance.now();
  await parley.start();
  await untilAnswered(answers);
  const seconds = (performance.now() - begun) / 1_000;
  const peakBytes = peakOf(parley.pid);
  await parley.stop();
  const wrong = answers.wrong();
  if (wrong.length > 0) throw new Error(`${wrong.length} are wrong, the first: ${wrong[0]}`);
  return { perSecond: (rooms * perRoom) / seconds, peakBytes };
}

async function openWorld(ending: AsyncDisposableStack): Promise<{ homeserver: FakeHomeserver; modelUrl: string }> {
  const homeserver = await startFakeHomeserver(identity);
  ending.defer(() => homeserver.close());
  // The one thing that is asked without a token.
  const versions = { status: 200, body: { versions: ['v1.16'] } };
  homeserver.intercept = request => (request === 'GET /_matrix/client/versions' ? versions : null);
  const [port = 0] = await freePorts(1);
  await startProgram(ending, 'test/fakes/scripted-model/main.ts', ['--port', String(port)], {}, 'http://');
  return { homeserver, modelUrl: `http://127.0.0.1:${port}` };
}

/** A direct chat for each, in which the agent is and has said who it is. */
async function openRooms(homeserver: FakeHomeserver) {
  const person = { homeserver: homeserver.url, token: `person ${mara}` };
  const made = [];
  for (let nth = 0; nth < rooms; nth += 1) {
    const agent = agents[nth % agents.length] ?? '';
    const body = { is_direct: true, invite: [agent] };
    const { room_id } = await matrixJson<{ room_id: string }>(person, 'POST', clientPath('createRoom'), { body });
    const room = homeserver.world.rooms.get(room_id);
    if (room !== undefined) made.push({ agent, room });
  }
  for (const { agent, room } of made)
    while (
      membershipOf(room, agent) !== 'join' ||
      !room.events.some(({ sender, type }) => isSaidBy(agent, sender, type))
    )
      await sleep(20);
  return made.map(({ room }) => room);
}

const isSaidBy = (agent: string, sender: string, type: string): boolean =>
  sender === agent && type === 'm.room.message';

/** Says it in all rooms in turns. */
function sayAll({ world }: FakeHomeserver, answers: BacklogAnswers, each: number): void {
  const words = 5;
  for (let nth = 0; nth < each; nth += 1)
    for (const room of answers.rooms) {
      const body = `k${nth} [[slow: ${words} words, ${thinkingMs / words}ms]]`;
      const said = emit(world, room, { sender: mara, type: 'm.room.message', content: { msgtype: 'm.text', body } });
      const isOld = nth % oldEvery === oldEvery - 1;
      if (isOld) Object.assign(said, { origin_server_ts: said.origin_server_ts - oldMs });
      answers.expect(said.event_id, !isOld);
    }
}

async function untilAnswered(answers: BacklogAnswers): Promise<void> {
  const end = Date.now() + patienceMs;
  while (answers.missing() > 0) {
    if (Date.now() > end) throw new Error(`${answers.missing()} are not answered after ${patienceMs / 1_000} s`);
    await sleep(50);
  }
}

/** Messages a second of the handler that does one after the other, stores nothing, and answers what is old, too. */
async function handleSerially(): Promise<number> {
  await using ending = new AsyncDisposableStack();
  const { homeserver, modelUrl } = await openWorld(ending);
  const { world } = homeserver;
  const bare = agents[0] ?? '';
  const made = Array.from({ length: rooms }, () => {
    const room = newRoom();
    world.rooms.set(room.id, room);
    for (const member of [mara, bare]) setMembership(world, room, member, member, 'join');
    return room;
  });
  const answers = backlogAnswers(made);
  sayAll(homeserver, answers, serialPerRoom);
  const [port = 0] = await freePorts(1);
  const env = { HOMESERVER: homeserver.url, MODEL_URL: modelUrl, PORT: String(port), SERIAL: 'yes' };
  const begun = performance.now();
  const all = { ...env, AS_TOKEN: identity.asToken, USER_ID: bare };
  await startProgram(ending, 'test/bench/bare-service.ts', [], all, 'ready');
  world.listenerUrl = `http://127.0.0.1:${port}`;
  const wanted = rooms * serialPerRoom;
  while (said(made, bare) < wanted) await sleep(20);
  return (1_000 * wanted) / (performance.now() - begun);
}

const said = (made: BacklogAnswers['rooms'], who: string): number =>
  made.reduce((sum, { events }) => sum + events.filter(({ sender, type }) => isSaidBy(who, sender, type)).length, 0);

/** The most memory that a process ever held, as Linux tells; 0 elsewhere. */
function peakOf(pid: number): number {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function rowOf(what: string, ours: readonly Caught[], theirs: readonly number[]): Row {
  const [a, b] = [median(ours.map(({ perSecond }) => perSecond)), median(theirs)];
  return {
    key: 'p',
    what: `${rooms * perRoom} messages in ${rooms} rooms after a downtime, ${what}: messages a second`,
    parley: a.toFixed(1),
    against: `${b.toFixed(1)} (serial)`,
    ratio: times(a / b),
    goal: `≥ ${goal}`,
    met: a / b >= goal,
  };
}

const peakRow = (all: readonly Caught[]): Row => ({
  key: 'p',
  what: 'Most resident memory while it catches up',
  parley: `${(Math.max(...all.map(({ peakBytes }) => peakBytes)) / 1024 ** 2).toFixed(0)} MiB`,
  against: '–',
  ratio: '–',
  goal: '–',
  met: true,
});
