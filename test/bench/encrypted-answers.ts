import type { SecretPerson } from '../e2e/driver/secret-person.ts';
import type { Benchmark } from './result.ts';
import { ms, times } from './result.ts';
import { agent, openScene } from './scene.ts';
import { ratio, summary } from './stats.ts';

const warmUp = 5;
const goal = 1.5;

/** An agent is asked in an encrypted direct chat, against the same in a plain one; by one client that can do both. */
export const encryptedAnswers: Benchmark = {
  key: 'q',
  title: 'time to the full answer in an encrypted room against a plain one',
  async run({ rounds, messages, say }) {
    // The one who asks writes on within milliseconds of an answer, as only programs do.
    await using scene = await openScene({ config: { floor: { findBots: false } } });
    const mara = await scene.newSecretPerson();
    const who = agent('ada');
    const rooms = [await mara.room({ invite: [who] }), await mara.room({ invite: [who], encrypted: false })];
    const sides = rooms.map(room => ({ room, samples: [] as number[] }));
    for (const { room } of sides) for (let i = 0; i < warmUp; i += 1) await ask(mara, room);
    for (let round = 0; round < rounds; round += 1) {
      for (const { room, samples } of sides) for (let i = 0; i < messages; i += 1) samples.push(await ask(mara, room));
      const [sealed, plain] = sides.map(({ samples }) => summary(samples.slice(-messages)).median);
      say(`  round ${round + 1}: ${ms(sealed ?? 0)} against ${ms(plain ?? 0)}`);
    }
    const [sealed = [], plain = []] = sides.map(({ samples }) => samples);
    const [a, b, r] = [summary(sealed), summary(plain), ratio(sealed, plain)];
    return [
      {
        key: 'q',
        what: `Time to the full answer in an encrypted room, median (p99) of ${a.count}`,
        parley: `${ms(a.median)} (${ms(a.p99)})`,
        against: `${ms(b.median)} (${ms(b.p99)}) in a plain room`,
        ratio: times(r.median),
        goal: `≤ ${goal}`,
        met: r.median <= goal,
      },
    ];
  },
};

async function ask(person: SecretPerson, room: string): Promise<number> {
  const begun = performance.now();
  await person.ask(room, 'a question');
  return performance.now() - begun;
}
