import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { Redis } from 'ioredis';
import { makeCertificate } from './certificate.ts';
import { type OwnRedis, startRedis } from './redis.ts';

/** Servers that belong together. */
export interface RedisSetUp {
  /** Of all that clients are told, as `host:port,host:port`. */
  readonly places: string;
  stop(): Promise<void>;
}

const patienceMs = 15_000;
const slots = 16_384;

/** A master, a replica, and a sentinel that makes the replica the master when the master is gone. */
export interface Sentinels extends RedisSetUp {
  readonly name: string;
  readonly master: OwnRedis;
}

export async function startSentinels(password: string, sentinelPassword: string): Promise<Sentinels> {
  const access = ['--requirepass', password, '--masterauth', password];
  const master = await startRedis(access);
  const replica = await startRedis([...access, '--replicaof', '127.0.0.1', `${master.port}`]);
  const folder = await mkdtemp(join(tmpdir(), 'parley-sentinel-'));
  const port = await getPort();
  const name = 'parley-servers';
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `requirepass ${sentinelPassword}`,
    `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
    `sentinel auth-pass ${name} ${password}`,
    `sentinel down-after-milliseconds ${name} 1000`,
    `sentinel failover-timeout ${name} 5000`,
  ];
  await writeFile(join(folder, 'sentinel.conf'), lines.join('\n'));
  const child = spawn('redis-server', [join(folder, 'sentinel.conf'), '--sentinel'], { stdio: 'ignore' });
  await until(port, sentinelPassword, async client => {
    const [one] = (await client.call('SENTINEL', 'REPLICAS', name)) as unknown[][];
    return one?.includes('slave') === true && !one.includes('s_down');
  });
  return {
    name,
    places: `127.0.0.1:${port}`,
    master,
    async stop() {
      await ended(child);
      await Promise.all([master.stop(), replica.stop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

/** Three nodes that have the slots among them. */
export async function startCluster(): Promise<RedisSetUp> {
  const nodes = await Promise.all(
    [0, 1, 2].map(() => startRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'])),
  );
  const [first] = nodes;
  for (const [index, node] of nodes.entries()) {
    const client = new Redis(node.port);
    const [from, to] = [index, index + 1].map(at => Math.floor((slots * at) / nodes.length));
    await client.call('CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${(to ?? 0) - 1}`);
    await client.call('CLUSTER', 'MEET', '127.0.0.1', `${first?.port}`);
    client.disconnect();
  }
  for (const node of nodes) {
    await until(node.port, '', async client => {
      const info = String(await client.call('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
    });
  }
  return {
    places: nodes.map(({ port }) => `127.0.0.1:${port}`).join(','),
    stop: async () => void (await Promise.all(nodes.map(node => node.stop()))),
  };
}

/** One server that speaks TLS only, with the certificate of an authority of its own. */
export interface TlsRedis extends RedisSetUp {
  readonly ca: string;
  /** Makes a user who may do what docs/how-to/use-redis.md says, and nothing else. */
  addUser(name: string, password: string, prefix: string): Promise<void>;
}

export async function startTlsRedis(password: string): Promise<TlsRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-tls-'));
  const { ca, key, cert } = await makeCertificate(folder);
  const port = await getPort();
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no'];
  const redis = await startRedis(['--tls-port', `${port}`, ...files, '--requirepass', password]);
  const authority = await readFile(ca, 'utf8');
  return {
    places: `localhost:${port}`,
    ca: authority,
    async addUser(name, secret, prefix) {
      const admin = new Redis({ host: 'localhost', port, password, tls: { ca: authority } });
      const rights = [`~{${prefix}}:*`, '~b_{*', '&*', '+@all', '-@admin', '-@dangerous', '+info'];
      await admin.call('ACL', 'SETUSER', name, 'on', `>${secret}`, ...rights);
      admin.disconnect();
    },
    async stop() {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function until(port: number, password: string, holds: (client: Redis) => Promise<boolean>): Promise<void> {
  const client = new Redis({ port, ...(password === '' ? {} : { password }) });
  client.on('error', () => undefined);
  try {
    for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(100))
      if (await holds(client).catch(() => false)) return;
    throw new Error('The servers did not find each other.');
  } finally {
    client.disconnect();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
