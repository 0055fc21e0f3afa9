import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretPerson } from '../e2e/driver/secret-person.ts';
import { agentIds, agentsFolder } from './agents-folder.ts';
import { PollingAgents, pollingRegistration } from './polling-agents.ts';
import { type Benchmark, ms, type Row, times } from './result.ts';
import { agent, openScene, type Scene } from './scene.ts';
import { median } from './stats.ts';

const crowd = 50;
const warmUp = 3;
const goal = 1;
/** What the homeserver does after the last answer: receipts, keys that are fetched. */
const settleMs = 1_000;
/** As long as a long poll takes, so that each of them comes back once. */
const idleMs = 30_000;
const comingAtOnce = 10;

interface Side {
  readonly name: 'parley' | 'polling';
  readonly encrypted: boolean;
  readonly room: string;
  /** Milliseconds of CPU for each question and answer, by round. */
  readonly costs: number[];
}

/** What the homeserver has to do for a question and its answer, against agents that each hold a /sync open. */
export const homeserverCost: Benchmark = {
  key: 'u',
  title: `CPU of the homeserver for each question and answer with ${crowd} agents in the room, against agents that poll`,
  async run({ rounds, messages, say }) {
    const folder = agentsFolder(crowd);
    await using scene = await openScene({
      config: { floor: { findBots: false }, conversation: { introduce: false } },
      env: { PARLEY_AGENTS: folder },
      registrations: [pollingRegistration],
    });
    rmSync(folder, { recursive: true });
    const mara = await scene.newSecretPerson();
    const polling = await PollingAgents.make(scene.homeserverUrl, crowd);
    const sides = await openSides(mara, polling);
    const run = async (side: Side, times: number): Promise<number> => {
      if (side.name === 'polling') await polling.start();
      const cost = await costOf(scene, mara, { side, times });
      if (side.name === 'polling') await polling.stop();
      return cost;
    };
    for (const side of sides) await run(side, warmUp);
    for (let round = 0; round < rounds; round += 1) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) side.costs.push(await run(side, messages));
      say(`  round ${round + 1}: ${sides.map(side => `${side.name} ${ms(side.costs.at(-1) ?? 0)}`).join(', ')}`);
    }
    return [...costRows(sides), idleRow(await idle(scene, polling))];
  },
};

async function openSides(mara: SecretPerson, polling: PollingAgents): Promise<Side[]> {
  const agents = agentIds(crowd).map(agent);
  const sides: Side[] = [];
  for (const encrypted of [false, true]) {
    const room = await mara.room({ encrypted });
    for (let at = 0; at < agents.length; at += comingAtOnce)
      await Promise.all(agents.slice(at, at + comingAtOnce).map(one => mara.bring(room, one)));
    const other = await mara.room({ encrypted, preset: 'public_chat' });
    await polling.join(other);
    for (const one of polling.ids) await mara.waitForMember(other, one);
    sides.push({ name: 'parley', encrypted, room, costs: [] }, { name: 'polling', encrypted, room: other, costs: [] });
  }
  return sides;
}

/** Milliseconds of the homeserver's CPU for each question with its answer. */
async function costOf(
  scene: Scene,
  mara: SecretPerson,
  { side, times: count }: { readonly side: Side; readonly times: number },
): Promise<number> {
  const [first = ''] = agentIds(crowd).map(agent);
  const mentions = side.name === 'parley' ? [first] : [];
  const before = scene.homeserverCpuMs();
  for (let i = 0; i < count; i += 1) await mara.ask(side.room, 'a question', { mentions });
  await sleep(settleMs);
  return (scene.homeserverCpuMs() - before) / count;
}

/** How much of a core the homeserver uses while nobody says anything: first with Parley alone, then with those that poll alone. */
async function idle(scene: Scene, polling: PollingAgents): Promise<readonly [parley: number, polling: number]> {
  const during = async (): Promise<number> => {
    await sleep(settleMs);
    const before = scene.homeserverCpuMs();
    await sleep(idleMs);
    return (100 * (scene.homeserverCpuMs() - before)) / idleMs;
  };
  const ours = await during();
  await scene.parley.stop();
  await polling.start();
  const theirs = await during();
  await polling.stop();
  return [ours, theirs];
}

const costRows = (sides: readonly Side[]): Row[] =>
  [false, true].map(encrypted => {
    const cost = (name: Side['name']): number =>
      median(sides.filter(side => side.name === name && side.encrypted === encrypted).flatMap(({ costs }) => costs));
    const [a, b] = [cost('parley'), cost('polling')];
    const what = `CPU of Synapse for a question and its answer in ${encrypted ? 'an encrypted' : 'a plain'} room with ${crowd} agents`;
    return {
      key: 'u',
      what,
      parley: ms(a),
      against: `${ms(b)} (agents that poll)`,
      ratio: times(a / b),
      goal: `≤ ${goal}`,
      met: a / b <= goal,
    };
  });

const idleRow = ([ours, theirs]: readonly [number, number]): Row => ({
  key: 'u',
  what: `CPU of Synapse with ${crowd} agents while nobody says anything, over ${idleMs / 1000} s`,
  parley: `${ours.toFixed(2)} % of a core`,
  against: `${theirs.toFixed(2)} % of a core (agents that poll)`,
  ratio: times(ours / theirs),
  goal: `≤ ${goal}`,
  met: ours <= theirs,
});
