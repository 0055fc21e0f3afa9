import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tempFolder } from '../config/temp-folder.ts';
import { signIn } from '../e2e/driver/people.ts';
import type { Person } from '../e2e/driver/person.ts';
import { agentIds, introduction } from '../e2e/driver/world.ts';
import { describeWith } from '../servers.ts';
import { newStack, type Stack } from './stack.ts';

const agents = agentIds('localhost');
interface Claimed {
  readonly state?: string;
  readonly claimedBy?: string;
}

const image = 'parley-test/parley:0';
const mostMegabytes = 300;
const patience = { timeoutMs: 60_000 };

describeWith('docker', 'docker compose up', () => {
  let stack: Stack;
  let mara: Person;
  let room: string;
  let answers = 0;

  beforeAll(async () => {
    stack = await newStack();
    await stack.compose('build', 'bridge');
  });
  afterAll(async () => {
    mara?.stop();
    await stack?.remove();
  });

  const up = (...more: readonly string[]): Promise<string> =>
    stack.compose('up', '-d', '--wait', '--wait-timeout', '240', ...more);

  async function asks(what: string): Promise<void> {
    const answer = await mara.ask(room, `[[say: ${what}]]`, { mentions: [agents.ada], ...patience });
    expect(answer.text).toBe(what);
    answers += 1;
  }

  /** The container of the worker that works on an answer now. */
  async function busyContainer(): Promise<string> {
    const lines = (await stack.exec('bridge', 'parley', 'export', '--all')).trim().split('\n');
    const documents = lines.map(line => JSON.parse(line) as { collection: string; document: Claimed });
    const turn = documents.find(({ collection, document }) => collection === 'turns' && document.state === 'running');
    // A process is named after its host, and the host of a container is the beginning of its id.
    return turn?.document.claimedBy?.split('-')[0] ?? '';
  }

  it('is ready, makes an account, and a person who signs in is answered', async () => {
    await up();
    const { userId, password, client } = JSON.parse(await stack.exec('bridge', 'cat', 'account.json'));
    expect(client).toBe(stack.client.replace('127.0.0.1', 'localhost'));
    mara = await signIn({ homeserver: stack.homeserver, userId, password });
    room = await mara.createRoom({ invite: [agents.ada] });
    await introduction(mara, room, agents.ada);
    await asks('first');
  });

  it('serves Element with the address of the homeserver', async () => {
    const response = await fetch(`${stack.client}/config.json`);
    const config = (await response.json()) as Record<string, Record<string, unknown>>;
    expect(config.default_server_config?.['m.homeserver']).toEqual({
      base_url: stack.homeserver.replace('127.0.0.1', 'localhost'),
      server_name: 'localhost',
    });
  });

  it('publishes nothing beyond this machine, and MongoDB and Redis not at all', async () => {
    const lines = (await stack.compose('ps', '--format', 'json')).trim().split('\n');
    const published = lines.flatMap(line => {
      const { Service, Publishers } = JSON.parse(line) as {
        Service: string;
        Publishers: { URL: string; PublishedPort: number }[];
      };
      return Publishers.filter(({ PublishedPort }) => PublishedPort > 0).map(({ URL }) => `${Service} ${URL}`);
    });
    expect(published.sort()).toEqual(['element 127.0.0.1', 'synapse 127.0.0.1']);
  });

  it('runs as nobody in particular, on files it can not change, with no tools to build with', async () => {
    expect(await stack.exec('bridge', 'id', '-u')).toBe('1000\n');
    const tools = 'for tool in npm npx git make gcc; do command -v $tool; done; touch /app/x 2>&1; ls -a /app';
    const seen = await stack.exec('worker', 'sh', '-c', tools);
    expect(seen).toMatch(/Read-only file system/);
    expect(seen).not.toMatch(/\/(?:npm|npx|git|make|gcc)\n|\btest\n/);
    for (const service of ['synapse', 'mongo', 'redis'])
      expect(await stack.exec(service, 'id', '-u'), service).not.toBe('0\n');
  });

  it('has the commands of Parley in its containers', async () => {
    expect(await stack.exec('bridge', 'parley', 'status')).toContain('is ready');
    expect(await stack.exec('worker', 'parley', 'status')).toContain('is ready');
    expect(await stack.exec('bridge', 'parley', 'check')).not.toContain('✗');
    expect(await stack.exec('bridge', 'parley', 'agents', 'list')).toContain('Ada');
    expect(await stack.exec('bridge', 'parley', 'keys', 'rotate', '--master')).toContain('master key');
    expect(await stack.exec('bridge', 'parley', 'backup', '/tmp/a.backup')).toMatch(/messages|documents/);
    await asks('with another key');
  });

  it('looks after itself in an image that is small beside its base', async () => {
    const { Healthcheck, User } = JSON.parse(
      await stack.docker('image', 'inspect', '--format', '{{json .Config}}', image),
    ) as { Healthcheck: { Test: string[] }; User: string };
    expect(User).toBe('1000:1000');
    expect(Healthcheck.Test).toEqual(['CMD', 'node', '/app/bin/healthcheck.js']);
    const [own = 0, base = 0] = await Promise.all(
      [image, stack.base].map(async name =>
        Number(await stack.docker('image', 'inspect', '--format', '{{.Size}}', name)),
      ),
    );
    // Node itself is 120 MB of it.
    expect((own - base) / 1e6).toBeLessThan(mostMegabytes);
  });

  it('has four healthy workers when four are asked for', async () => {
    await up('--scale', 'worker=4', '--no-recreate');
    const ids = (await stack.compose('ps', '--quiet', 'worker')).trim().split('\n');
    const states = await Promise.all(
      ids.map(id => stack.docker('inspect', '--format', '{{.State.Health.Status}}', id)),
    );
    expect(states).toEqual(Array(4).fill('healthy\n'));
  });

  it('goes on with an answer when the worker that makes it is killed, and starts the worker again', async () => {
    const to = await mara.say(room, '[[slow: 150 words, 100ms]]', { mentions: [agents.ada] });
    await mara.waitForStart(room, to, 60_000);
    const busy = await busyContainer();
    expect(await stack.compose('ps', '--quiet', 'worker')).toContain(busy);
    // All processes of the container but the first, which then ends.
    await stack.docker('exec', busy, 'sh', '-c', 'kill -9 -1').catch(() => undefined);
    const answer = await mara.waitForAnswer(room, { to, ...patience });
    expect(answer.text).toMatch(/word150$/);
    expect(mara.answers(room, to)).toHaveLength(1);
    answers += 1;
    await up('--scale', 'worker=4', '--no-recreate');
    expect(await stack.docker('inspect', '--format', '{{.RestartCount}} {{.State.Status}}', busy)).toBe('1 running\n');
    await asks('by whoever is there');
  });

  it('shows the metrics of each process to who looks its service up', async () => {
    const program =
      "for (const service of ['bridge', 'worker']) for (const at of await (await import('node:dns/promises')).resolve4(service))" +
      " console.log(service, (await (await fetch('http://' + at + ':9464/metrics')).text()).includes('parley_info'));";
    const seen = await stack.exec('bridge', 'node', '--input-type=module', '-e', program);
    expect(seen.trim().split('\n').sort()).toEqual([
      'bridge true',
      'worker true',
      'worker true',
      'worker true',
      'worker true',
    ]);
  });

  it('goes on with the conversation after all was put down and up again', async () => {
    const before = mara.messages(room).length;
    await stack.compose('down');
    await up();
    await asks('after all was down');
    expect(mara.messages(room).length).toBe(before + 2);
    const spoken = mara.messages(room).filter(({ sender }) => sender === agents.ada);
    expect(spoken).toHaveLength(1 + answers);
  });

  it('is restored from a backup into an empty MongoDB', async () => {
    const file = join(tempFolder(), 'my.backup');
    writeFileSync(file, Buffer.from(await stack.exec('bridge', 'sh', '-c', 'parley backup - | base64'), 'base64'));
    await stack.compose('down');
    for (const name of ['mongo', 'redis']) await stack.docker('volume', 'rm', stack.volume(name));
    const words = ['run', '--rm', '-T', '-v', `${file}:/my.backup:ro`, 'bridge', 'parley', 'restore'];
    expect(await stack.compose(...words, '/my.backup')).toMatch(/Verify: \d+ documents/);
    await up();
    await asks('after the restore');
    await expect(stack.compose(...words, '/my.backup')).rejects.toThrow('RESTORE_REFUSED');
  });
});
