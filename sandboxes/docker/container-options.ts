import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import type { WorkspaceLimits } from '../../src/ports/sandbox.ts';
import type { GivenFiles } from './given-files.ts';
import type { Workers } from './user-mapping.ts';

export interface ContainerGiven extends GivenFiles {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: WorkspaceLimits;
  /** `uid:gid` that the programs run as; not root. */
  readonly user: string;
  /** Folders as the engine sees them. */
  readonly folders: { readonly task: string; readonly global: string };
  /** Another runtime of the engine, such as `runsc`. */
  readonly runtime: string | null;
  /** How `user` is told from the users of the host, where that is not as the engine has it by itself. */
  readonly usersMode: Workers['mode'];
}

const MiB = 1024 * 1024;
const temporaryBytes = 256 * MiB;
const proxyAddress = 'http://127.0.0.1:3128';

/** So many processes at the most, beside those of the commands: the shell that ends them, and the threads of the program that starts them. */
const ownProcesses = 16;

/** Where programs are looked for. */
export const programPath = '/workspace/venv/bin:/usr/local/bin:/usr/bin:/bin';

const environment: Readonly<Record<string, string>> = {
  PARLEY_WORKSPACE: '1',
  PATH: programPath,
  HOME: '/workspace/.home',
  VIRTUAL_ENV: '/workspace/venv',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  MPLBACKEND: 'Agg',
  MPLCONFIGDIR: '/tmp/matplotlib',
  // Python takes bytecode for fresh by the second and the size of its source: an agent that mends a character at once would run what was before.
  PYTHONDONTWRITEBYTECODE: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
  GIT_TERMINAL_PROMPT: '0',
  ...Object.fromEntries(
    ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map(name => [name, proxyAddress] as const),
  ),
  NO_PROXY: 'localhost,127.0.0.1',
  no_proxy: 'localhost,127.0.0.1',
};

/** The first process is a shell: it waits for all whose parents have ended, and is deaf to whatever is sent to it from inside. */
const entry = [
  '/bin/sh',
  '-c',
  'mkdir -p "$HOME"; cp -r /opt/parley/matplotlib /tmp/ 2>/dev/null; /usr/local/bin/node --max-old-space-size=96 /opt/parley/main.js; exit',
];

/** A container that has nothing, may nothing, and reaches nobody. */
export function containerOptions(given: ContainerGiven): ContainerCreateOptions & { readonly name: string } {
  return {
    name: given.name,
    Image: given.image,
    Labels: { ...given.labels },
    User: given.user,
    WorkingDir: '/workspace',
    Hostname: 'workspace',
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Entrypoint: entry,
    Cmd: [],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    NetworkDisabled: true,
    HostConfig: hostConfig(given),
  };
}

function hostConfig(given: ContainerGiven): NonNullable<ContainerCreateOptions['HostConfig']> {
  const { limits, runtime, filter, usersMode } = given;
  return {
    AutoRemove: true,
    // What goes over its standard output is the channel, and belongs into no log.
    LogConfig: { Type: 'none', Config: {} },
    NetworkMode: 'none',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', `seccomp=${filter}`],
    ReadonlyRootfs: true,
    Privileged: false,
    IpcMode: 'private',
    Tmpfs: { '/tmp': `rw,nosuid,nodev,exec,mode=1777,size=${temporaryBytes}` },
    ShmSize: 64 * MiB,
    Mounts: mounts(given),
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * 1e9),
    PidsLimit: limits.processes + ownProcesses,
    Ulimits: [
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'nofile', Soft: 4096, Hard: 4096 },
      { Name: 'fsize', Soft: limits.diskBytes, Hard: limits.diskBytes },
    ],
    ...(runtime === null ? {} : { Runtime: runtime }),
    ...(usersMode === null ? {} : { UsernsMode: usersMode }),
  };
}

function mounts({ folders, hosts }: ContainerGiven): MountSettings[] {
  const bound = (Source: string, Target: string, ReadOnly: boolean): MountSettings => ({
    Type: 'bind',
    Source,
    Target,
    ReadOnly,
    BindOptions: { Propagation: 'rprivate' },
  });
  return [
    bound(folders.task, '/workspace', false),
    bound(folders.global, '/global', true),
    ...(hosts === null ? [] : [bound(hosts, '/etc/hosts', true)]),
  ];
}
