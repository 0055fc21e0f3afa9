import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { Redis } from 'ioredis';

/** A Redis of a test's own, which it may kill, freeze and flush. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Writes what it holds to the disk: it has that again when it is started. */
  save(): Promise<void>;
  /** Kills it at once; what it held is gone. */
  kill(): Promise<void>;
  /** Asks it to end, and waits until it has; what it held is gone, too. */
  end(): Promise<void>;
  /** Starts it again at the same port, empty but for what was saved. */
  restart(): Promise<void>;
  /** Deletes all that it holds. */
  flush(): Promise<void>;
  /** Stops the process without ending it, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it and deletes its folder. */
  stop(): Promise<void>;
}

const run = promisify(execFile);
const patienceMs = 10_000;

/** Version of the `redis-server` on the path, or null. */
export async function redisVersion(): Promise<string | null> {
  const answer = await run('redis-server', ['--version']).catch(() => null);
  return answer === null ? null : (/v=([\d.]+)/.exec(answer.stdout)?.[1] ?? 'of an unknown version');
}

/** Starts a Redis on a free port, in a folder of its own; nothing is written to disk. */
export async function startRedis(args: readonly string[] = []): Promise<OwnRedis> {
  const port = await getPort();
  const folder = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  const all = ['--port', `${port}`, '--dir', folder, '--bind', '127.0.0.1', '--save', '', ...args];
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn('redis-server', all, { stdio: 'ignore' });
    await ready(port);
  };
  const endBy = (signal: NodeJS.Signals): Promise<void> =>
    new Promise(resolve => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  const kill = (): Promise<void> => endBy('SIGKILL');
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    save: () => tell(port, client => client.save()),
    kill,
    end: () => endBy('SIGTERM'),
    restart: start,
    flush: () => tell(port, client => client.flushall()),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function tell(port: number, say: (client: Redis) => Promise<unknown>): Promise<void> {
  const client = new Redis({ port, host: '127.0.0.1' });
  await say(client);
  client.disconnect();
}

async function ready(port: number): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) if (await answers(port)) return;
  throw new Error('redis-server did not start.');
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
