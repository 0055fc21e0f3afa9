import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { ensureOwner } from '../../src/compose/first-start.ts';
import { readCredentials } from '../../src/data-folder/credentials.ts';
import type { RunningHomeserver } from '../../src/homeserver/running-homeserver.ts';
import { tempFolder } from '../config/temp-folder.ts';

/** A homeserver of our own, whose accounts are these. */
function homeserverWith(accounts: Map<string, string>): RunningHomeserver {
  return {
    kind: 'python',
    url: 'http://127.0.0.1:8008',
    serverName: 'parley.test',
    reason: '',
    listenOn: [],
    async ensureAccount(localpart, password) {
      if (accounts.has(localpart)) return false;
      accounts.set(localpart, password);
      return true;
    },
    stop: async () => undefined,
  };
}

async function installation() {
  const dataDir = tempFolder();
  const config = await loadConfig({ env: { PARLEY_DATA: dataDir }, cwd: dataDir });
  let lost = 0;
  const start = (accounts: Map<string, string>) =>
    ensureOwner(config, homeserverWith(accounts), async () => {
      lost += 1;
    });
  return { config, start, lost: () => lost };
}

describe('the owner of the first rooms', () => {
  it('gets an account at the first start, and keeps it', async () => {
    const { config, start, lost } = await installation();
    const accounts = new Map<string, string>();
    const owner = await start(accounts);
    expect(owner).toEqual({ userId: '@you:parley.test', password: accounts.get('you') });
    expect(await readCredentials(config.dataDir)).toMatchObject({ password: owner?.password });
    expect(await start(accounts)).toEqual(owner);
    expect(lost()).toBe(0);
  });

  it('gets it again, with the same password, where the homeserver has lost its database, which is told', async () => {
    const { start, lost } = await installation();
    const owner = await start(new Map());
    const empty = new Map<string, string>();
    expect(await start(empty)).toEqual(owner);
    expect(empty.get('you')).toBe(owner?.password);
    expect(lost()).toBe(1);
    await start(empty);
    expect(lost()).toBe(1);
  });
});
