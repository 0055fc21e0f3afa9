import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { outward } from '../../../sandboxes/docker/outward.ts';
import type { GitGrant } from '../../../src/ports/sandbox-network.ts';
import { gitServer } from '../../fakes/git-server.ts';

const token = 'tk-of-the-operator';
const headers = { authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}` };
const run = promisify(execFile);

/** Git here, the proxy of a workspace, and behind it a server that wants the token. */
async function opened() {
  const server = await gitServer({ token, isPrivate: true });
  server.create('acme/app', { 'add.py': 'def add(a, b):\n    return a - b\n' });
  server.create('acme/secret', { plan: 'of the acquisition' });
  const proxy = outward(async () => connect(server.port, '127.0.0.1'));
  const sockets = new Set<Socket>();
  const listener = createServer(socket => {
    sockets.add(socket);
    proxy.serve(socket);
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  const folder = mkdtempSync(join(tmpdir(), 'parley-git-gate-'));
  onTestFinished(() => {
    proxy.end();
    for (const socket of sockets) socket.destroy();
    listener.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const way = `http://127.0.0.1:${port}`;
  const env = { PATH: process.env.PATH, HOME: folder, http_proxy: way, https_proxy: way, GIT_TERMINAL_PROMPT: '0' };
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const git = (...argv: string[]): Promise<string> =>
    run('git', [...person, '-C', folder, ...argv], { env }).then(
      ({ stdout }) => stdout.trim(),
      error => `failed: ${error.stderr}`,
    );
  const curl = (...argv: string[]): Promise<string> =>
    run('curl', ['-sS', '-m', '10', ...argv], { env }).then(
      ({ stdout }) => stdout,
      error => `failed: ${error.stderr}`,
    );
  const grant = (...git: GitGrant[]): void => proxy.grant([{ host: 'git.example', port: 80, secure: false, git }]);
  return { server, folder, git, curl, grant };
}

const app = { repository: 'acme/app', headers };
const at = 'http://git.example/acme/app';

async function withCommit() {
  const all = await opened();
  all.grant(app);
  await all.git('clone', '-q', at, 'app');
  writeFileSync(join(all.folder, 'app/add.py'), 'def add(a, b):\n    return a + b\n');
  await all.git('-C', 'app', 'commit', '-qam', 'Adds');
  const commit = await all.git('-C', 'app', 'rev-parse', 'HEAD');
  const push = (...what: string[]): Promise<string> => all.git('-C', 'app', 'push', at, ...what);
  return { ...all, commit, push, heads: () => all.server.git('acme/app', 'for-each-ref', '--format=%(refname)') };
}

it('lets git read what is granted, with the credential that is added outside, and nothing else there', async () => {
  const { git, curl, grant, server } = await opened();
  grant(app);
  expect(await git('clone', '-q', at, 'app')).toBe('');
  expect(await git('clone', '-q', 'http://git.example/acme/app.git', 'again')).toBe('');
  expect(await git('-C', 'app', 'log', '--format=%s')).toBe('first');
  expect(server.requests.every(({ authorization }) => authorization === headers.authorization)).toBe(true);
  expect(await git('clone', '-q', 'http://git.example/acme/secret', 'secret')).toContain('403');
  const before = server.requests.length;
  for (const path of [
    '/acme/secret/info/refs?service=git-upload-pack',
    '/acme/app/../secret/info/refs?service=git-upload-pack',
    '/acme/app%2f..%2fsecret/info/refs?service=git-upload-pack',
    '/acme/app/info/refs',
    '/acme/app/info/refs?service=git-receive-pack',
    '/acme/app/info/refs?service=git-upload-pack&x=1',
    '/acme/app/HEAD',
    '/api/v3/user',
    '//acme/secret/info/refs?service=git-upload-pack',
  ])
    expect(await curl('--path-as-is', '-o', '/dev/null', '-w', '%{http_code}', `http://git.example${path}`), path).toBe(
      '403',
    );
  expect(await curl('--proxytunnel', at)).toContain('failed');
  expect(server.requests).toHaveLength(before);
}, 120_000);

it('pushes just what a person has allowed: that commit, to that branch', async () => {
  const { grant, push, commit, heads } = await withCommit();
  expect(await push('HEAD:refs/heads/fix')).toContain('403');
  grant({ ...app, push: { ref: 'refs/heads/fix', to: commit } });
  for (const other of ['HEAD:refs/heads/main', 'HEAD:refs/tags/fix', 'HEAD~:refs/heads/fix', ':refs/heads/main'])
    expect(await push(other), other).toContain('failed');
  expect(await push('HEAD:refs/heads/fix', 'HEAD:refs/heads/other')).toContain('failed');
  expect(heads()).toBe('refs/heads/main');
  expect(await push('HEAD:refs/heads/fix')).toBe('');
  expect(heads()).toBe('refs/heads/fix\nrefs/heads/main');
  expect(await push('--delete', 'fix')).toContain('failed');
}, 120_000);

it('pushes large packs, which git sends in pieces', async () => {
  const { grant, git, push, folder, heads } = await withCommit();
  const noise = Buffer.from(Array.from({ length: 3_000_000 }, () => Math.floor(Math.random() * 256)));
  writeFileSync(join(folder, 'app/noise'), noise);
  await git('-C', 'app', 'add', '-A');
  await git('-C', 'app', 'commit', '-qm', 'Noise');
  const to = await git('-C', 'app', 'rev-parse', 'HEAD');
  grant({ ...app, push: { ref: 'refs/heads/noise', to } });
  expect(await push('HEAD:refs/heads/noise')).toBe('');
  expect(heads()).toContain('refs/heads/noise');
}, 120_000);

it('does not believe what is no push, or says that it is packed', async () => {
  const { grant, curl, commit, heads, server, folder } = await withCommit();
  grant({ ...app, push: { ref: 'refs/heads/fix', to: commit } });
  const before = server.requests.length;
  const post = (body: string, ...more: string[]): Promise<string> => {
    writeFileSync(join(folder, 'body'), body);
    const sent = ['--data-binary', `@${join(folder, 'body')}`, ...more, `${at}/git-receive-pack`];
    return curl('-o', '/dev/null', '-w', '%{http_code}', ...sent);
  };
  const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
  const none = '0'.repeat(40);
  const wrong = [
    'hello',
    `${line(`${none} ${commit} refs/heads/main\0 report-status`)}0000`,
    `${line(`${none} ${commit} refs/heads/fix\0 report-status push-options`)}0000`,
    `${line(`${none} ${commit} refs/heads/fix\0`)}${line(`${none} ${commit} refs/heads/main`)}0000`,
    `${line('push-cert\0report-status')}0000`,
    '0001',
    line('x'.repeat(20_000)),
  ];
  for (const body of wrong) expect(await post(body), body.slice(0, 80)).toBe('403');
  expect(await post('0000', '-H', 'content-encoding: gzip')).toBe('403');
  expect([server.requests.length, heads()]).toEqual([before, 'refs/heads/main']);
}, 120_000);
