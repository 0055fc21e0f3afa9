import { setTimeout as sleep } from 'node:timers/promises';
import { clientPath, matrixJson } from './matrix-http.ts';
import type { Person } from './person.ts';

const tries = 200;
const pauseMs = 50;

/** Waits until the homeserver has the keys of a device of somebody. */
export async function untilPublished(person: Person, device: string): Promise<void> {
  for (let left = tries; !(await publishedDevices(person)).includes(device); left -= 1) {
    if (left === 0) throw new Error(`the keys of the device ${device} of ${person.id} did not go out`);
    await sleep(pauseMs);
  }
}

async function publishedDevices({ id, session }: Person): Promise<string[]> {
  const path = clientPath('keys', 'query');
  const call = { body: { device_keys: { [id]: [] } } };
  const { device_keys } = await matrixJson<{ device_keys: Record<string, object> }>(session, 'POST', path, call);
  return Object.keys(device_keys[id] ?? {});
}
