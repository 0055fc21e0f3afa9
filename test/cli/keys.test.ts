import { expect, test } from 'vitest';
import type { DataKey } from '../../src/core/data-key.ts';
import { parley } from './terminal.ts';

const key = (id: string, fields: Partial<DataKey> = {}): DataKey => ({
  _id: id,
  version: 1,
  createdAt: Date.UTC(2026, 10, 21),
  updatedAt: 0,
  tenant: 'default',
  wrapped: 'the wrapped key',
  master: 'f00d',
  uses: 0,
  pass: null,
  passedAt: 1,
  broken: 0,
  leftovers: false,
  ...fields,
});
const pass = { startedAt: 0, collection: 'turns', after: 'a', looked: 1200, sealed: 1100, broken: 0 };

test('keys list says which key is in use', async () => {
  const listKeys = async () => [key('2', { pass, passedAt: null }), key('1')];
  const { code, stdout } = await parley(['keys', 'list'], { main: { listKeys } });
  expect(code).toBe(0);
  expect(stdout).toBe(
    'Key 2: in use; sealing what is there, 1200 documents so far. Made on 2026-11-21, wrapped by the master key f00d.\n' +
      'Key 1: former; dropped when nothing needs it. Made on 2026-11-21, wrapped by the master key f00d.\n',
  );
});

test('keys list --json prints all but the key', async () => {
  const { stdout } = await parley(['keys', 'list', '--json'], { main: { listKeys: async () => [key('1')] } });
  expect(JSON.parse(stdout)).toMatchObject([{ id: '1', master: 'f00d' }]);
  expect(stdout).not.toContain('the wrapped key');
});

test('keys list without a store says so', async () => {
  const { stdout } = await parley(['keys', 'list'], { main: { listKeys: async () => null } });
  expect(stdout).toBe('There are no keys yet. The first start makes one.\n');
});

test('keys rotate shows how far it is, and what is left', async () => {
  const { code, stdout } = await parley(['keys', 'rotate', '--master'], {
    main: {
      rotateKeys: async ({ master, onPage }) => {
        for (const looked of [100, 1100, 1200, 2100]) onPage({ ...pass, looked });
        return { key: key('2'), master: master ? 'cafe' : null, ended: true, former: 1 };
      },
    },
  });
  expect(code).toBe(0);
  expect(stdout).toBe(
    '  1100 documents looked at, 1100 sealed anew\n' +
      '  2100 documents looked at, 1100 sealed anew\n' +
      'Everything is sealed with key 2.\n' +
      'All keys are wrapped by the master key cafe.\n' +
      'Former keys are dropped by a running Parley, an hour from now at the earliest, when nothing needs them.\n',
  );
});

test('keys rotate ended in the middle says who goes on', async () => {
  const rotateKeys = async () => ({ key: key('2', { broken: 3 }), master: null, ended: false, former: 1 });
  const { stdout } = await parley(['keys', 'rotate'], { main: { rotateKeys } });
  expect(stdout).toMatch(/^Key 2 is in use. Not everything .* goes on/);
  expect(stdout).toMatch(/3 documents could not be opened/);
});
