import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnEngine } from '../../containers/engine.ts';
import { run } from '../../containers/tools.ts';
import type { Random } from '../random.ts';

const patienceMs = 5_000;

/** SIGKILL for a container in which a task works; null where there is none for some seconds. */
export async function killContainer(engine: OwnEngine, random: Random): Promise<string | null> {
  await sleep(random.between(0, 1_500));
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(50)) {
    const args = ['-H', engine.host, 'ps', '--quiet', '--filter', 'label=parley.installation'];
    const ids = (await run('docker', args)).stdout.split('\n').filter(id => id !== '');
    const id = ids.length === 0 ? undefined : random.pick(ids);
    // It may have ended by itself meanwhile.
    if (id !== undefined && (await killed(engine, id))) return id;
  }
  return null;
}

const killed = (engine: OwnEngine, id: string): Promise<boolean> =>
  run('docker', ['-H', engine.host, 'kill', id]).then(
    () => true,
    () => false,
  );

/** SIGKILL for the engine, which is started again after up to three seconds. */
export async function killEngine(engine: OwnEngine, random: Random): Promise<void> {
  await sleep(random.between(0, 1_500));
  await engine.crash(random.between(0, 3_000));
}
