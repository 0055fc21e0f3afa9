import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  portCandidates,
  readState,
  serverNameFor,
  standInLine,
  writeState,
} from '../../src/homeserver/homeserver-state.ts';
import { openSynapseFolder, writeInput } from '../../src/homeserver/synapse-folder.ts';
import { temporaryFolder } from './fixtures.ts';

const state = { serverName: 'localhost', kind: 'python', port: 8009, preferredPort: 8008 } as const;

test('is read as it was written, and only its owner may read it', async () => {
  const file = join(temporaryFolder(), 'homeserver.json');
  expect(await readState(file)).toBeUndefined();
  await writeState(file, state);
  expect(await readState(file)).toEqual(state);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(['', '{"serverName"', '{"serverName":1}'])(
  'a damaged file (%j) is an error that says what to do',
  async text => {
    const file = join(temporaryFolder(), 'homeserver.json');
    writeFileSync(file, text);
    await expect(readState(file)).rejects.toMatchObject({ code: 'HOMESERVER_CONFLICT' });
  },
);

test('a server name is chosen once', () => {
  expect(serverNameFor(undefined, undefined)).toBe('localhost');
  expect(serverNameFor(undefined, 'chat.example.org')).toBe('chat.example.org');
  expect(serverNameFor({ ...state, serverName: 'chat.example.org' }, undefined)).toBe('chat.example.org');
  expect(() => serverNameFor(state, 'chat.example.org')).toThrow(/named localhost[\s\S]*PARLEY_DATA/);
});

test.each(['http://a', 'a b', '@a:b', 'ä.example'])('%s is no server name', name => {
  expect(() => serverNameFor(undefined, name)).toThrow(/host name/);
});

test('a folder of another server name is not opened', async () => {
  const dataDir = temporaryFolder();
  const folder = await openSynapseFolder(dataDir, 'one.example');
  await folder.remember({ kind: 'docker', port: 1, preferredPort: 1 });
  await expect(openSynapseFolder(dataDir, 'two.example')).rejects.toMatchObject({ code: 'HOMESERVER_CONFLICT' });
  expect((await openSynapseFolder(dataDir, undefined)).serverName).toBe('one.example');
});

test('the port that clients know is tried first, unless another is wished for since', () => {
  expect(portCandidates(undefined, 8008)).toEqual([8008]);
  expect(portCandidates(state, 8008)).toEqual([8009, 8008]);
  expect(portCandidates(state, 9000)).toEqual([9000]);
});

test('secrets are made once, and only their owner may read them', async () => {
  const folder = await openSynapseFolder(temporaryFolder(), undefined);
  const secret = folder.file('registrationSecret');
  await writeInput(folder, new Map());
  const { ino, mode } = statSync(secret);
  await writeInput(folder, new Map());
  expect(mode & 0o777).toBe(0o600);
  expect(statSync(secret).ino).toBe(ino);
});

test('a file that is as wanted is not written again', async () => {
  const folder = await openSynapseFolder(temporaryFolder(), undefined);
  const input = new Map([[folder.file('config'), 'a: 1\n']]);
  await writeInput(folder, input);
  const { ino } = statSync(folder.file('config'));
  await writeInput(folder, input);
  expect(statSync(folder.file('config')).ino).toBe(ino);
  await writeInput(folder, new Map([[folder.file('config'), 'a: 2\n']]));
  expect(statSync(folder.file('config')).ino).not.toBe(ino);
});

test('a port that stands in for another is named at each later start, and no other is', () => {
  const before = { serverName: 'localhost', kind: 'python', port: 8009, preferredPort: 8008 } as const;
  expect(standInLine(before, 8009, 8008)).toMatch(/stays at port 8009, .* 8008 was in use/);
  expect(standInLine(undefined, 8009, 8008)).toBeNull();
  expect(standInLine({ ...before, port: 8008 }, 8008, 8008)).toBeNull();
});
