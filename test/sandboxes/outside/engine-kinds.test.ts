import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeEngine } from '../../../sandboxes/docker/describe.ts';
import { engineAt } from '../../../sandboxes/docker/engine.ts';
import { programDigest } from '../../../sandboxes/docker/image.ts';
import { dockerSandbox } from '../../../sandboxes/docker/sandbox.ts';
import { agentId } from '../../../src/core/ids.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { tempFolder } from '../../config/temp-folder.ts';
import { fakeContainerEngine, type Says } from '../../fakes/container-engine.ts';

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

async function engine(version: object, info: object = able, refusal: Says['refusal'] = null) {
  const labels = { 'parley.program': programDigest() };
  const fake = await fakeContainerEngine({ version, info, labels, refusal });
  onTestFinished(() => fake.close());
  return fake;
}

/** What an engine is asked for when two workspaces are wanted. */
async function askedOf(version: object, info: object = able) {
  const fake = await engine(version, info);
  const { root, sandbox } = sandboxOn(fake.host);
  for (const task of ['one', 'two'])
    await expect(sandbox.open({ agent: agentId('ada'), task })).rejects.toMatchObject({ code: 'WORKSPACE_LOST' });
  const asked = fake.wanted.map(({ HostConfig }) => HostConfig.SecurityOpt.find(one => one.startsWith('seccomp=')));
  const users = fake.wanted.map(({ HostConfig }) => HostConfig.UsernsMode);
  const { uid, gid } = statSync(join(root, 'ada/tasks/two/src'));
  return {
    root,
    users,
    owner: { uid, gid },
    early: fake.early,
    filters: asked.map(one => one?.slice('seccomp='.length) ?? ''),
  };
}

