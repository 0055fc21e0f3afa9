import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../config/load.ts';
import { prepareContainers } from '../../src/compose/containers.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { readProjectFile } from '../docs/markdown.ts';

const wishes = {
  serverName: 'example.org',
  homeserver: 'https://matrix.example.org/',
  client: 'http://c',
  owner: null,
};
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const root = join(import.meta.dirname, '..', '..');
const compose = parse(readProjectFile(root, 'docker-compose.yml'), { merge: true });

it('gives each service what it needs, and the same secrets to both ends', async () => {
  const folder = tempFolder();
  await prepareContainers({ folder, ...wishes });
  const env = parseEnv(read(folder, 'parley', '.env'));
  const registration = parse(read(folder, 'homeserver', 'registration.yaml'));
  expect(registration).toMatchObject({ as_token: env.MATRIX_AS_TOKEN, hs_token: env.MATRIX_HS_TOKEN });
  expect(env.MONGODB_URL).toContain(`:${read(folder, 'mongo', 'password').trim()}@mongo:27017/`);
  expect(env.REDIS_URL).toContain(`:${read(folder, 'redis', 'password').trim()}@redis:6379`);
  expect(read(folder, 'redis', 'redis.conf')).toBe(`requirepass ${read(folder, 'redis', 'password').trim()}\n`);
  const synapse = parse(read(folder, 'homeserver', 'homeserver.yaml'));
  expect(synapse).toMatchObject({ server_name: 'example.org', public_baseurl: 'https://matrix.example.org/' });
  expect(JSON.parse(read(folder, 'parley', 'account.json'))).toMatchObject({ userId: '@person:example.org' });
});

it('makes secrets once, and keeps them to their owner', async () => {
  const folder = tempFolder();
  const files = ['parley/.env', 'parley/master.key', 'parley/account.json', 'homeserver/signing.key', 'mongo/password'];
  await prepareContainers({ folder, ...wishes });
  const before = files.map(file => read(folder, file));
  await prepareContainers({ folder, ...wishes });
  expect(files.map(file => read(folder, file))).toEqual(before);
  expect(files.map(file => statSync(join(folder, file)).mode & 0o077)).toEqual(files.map(() => 0));
  const other = tempFolder();
  await prepareContainers({ folder: other, ...wishes });
  for (const [index, file] of files.entries()) expect(read(other, file)).not.toBe(before[index]);
});

it('keeps the account of before, with new addresses', async () => {
  const folder = tempFolder();
  await prepareContainers({ folder, ...wishes });
  const { password } = JSON.parse(read(folder, 'parley', 'account.json'));
  await prepareContainers({ folder, ...wishes, owner: '@mara:example.org', client: 'https://chat.example.org' });
  expect(JSON.parse(read(folder, 'parley', 'account.json'))).toEqual({
    client: 'https://chat.example.org',
    homeserver: wishes.homeserver,
    userId: '@person:example.org',
    password,
  });
});

it('refuses to go on from a file that can not be read, and another name of the homeserver', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'parley'));
  writeFileSync(join(folder, 'parley', 'account.json'), '{');
  await expect(prepareContainers({ folder, ...wishes })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  const again = { folder, ...wishes, serverName: 'other.org' };
  await expect(prepareContainers(again)).rejects.toMatchObject({ code: 'HOMESERVER_CONFLICT' });
});

it('a process that starts in the folder has all that it needs', async () => {
  const folder = tempFolder();
  await prepareContainers({ folder, ...wishes });
  const config = await loadConfig({ env: { PARLEY_ROLE: 'worker' }, cwd: join(folder, 'parley') });
  expect(config.processes.role).toBe('worker');
  expect(config.keys.file).toBe(join(folder, 'parley', 'master.key'));
  expect(config.matrix).toMatchObject({ homeserverUrl: 'http://synapse:8008', owner: '@person:example.org' });
});

it('docker-compose.yml has the services that the addresses name, restarts them, and shows none to others', () => {
  const { setup, account, ...lasting } = compose.services;
  expect(Object.keys(lasting).sort()).toEqual([
    'bridge',
    'element',
    'mongo',
    'prometheus',
    'redis',
    'synapse',
    'worker',
  ]);
  for (const [name, service] of Object.entries<Record<string, unknown>>(lasting)) {
    expect(service, name).toMatchObject({ restart: 'unless-stopped', cap_drop: ['ALL'] });
    for (const port of (service.ports ?? []) as string[]) expect(port).toMatch(/^\$\{BIND_ADDRESS:-127\.0\.0\.1\}:/);
  }
  expect([setup.restart, account.restart]).toEqual(['no', 'no']);
});

it('whoever starts it is told when all is ready: what is waited for has a health check, and waits for what it needs', () => {
  const { synapse, mongo, redis, bridge, worker, account } = compose.services;
  for (const server of [synapse, mongo, redis]) {
    expect(server.healthcheck.test.length).toBeGreaterThan(1);
    expect(server.depends_on).toEqual({ setup: { condition: 'service_completed_successfully' } });
  }
  const needed = { mongo: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } };
  for (const parley of [bridge, worker])
    expect(parley.depends_on).toEqual({ account: { condition: 'service_completed_successfully' }, ...needed });
  expect(account.depends_on).toEqual({ synapse: { condition: 'service_healthy' } });
  expect(readProjectFile(root, 'Dockerfile')).toMatch(
    /^HEALTHCHECK .*\\\n\s+CMD \["node", "\/app\/bin\/healthcheck.js"\]$/m,
  );
});

it('the Parley of a container gets longer to end than it takes', () => {
  const seconds = Number.parseInt(compose.services.worker.stop_grace_period, 10);
  expect(seconds).toBeGreaterThan(10);
});

it('every image is a variable with a pinned version, and .env.example names them all', () => {
  const example = readProjectFile(root, '.env.example');
  const { args } = compose.services.bridge.build;
  const images = [...Object.values<{ image: string }>(compose.services).map(({ image }) => image)];
  for (const image of [...images, args.NODE_IMAGE, args.BASE_IMAGE]) {
    const [, name, fallback = ''] = /^\$\{(\w+):-(.+)\}$/.exec(image) ?? [];
    expect(fallback).toMatch(/:v?\d|:bookworm-\d/);
    expect(example).toContain(`#${name}=${fallback}\n`);
  }
  const dockerfile = readProjectFile(root, 'Dockerfile');
  for (const name of ['NODE_IMAGE', 'BASE_IMAGE'])
    expect(dockerfile).toContain(`ARG ${name}=${/:-(.+)\}/.exec(args[name])?.[1]}\n`);
});

it('what .env.example names is read by Compose or by Parley', async () => {
  const text = readProjectFile(root, '.env.example');
  const env = Object.fromEntries(
    [...text.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  expect(Object.keys(env).length).toBeGreaterThan(20);
  await expect(loadConfig({ env, cwd: tempFolder() })).resolves.toBeDefined();
});
