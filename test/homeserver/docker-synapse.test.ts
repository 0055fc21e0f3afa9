import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { composeVariables, composeWords, fromContainer } from '../../src/homeserver/docker-synapse.ts';
import { startHomeserver } from '../../src/homeserver/homeserver.ts';
import { fakeExecutable, optionsFor, temporaryFolder } from './fixtures.ts';

interface FakeEngine {
  /** When the container ends by itself. */
  readonly ends?: 'at once' | 'when it is ready';
  readonly compose?: 'plugin' | 'standalone';
  readonly image?: 'here' | 'pulled' | 'unreachable';
  readonly system?: string;
  readonly security?: string;
  readonly up?: 'refused';
}

const server = `
require('node:http').createServer((_, response) => response.end('{"versions":["v1.11"]}'))
  .listen(Number(process.argv[2]), '127.0.0.1');`;

/** A `docker` that says what such an engine says, whose container is a small web server. Stands in for the engine, not for Synapse. */
function fakeDocker({
  compose = 'plugin',
  image = 'here',
  system = 'Debian',
  security = '[name=seccomp]',
  up,
  ends,
}: FakeEngine = {}) {
  const bin = temporaryFolder();
  const log = join(bin, 'docker.log');
  const pid = join(bin, 'pid');
  writeFileSync(join(bin, 'server.cjs'), server);
  writeFileSync(log, '');
  const stop = `if [ -f '${pid}' ]; then read p < '${pid}'; kill "$p"; /bin/rm '${pid}'; fi`;
  const composeCommands = `
    *" port synapse 8008") exit 1;;
    *" up -d synapse") ${up === 'refused' ? 'echo "no space left on device" >&2; exit 1; ' : ends === 'at once' ? 'exit 0; ' : ''}'${process.execPath}' '${bin}/server.cjs' "$PARLEY_HOMESERVER_PORT" >/dev/null 2>&1 & echo $! > '${pid}';;
    *" stop -t 10 synapse") ${stop};;
    *" logs "*) echo "Permission denied: /data";;
    *" ps -q synapse") echo container-id;;`;
  const engineCommands = `
    "version "*) echo 28.2.2;;
    "info "*) echo '${system} ${security}';;
    "compose version") ${compose === 'plugin' ? 'echo v2' : 'exit 1'};;
    "image inspect "*) ${image === 'here' ? 'echo sha256:1' : 'exit 1'};;
    "pull "*) ${image === 'pulled' ? 'exit 0' : 'echo "dial tcp: i/o timeout" >&2; exit 1'};;
    "network inspect bridge "*) echo "172.17.0.1 "; ${ends === 'when it is ready' ? stop : ''};;
    "wait "*) while [ -f '${pid}' ]; do /bin/sleep 0.05; done;;`;
  const wrap = (commands: string) => `echo "$0 $*" >> '${log}'\ncase "$*" in ${commands} *) exit 1;; esac`;
  fakeExecutable(bin, 'docker', wrap(compose === 'plugin' ? engineCommands + composeCommands : engineCommands));
  if (compose === 'standalone')
    fakeExecutable(bin, 'docker-compose', wrap(`"version") echo 1.29;; ${composeCommands}`));
  const container = () => Number(readFileSync(pid, 'utf8'));
  onTestFinished(() => {
    try {
      process.kill(container(), 'SIGKILL');
    } catch {
      // It was stopped.
    }
  });
  const calls = () => readFileSync(log, 'utf8').replaceAll(`${bin}/`, '').trim().split('\n');
  return { bin, calls, container };
}

test('starts the service by Compose, on the files of the data folder, and stops it', async () => {
  const docker = fakeDocker({ image: 'pulled' });
  const options = optionsFor({ env: { PATH: docker.bin, OPENAI_API_KEY: 'secret' }, preferredPort: 18_450 });
  const homeserver = await startHomeserver(options);
  const folder = join(options.dataDir, 'homeserver');
  const config = parse(readFileSync(join(folder, 'homeserver.yaml'), 'utf8'));
  const registration = parse(readFileSync(join(folder, 'registration.yaml'), 'utf8'));
  expect(homeserver).toMatchObject({ kind: 'docker', url: 'http://127.0.0.1:18450', serverName: 'localhost' });
  expect(homeserver.listenOn).toEqual(['172.17.0.1']);
  expect(config.listeners[0]).toMatchObject({ port: 8008, bind_addresses: ['0.0.0.0'] });
  expect(config.public_baseurl).toBe('http://127.0.0.1:18450/');
  expect(registration.url).toBe('http://host.docker.internal:8070');
  expect(options.lines[0]).toContain('Pulling the image matrixdotorg/synapse:v1.163.2');
  await homeserver.stop();
  await homeserver.stop();
  expect(docker.calls().filter(call => call.endsWith('up -d synapse'))).toHaveLength(1);
  expect(docker.calls()).toContainEqual(expect.stringMatching(/ stop -t 10 synapse$/));
});

