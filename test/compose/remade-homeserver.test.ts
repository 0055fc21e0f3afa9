import { describe, expect, it } from 'vitest';
import { remadeHomeserver } from '../../src/compose/remade-homeserver.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';

/** Counts how often a start took the homeserver for a new one. */
function installation() {
  const store = openMemoryStore({ clock: heldClock() });
  const seen = { forgotten: 0 };
  const remaking = remadeHomeserver(store, async () => {
    seen.forgotten += 1;
  });
  const suspicions = async () => (await store.collection('settings').find({ limit: 10 })).length;
  return { seen, remaking, suspicions };
}

const fails = (code: 'HOMESERVER_START_FAILED' | 'HOMESERVER_UNREACHABLE') => async (suspect: () => Promise<void>) => {
  await suspect();
  throw new ParleyError(code, 'No account. Try again.');
};

describe('a homeserver', () => {
  it('is new where the account had to be made anew', async () => {
    const { seen, remaking, suspicions } = installation();
    await remaking(async suspect => {
      await suspect();
      return true;
    });
    expect(seen.forgotten).toBe(1);
    expect(await suspicions()).toBe(0);
  });

  it('is new where a start ended, or heard nothing, while the account may have been made', async () => {
    const { seen, remaking } = installation();
    await expect(remaking(fails('HOMESERVER_UNREACHABLE'))).rejects.toThrow();
    await remaking(async () => false);
    expect(seen.forgotten).toBe(1);
  });

  it('is not new where it refused to make the account, which is there at the next start', async () => {
    const { seen, remaking, suspicions } = installation();
    await expect(remaking(fails('HOMESERVER_START_FAILED'))).rejects.toThrow();
    expect(await suspicions()).toBe(0);
    await remaking(async () => false);
    expect(seen.forgotten).toBe(0);
  });
});
