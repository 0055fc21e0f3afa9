import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, inject, it } from 'vitest';
import type { TestProject } from 'vitest/node';
import { ensureSynapse } from './ensure-synapse.ts';

/**
 * Real servers for tests. Each is looked for once, at the start, with a line that says what was found. A test that needs one says so by
 * `describeWith`: without the server it is skipped by name, or fails where `PARLEY_TEST_REQUIRE` names the server.
 */
export type ServerName = 'synapse';

export interface FoundServer {
  readonly found: boolean;
  /** Where it is, or why it isn't there and what to do. */
  readonly detail: string;
  /** What tests see in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: Partial<Record<ServerName, FoundServer>>;
  }
}

const run = promisify(execFile);

/** Which servers the tests of a project use. */
const neededBy: Readonly<Record<string, readonly ServerName[]>> = { unit: ['synapse'], e2e: ['synapse'] };
const finders: Readonly<Record<ServerName, () => Promise<FoundServer>>> = { synapse: findSynapse };

/** Vitest's global set-up: finds the servers that the project's tests use. */
export async function setup(project: TestProject): Promise<void> {
  const servers: Partial<Record<ServerName, FoundServer>> = {};
  for (const name of neededBy[project.name] ?? []) {
    const server = await finders[name]();
    console.log(`${server.found ? '✓' : '✗'} ${name}: ${server.detail}`);
    Object.assign(process.env, server.env);
    servers[name] = server;
  }
  project.provide('servers', servers);
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
