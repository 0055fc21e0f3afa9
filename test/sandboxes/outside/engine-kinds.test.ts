import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeEngine } from '../../../sandboxes/docker/describe.ts';
import { engineAt } from '../../../sandboxes/docker/engine.ts';
import { programDigest } from '../../../sandboxes/docker/image.ts';
import { dockerSandbox } from '../../../sandboxes/docker/sandbox.ts';
import { agentId } from '../../../src/core/ids.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { tempFolder } from '../../config/temp-folder.ts';
import { fakeContainerEngine } from '../../fakes/container-engine.ts';

/** As Podman 4.3.1 and Docker 28.2 answered. */
const podman = { Version: '4.3.1', Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }] };
const docker = { Version: '28.2.2', Components: [{ Name: 'Engine' }, { Name: 'containerd' }] };
const able = {
  OSType: 'linux',
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
  SecurityOptions: ['name=seccomp,profile=default'],
  Rootless: false,
  CgroupVersion: '2',
};
const MiB = 1024 * 1024;
const limits = {
  memoryBytes: 256 * MiB,
  diskBytes: 64 * MiB,
  cpus: 1,
  processes: 64,
  commandMs: 1000,
  outputBytes: 1000,
  fileBytes: MiB,
  commands: 2,
};

async function engine(version: object, info: object = able) {
  const fake = await fakeContainerEngine({ version, info, labels: { 'parley.program': programDigest() } });
  onTestFinished(() => fake.close());
  return fake;
}

/** What an engine is asked for when two workspaces are wanted. */
async function askedOf(version: object) {
  const fake = await engine(version);
  const root = tempFolder();
  const sandbox = dockerSandbox({
    engine: engineAt(fake.host),
    clock: systemClock,
    image: 'x',
    runtime: null,
    root,
    limits,
    warm: 0,
    idleMs: 1000,
    running: 2,
    perAgent: 2,
    installation: 'x',
    process: 'first',
    lives: async () => false,
  });
  for (const task of ['one', 'two'])
    await expect(sandbox.open({ agent: agentId('ada'), task })).rejects.toMatchObject({ code: 'WORKSPACE_LOST' });
  const asked = fake.wanted.map(({ HostConfig }) => HostConfig.SecurityOpt.find(one => one.startsWith('seccomp=')));
  return { root, early: fake.early, filters: asked.map(one => one?.slice('seccomp='.length) ?? '') };
}

it('Docker is given the filter of calls as it stands', async () => {
  const { filters } = await askedOf(docker);
  expect(filters).toHaveLength(2);
  for (const filter of filters) expect(JSON.parse(filter)).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO' });
});

it('Podman takes it for the name of a file, and is given one, which stands where no container sees it', async () => {
  const { root, filters } = await askedOf(podman);
  const [file = ''] = filters;
  expect(filters).toEqual([file, file]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(root).sort()).toEqual([file.slice(join(root, '/').length), 'ada']);
});

it('a program in a container reads nothing but what the channel says', async () => {
  expect((await askedOf(podman)).early).toEqual(['', '']);
});

const described = async (version: object, info: object = able) => {
  const { host } = await engine(version, info);
  return describeEngine({ engine: engineAt(host), image: 'x', runtime: null }, new AbortController().signal);
};

it('an engine is called what it is', async () => {
  expect(await described(docker)).toMatchObject({ ok: true, detail: 'Docker 28.2.2 with the image x' });
  expect(await described(podman)).toMatchObject({ ok: true, detail: 'Podman 4.3.1 with the image x' });
});

it('one that can not keep a limit says so, also where it would only leave the limit out', async () => {
  expect(await described(podman, { ...able, MemoryLimit: false })).toMatchObject({
    ok: false,
    detail: 'Podman 4.3.1 can’t limit memory',
  });
  expect(await described(podman, { ...able, Rootless: true, CgroupVersion: '1' })).toMatchObject({
    ok: false,
    detail:
      'Podman 4.3.1 can’t limit memory, or limit the number of processes, or limit the use of processors',
    remedy: expect.stringContaining('cgroups'),
  });
  expect(await described(podman, { ...able, Rootless: true })).toMatchObject({ ok: true });
});
