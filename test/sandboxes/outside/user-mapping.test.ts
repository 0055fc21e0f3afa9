import { lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folders } from '../../../sandboxes/docker/folders.ts';
import { mappingOf, type Owner, workersFor } from '../../../sandboxes/docker/user-mapping.ts';
import { agentId } from '../../../src/core/ids.ts';
import { tempFolder } from '../../config/temp-folder.ts';

/** As Docker 20.10 tells of itself. */
const as = (...SecurityOptions: readonly string[]) => ({
  SecurityOptions,
  DockerRootDir: '/var/lib/docker/100000.200000',
});
const isRoot = process.getuid?.() === 0;

it('who works inside is never root, and owns the workspace as the host sees it', () => {
  const [root, mara] = [0, 1000].map(id => ({ uid: id, gid: id })) as [Owner, Owner];
  const inside = { uid: 10_001, gid: 10_001 };
  const shifted = mappingOf(as('name=seccomp,profile=default', 'name=userns'));
  expect([
    mappingOf(as('name=seccomp,profile=default')),
    mappingOf({ ...as('name=userns'), DockerRootDir: '/var/lib/docker' }),
    shifted,
  ]).toEqual([{ kind: 'none' }, { kind: 'none' }, { kind: 'shifted', from: { uid: 100_000, gid: 200_000 } }]);
  expect(workersFor({ kind: 'none' }, root)).toEqual({ user: inside, owner: inside, mode: null });
  expect(workersFor({ kind: 'none' }, mara)).toEqual({ user: mara, owner: null, mode: null });
  expect(workersFor({ kind: 'of a user' }, mara)).toEqual({ user: mara, owner: null, mode: 'keep-id' });
  expect(workersFor(shifted, root)).toEqual({ user: inside, owner: { uid: 110_001, gid: 210_001 }, mode: null });
  // Who is not root can give no files away, and so has to do without the mapping.
  expect(workersFor(shifted, mara)).toEqual({ user: mara, owner: null, mode: 'host' });
});

it.skipIf(!isRoot)(
  'a workspace that another engine has made is given to who works there now, and no link is followed',
  async () => {
    const folder = tempFolder({ outside: 'x' });
    const root = join(folder, 'root');
    let owner = { uid: 10_001, gid: 10_001 };
    const key = { agent: agentId('ada'), task: 'one' };
    const places = folders(root, async () => owner);
    await places.ensureAgent(key);
    await places.make(key);
    const { task } = places.at(key);
    symlinkSync(join(folder, 'outside'), join(task, 'src/link'));
    owner = { uid: 110_001, gid: 210_001 };
    await places.settle(key);
    const owners = ['.', 'src', 'src/link', '../../../../outside'].map(path => lstatSync(join(task, path)).uid);
    expect(owners).toEqual([110_001, 110_001, 110_001, 0]);
  },
);
