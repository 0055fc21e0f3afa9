import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ContainerWishes } from '../../src/cli/main-functions.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { parley } from './terminal.ts';

it('containers prepare takes what docker-compose.yml gives it; an owner that is not given is none', async () => {
  const wishes: ContainerWishes[] = [];
  const prepareContainers = async (given: ContainerWishes) => void wishes.push(given);
  const cwd = tempFolder();
  const { code, stdout } = await parley(['containers', 'prepare', 'all', '--owner', ''], {
    cwd,
    main: { prepareContainers },
  });
  expect([code, stdout]).toEqual([0, `Secrets and files of localhost are in ${join(cwd, 'all')}.\n`]);
  expect(wishes).toEqual([
    {
      folder: join(cwd, 'all'),
      serverName: 'localhost',
      homeserver: 'http://localhost:8008',
      client: 'http://localhost:8080',
      owner: null,
    },
  ]);
});

it.each([
  [['--owner', '@mara:elsewhere.org'], 'it must be an account of localhost'],
  [['--homeserver', 'localhost'], '--homeserver is "localhost"'],
  [['--client', 'ftp://x'], '--client is "ftp://x"'],
])('containers prepare refuses %s', async (options, why) => {
  const { code, stderr } = await parley(['containers', 'prepare', 'all', ...options]);
  expect(code).toBe(1);
  expect(stderr).toContain(why);
});

it('containers account says where to sign in, and never the password', async () => {
  const account = { client: 'http://localhost:8080', homeserver: 'h', userId: '@person:localhost', isNew: true };
  const { stdout } = await parley(['containers', 'account', '.'], {
    main: { makeContainerAccount: async () => account },
  });
  expect(stdout).toBe(
    'The account @person:localhost is made. Sign in with it at http://localhost:8080\n' +
      'Its password: docker compose exec bridge cat account.json\n',
  );
});
