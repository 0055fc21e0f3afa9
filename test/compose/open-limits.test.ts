import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { openLimits } from '../../src/compose/open-limits.ts';
import type { Turnstile } from '../../src/ports/turnstile.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { silentLog } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { describeWith } from '../servers.ts';

const model = { id: 'big', name: 'Big', type: 'openai_compatible', model: 'big', baseUrl: 'http://127.0.0.1:9/v1' };

/** The limits of a process that has this configuration, as `up` opens them. */
async function processWith(options: object) {
  const cwd = tempFolder({ 'parley.yaml': JSON.stringify(options) });
  const config = await loadConfig({ cwd, env: { PARLEY_CONFIG: `${cwd}/parley.yaml` } });
  const ending = new AsyncDisposableStack();
  onTestFinished(() => ending.disposeAsync());
  return { config, limits: openLimits({ config, log: silentLog }, ending) };
}

/** Whether one more may enter within a moment. */
async function hasRoom(gate: Turnstile | null | undefined): Promise<boolean> {
  const giveUp = new AbortController();
  const entered = gate?.enter(giveUp.signal).then(
    leave => leave(),
    () => 'no',
  );
  const answer = await Promise.race([entered, sleep(1_500).then(() => 'no')]);
  giveUp.abort();
  return answer !== 'no';
}

describeWith('redis', 'The limits of two processes with one Redis', () => {
  it('of the homeserver and of each model are kept by both together, and each apart from the others', async () => {
    const { url, prefix } = redisAddress();
    const options = {
      redis: { url, prefix },
      matrix: { requestsAtOnce: 1 },
      models: [
        { ...model, atOnce: 1 },
        { ...model, id: 'small', atOnce: 1 },
      ],
    };
    const [one, two] = [await processWith(options), await processWith(options)];
    const gates = ({ config, limits }: typeof one) => [limits.homeserver, ...config.models.map(limits.model)];
    await sleep(500);
    for (const [at, gate] of gates(one).entries()) {
      const leave = await gate?.enter(new AbortController().signal);
      const room = await Promise.all(gates(two).map(hasRoom));
      expect(room).toEqual(room.map((_, other) => other !== at));
      leave?.();
    }
  });
});
