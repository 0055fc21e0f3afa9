import type { Benchmark } from './result.ts';
import { ms, times } from './result.ts';
import { agent, bareUser, openScene } from './scene.ts';
import { ratio, summary } from './stats.ts';

const warmUp = 10;
const [medianGoal, p99Goal] = [1.1, 1.3];

/** From a person's sending to the full answer in a direct chat, one question after the other. */
export const answerTime: Benchmark = {
  key: 'a',
  title: 'time to the full answer in a direct chat, against the bare service on the same Synapse',
  async run({ rounds, messages, say }) {
    await using scene = await openScene();
    const mara = await scene.newAsker();
    const sides = await Promise.all(
      [agent('ada'), bareUser].map(async who => ({
        who,
        room: await mara.roomWith([who], 'direct'),
        samples: [] as number[],
      })),
    );
    for (const { room, who } of sides) for (let i = 0; i < warmUp; i += 1) await mara.ask(room, who);
    for (let round = 0; round < rounds; round += 1) {
      for (const { room, who, samples } of sides) {
        for (let i = 0; i < messages; i += 1) samples.push(await mara.ask(room, who));
      }
      const [ours, theirs] = sides.map(({ samples }) => summary(samples.slice(-messages)).median);
      say(`  round ${round + 1}: ${ms(ours ?? 0)} against ${ms(theirs ?? 0)}`);
    }
    const [ours = [], theirs = []] = sides.map(({ samples }) => samples);
    const [a, b, r] = [summary(ours), summary(theirs), ratio(ours, theirs)];
    const row = (what: string, [parley, against]: [number, number], [found, goal]: [number, number]) => ({
      key: 'a',
      what: `${what} of ${a.count} answers each`,
      parley: ms(parley),
      against: `${ms(against)} (bare)`,
      ratio: times(found),
      goal: `≤ ${goal}`,
      met: found <= goal,
    });
    return [
      row('Time to the full answer, median', [a.median, b.median], [r.median, medianGoal]),
      row('Time to the full answer, p99', [a.p99, b.p99], [r.p99, p99Goal]),
    ];
  },
};