test('works with the docker-compose of old', async () => {
  const docker = fakeDocker({ compose: 'standalone' });
  const homeserver = await startHomeserver(optionsFor({ env: { PATH: docker.bin }, preferredPort: 18_460 }));
  expect(docker.calls()).toContainEqual(
    expect.stringMatching(/^docker-compose -p parley-[0-9a-f]{8} -f .* up -d synapse$/),
  );
  await homeserver.stop();
});

test('says when the container ends by itself', async () => {
  const docker = fakeDocker({ system: 'Docker Desktop' });
  const homeserver = await startHomeserver(optionsFor({ env: { PATH: docker.bin }, preferredPort: 18_470 }));
  expect(homeserver.listenOn).toEqual([]);
  process.kill(docker.container());
  rmSync(join(docker.bin, 'pid'));
  await expect(homeserver.exited).resolves.toMatch(/ended by itself/);
});

test('says why the container does not start, and what to do', async () => {
  const options = optionsFor({ env: { PATH: fakeDocker({ up: 'refused' }).bin } });
  const log = join(options.dataDir, 'homeserver', 'homeserver.log');
  await expect(startHomeserver(options)).rejects.toMatchObject({ code: 'HOMESERVER_MISSING' });
  expect(options.lines.at(-1)).toMatch(/no space left on device\n/);
  expect(options.lines.at(-1)).toContain(`More may stand in ${log}. Correct what is said there, and start again.`);
});

test('says so, too, when the container ends before anybody listens for that', async () => {
  const docker = fakeDocker({ ends: 'when it is ready' });
  const homeserver = await startHomeserver(optionsFor({ env: { PATH: docker.bin }, preferredPort: 18_480 }));
  await expect(homeserver.exited).resolves.toMatch(/ended by itself/);
});

test('waits no longer for a container that has ended, and says what it printed', async () => {
  const docker = fakeDocker({ ends: 'at once' });
  const options = optionsFor({ env: { PATH: docker.bin }, preferredPort: 18_490 });
  await expect(startHomeserver(options)).rejects.toMatchObject({ code: 'HOMESERVER_MISSING' });
  expect(options.lines.at(-1)).toMatch(/the container ended\n {2}Permission denied: \/data/);
}, 10_000);

test.each([
  [{ image: 'unreachable' }, /the image .* can't be had \(dial tcp: i\/o timeout\)/],
  [{ security: '[name=seccomp name=rootless]' }, /rootless/],
] as const)('goes on without Docker, and says why: %j', async (engine, reason) => {
  const options = optionsFor({ env: { PATH: fakeDocker(engine).bin } });
  await expect(startHomeserver(options)).rejects.toMatchObject({ code: 'HOMESERVER_MISSING' });
  expect(options.lines.at(-1)).toMatch(reason);
  expect(options.lines.at(-1)).toMatch(/^Not by Docker/);
});

test('each data folder is a project of its own', () => {
  const engine = { version: '28', compose: ['docker', 'compose'], desktop: false } as const;
  const one = composeWords(engine, '/one', ['up']);
  expect(one).toEqual(composeWords(engine, '/one', ['up']));
  expect(one[3]).not.toBe(composeWords(engine, '/two', ['up'])[3]);
});

test('the variables leave the default image to the file for Compose only where none is known', () => {
  expect(composeVariables('/data', 'img:1', 8008)).toMatchObject({
    SYNAPSE_IMAGE: 'img:1',
    PARLEY_SYNAPSE_FOLDER: '/data',
    PARLEY_HOMESERVER_PORT: '8008',
  });
  expect(composeVariables('/data', '', 8008)).not.toHaveProperty('SYNAPSE_IMAGE');
});

test('a container knows this machine by another name', () => {
  expect(fromContainer('http://127.0.0.1:8070')).toBe('http://host.docker.internal:8070');
});
