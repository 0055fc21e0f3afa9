import { expect, it } from 'vitest';
import { noInstallation } from '../../src/compose/no-installation.ts';

it('says where there is no installation yet: in a folder, or in a database, without its password', () => {
  const folder = noInstallation({ dataDir: '/srv/parley', store: { url: null } });
  expect(folder.message).toMatch(/in \/srv\/parley yet.*PARLEY_DATA/);
  const url = 'mongodb://mara:geheim@db.internal/parley?authSource=admin';
  const database = noInstallation({ dataDir: '/srv/parley', store: { url } });
  expect(database.message).toMatch(/in mongodb:\/\/db\.internal\/parley yet.*MONGODB_URL/);
  expect(database.message).not.toMatch(/geheim|srv/);
});
