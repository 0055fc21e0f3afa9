import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineAt } from '../../../sandboxes/docker/engine.ts';
import { type DockerGiven, dockerSandbox } from '../../../sandboxes/docker/sandbox.ts';
import type { WorkspaceLimits } from '../../../src/ports/sandbox.ts';
import { systemClock } from '../../../src/system-clock.ts';
import type { OpenedSandbox, TestPrograms } from '../../contracts/sandbox/fixtures.ts';

const MiB = 1024 * 1024;

const testLimits: WorkspaceLimits = {
  memoryBytes: 256 * MiB,
  diskBytes: 64 * MiB,
  cpus: 1,
  processes: 64,
  commandMs: 60_000,
  outputBytes: 32 * 1024,
  fileBytes: 8 * MiB,
  commands: 8,
};

const sh = (script: string, ...words: readonly string[]) => ['sh', '-c', script, 'sh', ...words] as const;
const line = 'x'.repeat(99);

const shellPrograms: TestPrograms = {
  print: text => ['printf', '%s', text],
  complain: text => sh('printf %s "$1" >&2', text),
  exit: code => sh('exit "$1"', `${code}`),
  echo: ['cat'],
  variable: name => sh('printf %s "$(printenv "$1")"', name),
  save: (path, text) => sh('printf %s "$2" > "$1"', path, text),
  linger: sh('echo begun; sleep 3600 & wait'),
  flood: bytes => sh(`yes ${line} | head -c "$1"`, `${bytes}`),
  leaveBehind: sh(
    'printf x > alive; env -i PATH="$PATH" setsid sh -c "while :; do printf x >> alive; sleep 0.02; done" >/dev/null 2>&1 </dev/null & sleep 0.2',
  ),
};

export interface DockerOpened extends OpenedSandbox {
  readonly given: DockerGiven;
}

/** A sandbox of its own: other folders, and another installation. */
export async function openDocker(
  limits: Partial<WorkspaceLimits> = {},
  more: Partial<DockerGiven> = {},
): Promise<DockerOpened & { readonly sandbox: ReturnType<typeof dockerSandbox> }> {
  const root = mkdtempSync(join(tmpdir(), 'parley-workspaces-'));
  const given: DockerGiven = {
    engine: engineAt(process.env.PARLEY_TEST_SANDBOX ?? null),
    clock: systemClock,
    image: process.env.PARLEY_TEST_WORKSPACE_IMAGE ?? 'parley-workspace',
    runtime: null,
    root,
    limits: { ...testLimits, ...limits },
    warm: 0,
    idleMs: 60_000,
    running: 8,
    perAgent: 8,
    installation: `test-${randomUUID()}`,
    process: 'first',
    lives: async () => false,
    ...more,
  };
  const made = [dockerSandbox(given)];
  return {
    given,
    sandbox: made[0] as ReturnType<typeof dockerSandbox>,
    programs: shellPrograms,
    async again() {
      const next = dockerSandbox({ ...given, process: 'second' });
      made.push(next);
      return next;
    },
    async end() {
      for (const sandbox of made) await sandbox.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
