import { rmSync } from 'node:fs';
import { agentIds, agentsFolder } from './agents-folder.ts';
import type { Benchmark } from './result.ts';
import { ms, times } from './result.ts';
import { agent, openScene } from './scene.ts';
import { ratio, summary } from './stats.ts';

const crowd = 20;
const warmUp = 10;
const goal = 1.1;

/** One agent of twenty in a room is mentioned, against the same with that agent alone. */
export const crowdedRoom: Benchmark = {
  key: 'e',
  title: `time to the full answer with ${crowd} agents in the room, one mentioned, against 1 agent`,
  async run({ rounds, messages, say }) {
    const folder = agentsFolder(crowd);
    // The one who asks writes on within milliseconds of an answer, as only programs do.
    const config = { floor: { findBots: false } };
    await using scene = await openScene({ config, env: { PARLEY_AGENTS: folder } });
    rmSync(folder, { recursive: true });
    const mara = await scene.newAsker();
    const all = agentIds(crowd).map(agent);
    const [who = ''] = all;
    const rooms = [await mara.roomWith(all, 'group'), await mara.roomWith([who], 'group')];
    const sides = rooms.map(room => ({ room, samples: [] as number[] }));
    const ask = (room: string) => mara.ask(room, who, { mentions: [who] });
    for (const { room } of sides) for (let i = 0; i < warmUp; i += 1) await ask(room);
    for (let round = 0; round < rounds; round += 1) {
      for (const { room, samples } of sides) for (let i = 0; i < messages; i += 1) samples.push(await ask(room));
      const [many, one] = sides.map(({ samples }) => summary(samples.slice(-messages)).median);
      say(`  round ${round + 1}: ${ms(many ?? 0)} against ${ms(one ?? 0)}`);
    }
    const [many = [], one = []] = sides.map(({ samples }) => samples);
    const [a, b, r] = [summary(many), summary(one), ratio(many, one)];
    return [
      {
        key: 'e',
        what: `Time to the full answer with ${crowd} agents in the room, median (p99) of ${a.count}`,
        parley: `${ms(a.median)} (${ms(a.p99)})`,
        against: `${ms(b.median)} (${ms(b.p99)}) with 1 agent`,
        ratio: times(r.median),
        goal: `≤ ${goal}`,
        met: r.median <= goal,
      },
    ];
  },
};
