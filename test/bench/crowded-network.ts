import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ParleyProcess } from '../e2e/driver/parley-process.ts';
import { membershipOf } from '../fakes/homeserver/room.ts';
import { agentIds } from './agents-folder.ts';
import { type BesideFake, besideFake, cpuPercent, fakeIdentity, mib, type Usage, usageOf } from './beside-fake.ts';
import type { Benchmark } from './result.ts';
import { median } from './stats.ts';

const [agents, rooms] = [10_000, 5_000];
const startLimitMs = 900_000;
const joinLimitMs = 1_800_000;
/** What a start leaves to do: presence, looking for lost messages. */
const settleMs = 15_000;
/** A sweep, which comes once a minute, is in it. */
const idleMs = 60_000;
/** Each minute a sweep looks at what came in within three; what is measured is when that is over. */
const quietMs = 9 * 60_000;
/** So many invitations are under way. */
const atOnce = 50;

/** Many agents, each in a room with another one and a person: memory, and the time of a start. */
export const crowdedNetwork: Benchmark = {
  key: 'n',
  title: `${agents} agents in ${rooms} rooms, in one process against a fake homeserver`,
  async run({ rounds, say }) {
    await using ending = new AsyncDisposableStack();
    const { parley, homeserver } = await besideFake(ending, agents);
    say(`  first start: ${await parley.start({}, startLimitMs)} ms`);
    const begun = performance.now();
    await fill({ parley, homeserver });
    say(
      `  ${rooms} rooms, each with a person and two agents that were invited: ${((performance.now() - begun) / 1000).toFixed(0)} s`,
    );
    await sleep(settleMs);
    await parley.stop();
    const later = someTimeLater(ending, parley);
    const starts: number[] = [];
    const usages: Usage[] = [];
    let idlePercent = 0;
    for (let round = 0; round < rounds; round += 1) {
      starts.push(await later.start({}, startLimitMs));
      await sleep(settleMs);
      const usage = await usageOf(later, 1);
      usages.push(usage);
      if (round === 0) idlePercent = await idleCpu(later, usage);
      await later.stop();
      say(`  ready in ${starts.at(-1)} ms, ${mib(usage.rss)} resident, ${mib(usage.heapUsed)} of heap`);
    }
    const row = (what: string, found: string) =>
      ({ key: 'n', what, parley: found, against: '–', ratio: '–', goal: '–', met: true }) as const;
    const of = (part: 'rss' | 'heapUsed'): string => mib(median(usages.map(usage => usage[part])));
    return [
      row(`Start to ready with ${agents} agents in ${rooms} rooms`, `${(median(starts) / 1000).toFixed(2)} s`),
      row('Resident memory (heap) of that process', `${of('rss')} (${of('heapUsed')})`),
      row(`Its CPU over ${idleMs / 1000} s in which nothing happens`, `${idlePercent.toFixed(2)} % of a core`),
    ];
  },
};

/** The same installation, by a clock that is ahead: the rooms were filled a while ago. */
function someTimeLater(ending: AsyncDisposableStack, parley: ParleyProcess): ParleyProcess {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  ending.defer(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'clock');
  writeFileSync(file, String(quietMs));
  const clock = join(import.meta.dirname, '..', 'chaos', 'preload', 'clock.ts');
  const later = parley.beside({ CHAOS_CLOCK: file }, [join(import.meta.dirname, 'preload', 'memory.ts'), clock]);
  ending.defer(async () => void (await later.stop()));
  return later;
}

/** A person makes the rooms and invites two agents into each; resolves when all have come in. */
async function fill({ homeserver }: BesideFake): Promise<void> {
  const ids = agentIds(agents).map(id => `@agent-${id}:${fakeIdentity.serverName}`);
  const left = Array.from({ length: rooms }, (_, index) => ids.slice(2 * index, 2 * index + 2));
  const made: string[] = [];
  const make = async (): Promise<void> => {
    for (let invite = left.pop(); invite !== undefined; invite = left.pop()) {
      made.push(await makeRoom(homeserver.url, invite));
      await until(() => made.length - full(homeserver) < atOnce);
    }
  };
  await Promise.all(Array.from({ length: 8 }, make));
  await until(() => full(homeserver) === rooms);
}

async function makeRoom(url: string, invite: readonly string[]): Promise<string> {
  const request = {
    method: 'POST',
    headers: { authorization: `Bearer person @mara:${fakeIdentity.serverName}`, 'content-type': 'application/json' },
    body: JSON.stringify({ preset: 'private_chat', invite }),
  };
  const path = `${url}/_matrix/client/v3/createRoom`;
  // A connection that stood idle for five seconds may be closed at just that moment.
  const response = await fetch(path, request).catch(() => fetch(path, request));
  return ((await response.json()) as { room_id: string }).room_id;
}

/** In how many of the rooms both agents are; who is in stays in. */
const filled = new Set<string>();

function full({ world }: BesideFake['homeserver']): number {
  for (const [id, room] of world.rooms) {
    if (filled.has(id)) continue;
    const invited = [...room.state.values()].filter(
      ({ type, state_key = '' }) => type === 'm.room.member' && state_key.startsWith('@agent-'),
    );
    if (invited.length === 2 && invited.every(({ state_key = '' }) => membershipOf(room, state_key) === 'join'))
      filled.add(id);
  }
  return filled.size;
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + joinLimitMs; !holds(); await sleep(20))
    if (Date.now() > end) throw new Error('Not all agents came in.');
}

async function idleCpu(parley: BesideFake['parley'], before: Usage): Promise<number> {
  await sleep(idleMs);
  const after = await usageOf(parley, 2);
  return cpuPercent(before, after, idleMs);
}
