import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { projectFolder, run } from './tools.ts';

/** docker-compose.yml, brought up as a project of a test's own. */
export interface Stack {
  readonly homeserver: string;
  readonly client: string;
  /** The image that Parley's own is made on. */
  readonly base: string;
  /** Runs a Compose command and gives what it printed. */
  compose(...words: readonly string[]): Promise<string>;
  /** Runs a command in the container of a service. */
  exec(service: string, ...words: readonly string[]): Promise<string>;
  /** Runs an engine's own command. */
  docker(...words: readonly string[]): Promise<string>;
  /** The name of one of its volumes. */
  volume(name: string): string;
  /** Ends it and deletes its volumes. */
  remove(): Promise<void>;
}

const limits = { timeout: 15 * 60_000, maxBuffer: 64 * 1024 * 1024 };

/** What the set-up of the tests has found, in the environment. */
export async function newStack(env: NodeJS.ProcessEnv = process.env): Promise<Stack> {
  const [file = '', ...first] = JSON.parse(env.PARLEY_TEST_COMPOSE ?? '[]') as string[];
  const images = JSON.parse(env.PARLEY_TEST_IMAGES ?? '{}') as Record<string, string>;
  const host = env.PARLEY_TEST_DOCKER ?? '';
  const [synapsePort, elementPort] = [await getPort(), await getPort()];
  const folder = mkdtempSync(join(tmpdir(), 'parley-compose-'));
  const settings = {
    ...images,
    PARLEY_IMAGE: 'parley-test/parley:0',
    SYNAPSE_PORT: synapsePort,
    ELEMENT_PORT: elementPort,
    PARLEY_METRICS_HOST: '0.0.0.0',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, '.env'), lines.join(''));
  const project = `parley-test-${process.pid}`;
  const words = [...first, '-p', project, '--env-file', join(folder, '.env')];
  const files = ['docker-compose.yml', join('test', 'containers', 'docker-compose.yml')].flatMap(name => ['-f', name]);
  const given = { ...limits, cwd: projectFolder, env: { ...env, DOCKER_HOST: host } };
  const compose = async (...rest: readonly string[]): Promise<string> =>
    (await run(file, [...words, ...files, ...rest], given)).stdout;
  return {
    homeserver: `http://127.0.0.1:${synapsePort}`,
    client: `http://127.0.0.1:${elementPort}`,
    base: images.BASE_IMAGE ?? '',
    compose,
    exec: (service, ...rest) => compose('exec', '-T', service, ...rest),
    docker: async (...rest) => (await run('docker', [...rest], given)).stdout,
    volume: name => `${project}_${name}`,
    async remove() {
      await compose('down', '--volumes', '--timeout', '5');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
