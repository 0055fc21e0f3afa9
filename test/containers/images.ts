import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { synapseVersion } from '../../src/homeserver/install-synapse.ts';
import { ensureFerretdb } from '../servers/ensure-ferretdb.ts';
import { madeOnce, projectFolder, run } from './tools.ts';

/** Debian, with what the images need of it. `docker.io`'s own registry may be out of reach; the mirrors of Debian are not. */
const packages = ['ca-certificates', 'curl', 'python3-minimal', 'python3-venv', 'redis-server', 'libstdc++6'];
const release = 'bookworm';
/** The Python of that release, whose packages are fetched from outside. */
const python = '3.11';
const folder = join(import.meta.dirname, 'images');
const limits = { timeout: 20 * 60_000, maxBuffer: 64 * 1024 * 1024 };

/** What each image needs beside its Dockerfile, put into a folder. */
const contexts: Readonly<Record<string, (context: string) => Promise<void>>> = {
  async node(context) {
    await cp(process.execPath, join(context, 'node'));
    const { stdout } = await run('sh', ['-c', 'readlink -f "$(command -v npm)"']);
    await cp(join(dirname(stdout.trim()), '..'), join(context, 'npm'), { recursive: true });
  },
  async synapse(context) {
    const site = await madeOnce(`synapse-${synapseVersion}`, installSynapse);
    await cp(site, join(context, 'site'), { recursive: true });
  },
  mongo: async context => cp(await ensureFerretdb(), join(context, 'ferretdb')),
  redis: async () => {},
  element: async () => {},
};

/**
 * Makes the images that docker-compose.yml names, each once for each state of what it is made from, without a registry of images. Gives
 * the variables that put them into the file.
 */
export async function ensureImages(host: string): Promise<Record<string, string>> {
  const base = `parley-test/base:${fingerprint()}`;
  if (!(await isThere(host, base))) await importBase(host, base);
  const made: Record<string, string> = { BASE_IMAGE: base };
  for (const [name, fill] of Object.entries(contexts)) {
    const tag = `parley-test/${name}:${fingerprint()}`;
    if (!(await isThere(host, tag))) await build(host, { name, tag, base, fill });
    made[`${name.toUpperCase()}_IMAGE`] = tag;
  }
  return made;
}

async function isThere(host: string, tag: string): Promise<boolean> {
  return run('docker', ['-H', host, 'image', 'inspect', tag]).then(
    () => true,
    () => false,
  );
}

/** Changes with the versions, and with what the images are made by. */
function fingerprint(): string {
  const texts = readdirSync(folder).map(name => readFileSync(join(folder, name)));
  const go = readFileSync(join(projectFolder, 'test', 'servers', 'ferretdb', 'main.go'));
  const facts = Buffer.from([process.version, synapseVersion, release, ...packages].join());
  return createHash('sha256')
    .update(Buffer.concat([...texts, go, facts]))
    .digest('hex')
    .slice(0, 12);
}

async function importBase(host: string, tag: string): Promise<void> {
  const archive = await madeOnce(`debian-${release}`, async place => {
    const root = join(place, 'root');
    await run('debootstrap', ['--variant=minbase', `--include=${packages.join()}`, release, root], limits);
    // Packages may come through a proxy whose authority only this machine knows.
    await cp('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc', 'ssl', 'certs', 'ca-certificates.crt'));
    await run('tar', ['-C', root, '--exclude=./var/cache/apt/archives/*', '-cf', join(place, 'root.tar'), '.'], limits);
    await rm(root, { recursive: true, force: true });
  });
  await run('docker', ['-H', host, 'import', join(archive, 'root.tar'), tag], limits);
}

interface Wanted {
  readonly name: string;
  readonly tag: string;
  readonly base: string;
  readonly fill: (context: string) => Promise<void>;
}

async function build(host: string, { name, tag, base, fill }: Wanted): Promise<void> {
  const context = await mkdtemp(join(await realpath(tmpdir()), 'parley-image-'));
  try {
    await fill(context);
    const file = join(folder, `${name}.Dockerfile`);
    const args = ['-H', host, 'build', '-q', '-t', tag, '--build-arg', `BASE=${base}`, '-f', file, context];
    // The engine's older builder: it needs no plugin, and looks for the base on this machine only.
    await run('docker', args, { ...limits, env: { ...process.env, DOCKER_BUILDKIT: '0' } });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** For the Python of the image, whichever this machine has. */
async function installSynapse(place: string): Promise<void> {
  const target = ['--target', place, '--python-version', python, '--implementation', 'cp', '--only-binary=:all:'];
  const platforms = ['manylinux2014_x86_64', 'manylinux_2_28_x86_64'].flatMap(name => ['--platform', name]);
  const constraints = ['-c', join(dirname(folder), '..', '..', 'config', 'synapse', 'constraints.txt')];
  const words = ['-m', 'pip', 'install', '-q', ...target, ...platforms, ...constraints];
  await run('python3', [...words, `matrix-synapse==${synapseVersion}`], limits);
}
