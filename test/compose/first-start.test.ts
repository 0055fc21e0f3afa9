import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { ensureOwner } from '../../src/compose/first-start.ts';
import { personName } from '../../src/compose/person-name.ts';
import { remadeHomeserver } from '../../src/compose/remade-homeserver.ts';
import { readCredentials } from '../../src/data-folder/credentials.ts';
import type { RunningHomeserver } from '../../src/homeserver/running-homeserver.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { heldClock } from '../fakes/clock.ts';

/** A homeserver of our own, whose accounts are these. */
function homeserverWith(accounts: Map<string, string>): RunningHomeserver {
  return {
    kind: 'python',
    url: 'http://127.0.0.1:8008',
    serverName: 'parley.test',
    reason: '',
    listenOn: [],
    async ensureAccount(localpart, password, beforeMaking) {
      if (accounts.has(localpart)) return false;
      await beforeMaking?.();
      accounts.set(localpart, password);
      return true;
    },
    stop: async () => undefined,
  };
}

async function installation() {
  const dataDir = tempFolder();
  const config = await loadConfig({ env: { PARLEY_DATA: dataDir }, cwd: dataDir });
  const store = openMemoryStore({ clock: heldClock() });
  let forgotten = 0;
  let crashes = 0;
  const forget = async (): Promise<void> => {
    crashes -= 1;
    if (crashes >= 0) throw new Error('Parley was killed.');
    forgotten += 1;
  };
  return {
    config,
    start: (accounts: Map<string, string>) =>
      ensureOwner(config, homeserverWith(accounts), remadeHomeserver(store, forget)),
    forgotten: () => forgotten,
    /** The next starts end when the account is made and nothing is forgotten yet. */
    crashNext(times: number) {
      crashes = times;
    },
  };
}

describe('the owner of the first rooms', () => {
  it('gets an account at the first start, and keeps it', async () => {
    const { config, start, forgotten } = await installation();
    const accounts = new Map<string, string>();
    const owner = await start(accounts);
    expect(owner).toEqual({ userId: `@${personName()}:parley.test`, password: accounts.get(personName()) });
    expect(await readCredentials(config.dataDir)).toMatchObject({ password: owner?.password });
    expect(await start(accounts)).toEqual(owner);
    expect(forgotten()).toBe(0);
  });

  it('gets it again, with the same password, where the homeserver has lost its database, of which the rest is forgotten', async () => {
    const { start, forgotten } = await installation();
    const owner = await start(new Map());
    const empty = new Map<string, string>();
    expect(await start(empty)).toEqual(owner);
    expect(empty.get(personName())).toBe(owner?.password);
    expect(forgotten()).toBe(1);
    await start(empty);
    expect(forgotten()).toBe(1);
  });

  it('has the rest forgotten, too, where Parley was killed right after the account was made', async () => {
    const { start, forgotten, crashNext } = await installation();
    await start(new Map());
    const empty = new Map<string, string>();
    crashNext(2);
    await expect(start(empty)).rejects.toThrow('killed');
    await expect(start(empty)).rejects.toThrow('killed');
    await start(empty);
    await start(empty);
    expect(forgotten()).toBe(1);
  });
});
