import { expect, it } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { settingsOf } from '../../src/compose/settings-of.ts';
import { roleOf } from '../../src/core/access.ts';
import { bridgeName, foreignMember } from '../../src/core/ids.ts';
import { tempFolder } from '../config/temp-folder.ts';

async function accessWith(yaml: string, owner: string | null = '@you:example.org') {
  const cwd = tempFolder({ 'parley.yaml': yaml });
  const config = await loadConfig({ env: { PARLEY_CONFIG: 'parley.yaml' }, cwd });
  const { access } = settingsOf(config, { serverName: 'example.org', owner, models: [] });
  return (address: string) => roleOf(foreignMember(bridgeName('matrix'), address), access);
}

it('without configuration the owner is admin, everybody of the own homeserver user, and all others are guests', async () => {
  const role = await accessWith('');
  expect(['@you:example.org', '@mara:example.org', '@mara:elsewhere.org'].map(role)).toEqual([
    'admin',
    'user',
    'guest',
  ]);
});

it('the owner has another role where the configuration names them as they are', async () => {
  const role = await accessWith('access: {people: {"@you:{homeserver}": user, "*": none}}');
  expect(['@you:example.org', '@mara:example.org'].map(role)).toEqual(['user', 'none']);
});

it('without an owner nobody is admin by themselves', async () => {
  expect((await accessWith('', null))('@you:example.org')).toBe('user');
});
