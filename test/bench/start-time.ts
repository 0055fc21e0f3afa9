import { freePorts } from '../e2e/driver/child.ts';
import { ExternalSynapse } from '../e2e/driver/external-synapse.ts';
import { ParleyProcess } from '../e2e/driver/parley-process.ts';
import type { Benchmark, Row } from './result.ts';
import { ms } from './result.ts';
import { serverName } from './scene.ts';
import { median } from './stats.ts';

const [withGoalMs, withoutGoalMs] = [5000, 1000];

/** From the start of the process to "Parley is ready", on a folder that was started before. */
export const startTime: Benchmark = {
  key: 'd',
  title: 'start to ready on the second start, with Parley’s own Synapse and with one that runs already',
  async run({ rounds, say }) {
    await using ending = new AsyncDisposableStack();
    const own = await ParleyProcess.prepare({});
    ending.defer(() => own.dispose());
    const external = await besideSynapse(ending);
    const sides = [own, external].map(parley => ({ parley, samples: [] as number[] }));
    for (const { parley } of sides) await startOnce(parley);
    for (let round = 0; round < rounds; round += 1) {
      for (const { parley, samples } of sides) samples.push(await startOnce(parley));
      say(
        `  round ${round + 1}: ${sides.map(({ samples }) => ms(samples.at(-1) ?? 0)).join(' with Synapse, without ')}`,
      );
    }
    const [withSynapse = [], without = []] = sides.map(({ samples }) => samples);
    return [
      rowOf('Second start to ready, with Synapse', withSynapse, withGoalMs),
      rowOf('Second start to ready, homeserver running', without, withoutGoalMs),
    ];
  },
};

async function startOnce(parley: ParleyProcess): Promise<number> {
  const took = await parley.start();
  await parley.stop();
  return took;
}

async function besideSynapse(ending: AsyncDisposableStack): Promise<ParleyProcess> {
  const [port = 0] = await freePorts(1);
  const env = {
    MATRIX_HOMESERVER_URL: `http://127.0.0.1:${port}`,
    MATRIX_SERVER_NAME: serverName,
    MATRIX_OWNER: `@mara:${serverName}`,
  };
  const parley = await ParleyProcess.prepare({ env });
  ending.defer(() => parley.dispose());
  const { output: registration } = await parley.run(['registration']);
  const synapse = await ExternalSynapse.start({ port, serverName, registrations: [registration] });
  ending.defer(() => synapse.stop());
  await synapse.admin('mara', 'a password of the owner');
  return parley;
}

function rowOf(what: string, samples: readonly number[], goalMs: number): Row {
  const found = median(samples);
  const worst = Math.max(...samples);
  return {
    key: 'd',
    what: `${what}, median (longest) of ${samples.length}`,
    parley: `${found.toFixed(0)} ms (${worst.toFixed(0)} ms)`,
    against: '–',
    ratio: '–',
    goal: `≤ ${goalMs / 1000} s`,
    met: found <= goalMs,
  };
}
