import { expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import { stepped } from '../../src/compose/stepped.ts';

async function shown(work: (stop: AbortController) => Promise<void>): Promise<string> {
  let text = '';
  const output = {
    write(more: string) {
      text += more;
    },
  };
  const stop = new AbortController();
  const options = { progress: createProgress({ output, env: {}, now: () => 0 }), signal: stop.signal };
  await stepped(
    options,
    'Homeserver',
    () => work(stop),
    () => 'there',
  ).catch(() => undefined);
  return text;
}

it('a step that went well, one that failed, and one that was stopped by a person look different', async () => {
  expect(await shown(async () => undefined)).toBe('✓ Homeserver: there\n');
  expect(await shown(() => Promise.reject(new Error('no disk')))).toBe('✗ Homeserver\n');
  const byPerson = (stop: AbortController) => {
    stop.abort(new Error('stopped by SIGINT'));
    return Promise.reject(stop.signal.reason);
  };
  expect(await shown(byPerson)).toBe('– Homeserver: stopped\n');
});
