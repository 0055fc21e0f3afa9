import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, inject, it } from 'vitest';
import type { TestProject } from 'vitest/node';
import { findDocker } from './containers/find-docker.ts';
import { ensureSynapse } from './ensure-synapse.ts';
import { ensureFerretdb } from './servers/ensure-ferretdb.ts';
import { redisVersion, startRedis } from './servers/redis.ts';
import { findSandbox } from './servers/workspace-image.ts';

/**
 * Real servers for tests. Each is looked for once, at the start, with a line that says what was found. A test that needs one says so by
 * `describeWith`: without the server it is skipped by name, or fails where `PARLEY_TEST_REQUIRE` names the server.
 */
export type ServerName = 'synapse' | 'redis' | 'mongodb' | 'docker' | 'sandbox';

export interface FoundServer {
  readonly found: boolean;
  /** Where it is, or why it isn't there and what to do. */
  readonly detail: string;
  /** What tests see in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends it, where the tests started it. */
  readonly stop?: () => Promise<void>;
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: Partial<Record<ServerName, FoundServer>>;
  }
}

const run = promisify(execFile);

/** Which servers the tests of a project use. */
const neededBy: Readonly<Record<string, readonly ServerName[]>> = {
  unit: ['synapse', 'redis', 'mongodb'],
  e2e: ['synapse', 'redis', 'mongodb'],
  compose: ['docker'],
  sandbox: ['sandbox', 'synapse'],
};
const finders: Readonly<Record<ServerName, () => Promise<FoundServer>>> = {
  synapse: findSynapse,
  redis: findRedis,
  mongodb: findMongodb,
  docker: findDocker,
  sandbox: findSandbox,
};

/** Vitest's global set-up: finds the servers that the project's tests use. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers: Partial<Record<ServerName, FoundServer>> = {};
  const stops: (() => Promise<void>)[] = [];
  for (const name of neededBy[project.name] ?? []) {
    const { stop, ...server } = await finders[name]();
    if (stop !== undefined) stops.push(stop);
    console.log(`${server.found ? '✓' : '✗'} ${name}: ${server.detail}`);
    Object.assign(process.env, server.env);
    servers[name] = server;
  }
  project.provide('servers', servers);
  return async () => void (await Promise.all(stops.map(stop => stop())));
}

/** `describe` for tests which need a server. */
export function describeWith(server: ServerName, title: string, tests: () => void): void {
  const found = inject('servers')?.[server];
  if (found?.found === true) {
    Object.assign(process.env, found.env);
    return void describe(title, tests);
  }
  const why = found?.detail ?? 'not looked for';
  if (isRequired(server)) {
    return void describe(title, () => {
      it(`has ${server}`, () => {
        throw new Error(`PARLEY_TEST_REQUIRE names ${server}, but: ${why}`);
      });
    });
  }
  describe.skip(`${title} (needs ${server}: ${why})`, tests);
}

function isRequired(server: ServerName): boolean {
  return (process.env.PARLEY_TEST_REQUIRE ?? '').split(',').some(name => name.trim() === server);
}

async function findSynapse(): Promise<FoundServer> {
  try {
    const python = await ensureSynapse();
    const { stdout } = await run(python, ['-c', 'import synapse; print(synapse.__version__)']);
    return {
      found: true,
      detail: `${stdout.trim().split(' ')[0]} in ${python}`,
      env: { PARLEY_SYNAPSE_PYTHON: python },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    const remedy = 'set PARLEY_SYNAPSE_PYTHON to a Python that has matrix-synapse';
    return { found: false, detail: `${reason}; ${remedy}`, env: {} };
  }
}

/** One that runs, or one of the tests' own on a free port. */
async function findRedis(): Promise<FoundServer> {
  const given = process.env.REDIS_TEST_URL;
  if (given) return { found: true, detail: 'at REDIS_TEST_URL', env: { REDIS_TEST_URL: given } };
  const version = await redisVersion();
  const remedy = 'install redis-server, or set REDIS_TEST_URL to a Redis that the tests may write to';
  if (version === null) return { found: false, detail: `no redis-server on the path; ${remedy}`, env: {} };
  const server = await startRedis();
  const env = { REDIS_TEST_URL: server.url };
  return { found: true, detail: `${version}, started at ${server.url}`, env, stop: server.stop };
}

async function findMongodb(): Promise<FoundServer> {
  const { MONGODB_TEST_URL: given } = process.env;
  if (given) return { found: true, detail: 'the one of MONGODB_TEST_URL', env: { MONGODB_TEST_URL: given } };
  try {
    return {
      found: true,
      detail: 'FerretDB, built for the tests',
      env: { PARLEY_TEST_FERRETDB: await ensureFerretdb() },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { found: false, detail: `${reason}; set MONGODB_TEST_URL to a MongoDB, or install Go`, env: {} };
  }
}
