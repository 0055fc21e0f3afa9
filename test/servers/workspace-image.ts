import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage } from '../../sandboxes/docker/build-image.ts';
import { engineAt } from '../../sandboxes/docker/engine.ts';
import { programDigest } from '../../sandboxes/docker/image.ts';
import { startEngine } from '../containers/engine.ts';
import { madeOnce, projectFolder, run } from '../containers/tools.ts';
import type { FoundServer } from '../servers.ts';

const images = join(projectFolder, 'sandboxes', 'images');
const limits = { timeout: 20 * 60_000, maxBuffer: 64 * 1024 * 1024 };
const digestOf = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
};

/** An engine, and the image of workspaces on a Debian that is made without a registry. */
export async function findSandbox(): Promise<FoundServer> {
  try {
    const engine = await startEngine();
    try {
      const image = await ensureWorkspaceImage(engine.host);
      const env = {
        PARLEY_TEST_SANDBOX: engine.host,
        PARLEY_TEST_WORKSPACE_IMAGE: image,
        PARLEY_TEST_RUNSC: await gvisorIn(engine.host),
      };
      return { found: true, detail: `${engine.version}, with ${image}`, env, stop: engine.stop };
    } catch (error) {
      await engine.stop();
      throw error;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { found: false, detail: `${reason}; see test/containers/README.md`, env: {} };
  }
}

/** The name of gVisor's runtime; empty: the engine does not have it. */
async function gvisorIn(host: string): Promise<string> {
  const { stdout } = await run('docker', ['-H', host, 'info', '--format', '{{json .Runtimes}}']);
  return Object.hasOwn(JSON.parse(stdout) ?? {}, 'runsc') ? 'runsc' : '';
}

/** Made once for each state of what it is made from. */
export async function ensureWorkspaceImage(host: string): Promise<string> {
  const packages = readFileSync(join(images, 'workspace', 'packages.txt'));
  const root = digestOf(packages, readFileSync(join(images, 'debian', 'root.sh')), process.version);
  const base = `parley-test/workspace-root:${root}`;
  const recipe = ['Dockerfile', 'strip-types.js'].map(name => readFileSync(join(images, 'workspace', name)));
  const image = `parley-test/workspace:${digestOf(root, programDigest(), ...recipe)}`;
  if (await isThere(host, image)) return image;
  if (!(await isThere(host, base))) {
    const place = await madeOnce(`workspace-${root}`, async folder => {
      await run('sh', [join(images, 'debian', 'root.sh'), join(folder, 'root.tar')], limits);
    });
    await run('docker', ['-H', host, 'import', join(place, 'root.tar'), base], limits);
  }
  const lines: string[] = [];
  const onLine = (line: string): void => void lines.push(line);
  const signal = AbortSignal.timeout(limits.timeout);
  await buildImage(engineAt(host), { image, base, onLine, signal }).catch(error => {
    throw new Error(`${lines.slice(-3).join(' ')} ${String(error)}`);
  });
  return image;
}

const isThere = (host: string, tag: string): Promise<boolean> =>
  run('docker', ['-H', host, 'image', 'inspect', tag]).then(
    () => true,
    () => false,
  );