function sandboxOn(host: string) {
  const root = tempFolder();
  const sandbox = dockerSandbox({
    engine: engineAt(host),
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
  return { root, sandbox };
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
  expect(readdirSync(root).sort()).toEqual(['.hosts', file.slice(join(root, '/').length), 'ada']);
});

it('a program in a container reads nothing but what the channel says', async () => {
  expect((await askedOf(podman)).early).toEqual(['', '']);
});

it('who runs a Podman of their own is the same in its containers, so that both may write into the workspace', async () => {
  expect((await askedOf(podman, { ...able, Rootless: true })).users).toEqual(['keep-id', 'keep-id']);
  expect((await askedOf(podman)).users).toEqual([undefined, undefined]);
});

/** As Docker 20.10 answered with `--userns-remap=default`. */
const shifting = {
  ...able,
  SecurityOptions: ['name=seccomp,profile=default', 'name=userns'],
  DockerRootDir: '/var/lib/docker/100000.200000',
};
const isRoot = process.getuid?.() === 0;

it('a Docker that maps users to others of the host gets workspaces that are theirs', async () => {
  const { owner, users } = await askedOf(docker, shifting);
  const shifted = { uid: 110_001, gid: 210_001 };
  const self = { uid: process.getuid?.(), gid: process.getgid?.() };
  expect({ owner, users }).toEqual(
    isRoot ? { owner: shifted, users: [undefined, undefined] } : { owner: self, users: ['host', 'host'] },
  );
});

it('an engine that maps users otherwise after a restart gets workspaces that are theirs, without a restart of Parley', async () => {
  const info = { ...able };
  const { root, sandbox } = sandboxOn((await engine(docker, info)).host);
  const owners: number[] = [];
  for (const task of ['before', 'after']) {
    await expect(sandbox.open({ agent: agentId('ada'), task })).rejects.toMatchObject({ code: 'WORKSPACE_LOST' });
    owners.push(statSync(join(root, 'ada/tasks', task)).uid);
    Object.assign(info, shifting);
  }
  const self = process.getuid?.();
  expect(owners).toEqual(isRoot ? [10_001, 110_001] : [self, self]);
});

it('it is told whether users are mapped, and a Docker of a user, which can keep nobody who they are, is none', async () => {
  const mapped = `, users ${isRoot ? '' : 'not '}mapped`;
  expect((await described(docker, shifting)).detail).toBe(`Docker 28.2.2 with the image x${mapped}`);
  expect((await described(podman, { ...able, Rootless: true })).detail).toContain(', users mapped');
  const options = [...able.SecurityOptions, 'name=rootless'];
  expect(await described(docker, { ...able, SecurityOptions: options })).toMatchObject({
    ok: false,
    detail: 'Docker 28.2.2 can’t let a workspace’s program write its files',
    remedy: expect.stringContaining('Podman'),
  });
});

it('an engine is not asked for what is left behind before there was a workspace', async () => {
  const { root, sandbox } = sandboxOn('unix:///nowhere/docker.sock');
  rmSync(root, { recursive: true });
  expect(await sandbox.reap()).toBe(0);
  mkdirSync(root);
  await expect(sandbox.reap()).rejects.toMatchObject({ code: 'SANDBOX_MISSING' });
});

it.each([
  [docker, 400, 'invalid mount config for type "bind": bind source path does not exist: /srv/x'],
  [podman, 500, 'container create: opening seccomp profile failed: open /srv/x.json: no such file or directory'],
])(
  '%j on another machine, where the folder is not, leaves the task waiting with what is to be done',
  async (version, status, message) => {
    const { host } = await engine(version, able, { status, message });
    const opening = sandboxOn(host).sandbox.open({ agent: agentId('ada'), task: 'one' });
    await expect(opening).rejects.toMatchObject({
      code: 'SANDBOX_MISSING',
      message: expect.stringContaining('An engine on another machine needs it under the same path'),
    });
  },
);

const described = async (version: object, info: object = able, runtime: string | null = null) => {
  const { host } = await engine(version, info);
  // As if it were at a socket of this machine.
  const local = { ...engineAt(host), address: null };
  return describeEngine({ engine: local, image: 'x', runtime, root: '/srv/work' }, new AbortController().signal);
};

it('an engine is called what it is', async () => {
  expect(await described(docker)).toMatchObject({
    ok: true,
    detail: 'Docker 28.2.2 with the image x, users not mapped',
  });
  expect(await described(podman)).toMatchObject({
    ok: true,
    detail: 'Podman 4.3.1 with the image x, users not mapped',
  });
});

it('one that can not keep a limit says so, also where it would only leave the limit out', async () => {
  expect(await described(podman, { ...able, MemoryLimit: false })).toMatchObject({
    ok: false,
    detail: 'Podman 4.3.1 can’t limit memory',
  });
  expect(await described(podman, { ...able, Rootless: true, CgroupVersion: '1' })).toMatchObject({
    ok: false,
    detail: 'Podman 4.3.1 can’t limit memory, or limit the number of processes, or limit the use of processors',
    remedy: expect.stringContaining('cgroups'),
  });
  expect(await described(podman, { ...able, Rootless: true })).toMatchObject({ ok: true });
});

it('one at an address is told with it, without who signs in there, and with the folder that it has to see', async () => {
  const { host } = await engine(docker);
  const given = { image: 'x', runtime: null, root: '/srv/work' };
  const { detail } = await describeEngine({ ...given, engine: engineAt(host) }, new AbortController().signal);
  expect(detail).toBe(
    `Docker 28.2.2 at ${host}, which has to see /srv/work as it is here, with the image x, users not mapped`,
  );
  expect(engineAt('ssh://mara:secret@build.example.org').address).toBe('ssh://build.example.org');
});

it('Podman, which leaves out a wish for a runtime, has to have it as its own', async () => {
  const runtimes = { Runtimes: { crun: {}, runsc: {} } };
  expect(await described(docker, { ...able, ...runtimes }, 'runsc')).toMatchObject({
    detail: 'Docker 28.2.2 with the image x by runsc, users not mapped',
  });
  expect(await described(docker, able, 'runsc')).toMatchObject({
    ok: false,
    detail: 'Docker 28.2.2 can’t run containers by runsc',
  });
  expect(await described(podman, { ...able, ...runtimes, DefaultRuntime: 'crun' }, 'runsc')).toMatchObject({
    ok: false,
    detail: 'Podman 4.3.1 can’t be told to run containers by runsc',
    remedy: expect.stringContaining('containers.conf'),
  });
  expect(await described(podman, { ...able, ...runtimes, DefaultRuntime: 'runsc' }, 'runsc')).toMatchObject({
    ok: true,
  });
});
