import { describe, expect, it } from 'vitest';
import { makeComeback } from '../../../bridges/matrix/comeback.ts';
import { withRetries } from '../../../bridges/matrix/retries.ts';
import { heldClock } from '../../fakes/clock.ts';
import { unlimited } from '../../fakes/homeserver-limits.ts';
import { silentLog } from '../../fakes/log.ts';

const refused = (): Error => new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });

/** A request that was made nine times while the homeserver was away, and waits for ten seconds. */
async function waiting(error: () => Error = refused) {
  const clock = heldClock();
  const comeback = makeComeback();
  let tries = 0;
  let isThere = false;
  const comesBack = (): void => {
    isThere = true;
  };
  const asked = withRetries(
    { what: 'read a room', as: null },
    {
      ...{ clock, comeback, log: silentLog, limits: unlimited(), stopping: new AbortController().signal },
      ...{ saw: () => undefined, onUnwell: () => undefined, guard: () => undefined },
    },
    async () => {
      tries += 1;
      if (!isThere) throw error();
      return 'read';
    },
  );
  while (tries < 9) await clock.advance(1_000);
  return { clock, comeback, asked, tries: () => tries, comesBack };
}

describe('a request that waits for the homeserver', () => {
  it('is made as soon as it is back, but for a moment by which those who wait are apart', async () => {
    const { clock, comeback, asked, comesBack } = await waiting();
    comesBack();
    comeback.tell();
    await clock.advance(250);
    expect(await asked).toBe('read');
  });

  it('begins with short pauses again where it goes away once more', async () => {
    const { clock, comeback, asked, tries, comesBack } = await waiting();
    comeback.tell();
    while (tries() < 10) await clock.advance(10);
    comesBack();
    await clock.advance(100);
    expect(await asked).toBe('read');
  });

  it('keeps to its pause where the homeserver was there and said no for the moment', async () => {
    const late = (): Error => Object.assign(new Error('no answer in time'), { name: 'AbortError' });
    const { clock, comeback, asked, tries, comesBack } = await waiting(late);
    comesBack();
    comeback.tell();
    await clock.advance(1_000);
    expect(tries()).toBe(9);
    await clock.advance(10_000);
    expect(await asked).toBe('read');
  });
});
