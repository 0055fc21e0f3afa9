import { join } from 'node:path';
import { run } from './tools.ts';

/** Which engines the tests can start. */
export type OwnKind = 'docker' | 'docker-userns' | 'podman';

interface Recipe {
  /** The folder of its images, beside others of the same place. */
  readonly folder: string;
  readonly program: string;
  readonly args: (folder: string, host: string) => Promise<readonly string[]>;
}

const dockerd = async (folder: string, host: string): Promise<readonly string[]> => {
  const places = { 'data-root': 'data', 'exec-root': 'exec', pidfile: 'dockerd.pid' };
  const args = Object.entries(places).flatMap(([option, place]) => [`--${option}`, join(folder, place)]);
  return ['-H', host, ...args, ...(await gvisor())];
};

export const recipes: Readonly<Record<OwnKind, Recipe>> = {
  docker: { folder: 'parley-test-docker', program: 'dockerd', args: dockerd },
  // Workspaces have no network, so it stays out of the way of one that runs beside it.
  'docker-userns': {
    folder: 'parley-test-docker-userns',
    program: 'dockerd',
    args: async (...at) => [...(await dockerd(...at)), '--userns-remap=default', '--bridge=none', '--iptables=false'],
  },
  // As it works without systemd, and where both versions of cgroups are mounted.
  podman: {
    folder: 'parley-test-podman',
    program: 'podman',
    args: async (folder, host) => {
      const options = {
        root: join(folder, 'data'),
        runroot: join(folder, 'exec'),
        tmpdir: join(folder, 'tmp'),
        runtime: join(import.meta.dirname, 'runc-within-limits'),
        'cgroup-manager': 'cgroupfs',
        'events-backend': 'file',
      };
      const words = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
      return [...words, 'system', 'service', '--time', '0', host];
    },
  },
};

const isOwnKind = (name: string): name is OwnKind => Object.hasOwn(recipes, name);

/** The kind that `PARLEY_TEST_ENGINE` names; null: it names none. */
export function wantedKind(env: NodeJS.ProcessEnv): OwnKind | null {
  const { PARLEY_TEST_ENGINE: name = '' } = env;
  if (name === '' || isOwnKind(name)) return name === '' ? null : name;
  throw new Error(`PARLEY_TEST_ENGINE is ${JSON.stringify(name)}, and not one of ${Object.keys(recipes).join(', ')}`);
}

/** Where gVisor is installed, the engine has its runtime, too. */
async function gvisor(): Promise<readonly string[]> {
  const found = await run('sh', ['-c', 'command -v runsc']).catch(() => null);
  return found === null ? [] : ['--add-runtime', `runsc=${found.stdout.trim()}`];
}
