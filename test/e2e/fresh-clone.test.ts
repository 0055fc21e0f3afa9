import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Child, killProcessesIn, processesIn } from './driver/child.ts';
import { type Credentials, projectFolder } from './driver/parley-process.ts';
import { signIn } from './driver/people.ts';
import type { Person } from './driver/person.ts';
import { enter } from './driver/world.ts';

const minute = 60_000;
const head = headCommit();

describe.skipIf(head === undefined)(`1. a fresh clone${head === undefined ? ' (needs a commit to clone)' : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-clone-'));
  const clone = join(folder, 'parley');
  const env = cleanEnvironment(join(folder, 'home'));
  let running: Child | undefined;
  let mara: Person | undefined;

  afterAll(async () => {
    mara?.stop();
    if (running?.running === true) await running.endGroup('SIGINT').catch(() => undefined);
    killProcessesIn(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function start(): Promise<number> {
    const begun = Date.now();
    running = new Child({ command: 'npm', args: ['start'], cwd: clone, env });
    await running.waitForOutput('Parley is ready', 4 * minute);
    return Date.now() - begun;
  }

  function credentials(): Credentials {
    return JSON.parse(readFileSync(join(clone, '.parley', 'credentials.json'), 'utf8')) as Credentials;
  }

  it('installs with nothing but npm', { timeout: 5 * minute }, async () => {
    mkdirSync(join(folder, 'home'));
    execFileSync('git', ['clone', '--quiet', projectFolder, clone], { env });
    const install = new Child({ command: 'npm', args: ['ci'], cwd: clone, env });
    expect([await install.waitForExit(5 * minute), install.output]).toEqual([0, install.output]);
  });

  it('starts by npm start, shows its steps, and names the demo model', { timeout: 5 * minute }, async () => {
    await start();
    const { homeserver, userId, password } = credentials();
    for (const shown of [homeserver, userId, password, 'Lobby', 'demo model']) {
      await running?.waitForOutput(shown, 10_000);
    }
    expect((running?.output ?? '').split('\n').length).toBeGreaterThan(5);
  });

  it('lets a person talk with an agent', { timeout: minute }, async () => {
    mara = await signIn(credentials());
    await enter(mara, credentials().lobby);
    const answer = await mara.ask(credentials().lobby, '@Ada who are you?');
    expect(answer.text).toMatch(/demo/i);
    expect(answer.text).toContain('Ada');
  });

  it('ends on Ctrl-C with all that it started, and is ready again in seconds', { timeout: 2 * minute }, async () => {
    const before = credentials();
    await running?.endGroup('SIGINT');
    expect(processesIn(folder)).toEqual([]);
    expect(await start()).toBeLessThan(30_000);
    expect(credentials()).toEqual(before);
    const answer = await mara?.ask(before.lobby, '@Bruno who are you?');
    expect(answer?.text).toContain('Bruno');
  });
});

function headCommit(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: projectFolder, encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

/** What package clients need to reach their registries; nothing else of this environment. */
function cleanEnvironment(home: string): Record<string, string> {
  const wanted = /^(?:LANG|PIP_.*|SSL_.*|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|.*_proxy)$/i;
  const npm = /^npm_config_(?:registry|cafile|strict_ssl|.*proxy)$/i;
  const kept = Object.entries(process.env).filter(([name]) => wanted.test(name) || npm.test(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter(entry => !entry.startsWith(projectFolder));
  return { ...(Object.fromEntries(kept) as Record<string, string>), PATH: path.join(delimiter), HOME: home };
}
