import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Outward, outward } from '../../sandboxes/docker/outward.ts';
import { keyText } from '../../src/core/workspace/key.ts';
import { noFile, normalPath } from '../../src/core/workspace/path.ts';
import { collected } from '../../src/core/workspace/printed.ts';
import type { Command, Ended, RunOptions, Sandbox, Workspace, WorkspaceKey } from '../../src/ports/sandbox.ts';
import type { WorkspaceFiles } from '../../src/ports/workspace-files.ts';

/**
 * Workspaces that are folders of this machine, whose commands are real ones, and reach what is granted by the real proxy; that finds every host at
 * one port here. It keeps nothing apart: for programs of the tests' own.
 */
export function hostSandbox(portOfAll: number): Sandbox & { end(): void } {
  const root = mkdtempSync(join(tmpdir(), 'parley-host-sandbox-'));
  const held = new Map<string, { readonly workspace: Workspace; readonly end: () => void }>();
  return {
    describe: async () => ({ ok: true, detail: 'folders of this machine', remedy: null }),
    async open(key, { grants = [] } = {}) {
      const name = keyText(key);
      const known = held.get(name) ?? (await hostWorkspace(join(root, name.replace('/', '-')), key, portOfAll));
      held.set(name, known);
      await known.workspace.grant(grants);
      return known.workspace;
    },
    list: async () => [...held.values()].map(({ workspace: { key } }) => ({ key, state: 'running', lastUsed: 0 })),
    archive: async () => false,
    remove: async () => false,
    reap: async () => 0,
    close: async () => undefined,
    end() {
      for (const { end } of held.values()) end();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function hostWorkspace(folder: string, key: WorkspaceKey, port: number) {
  mkdirSync(join(folder, 'src'), { recursive: true });
  const proxy = outward(async () => connect(port, '127.0.0.1'));
  const way = await listening(proxy);
  const limits = { memoryBytes: 0, diskBytes: 1e9, cpus: 1, processes: 1, commandMs: 60_000, commands: 1 };
  const workspace: Workspace = {
    key,
    limits: { ...limits, outputBytes: 64_000, fileBytes: 1_000_000 },
    files: hostFiles(folder),
    run: (command, options) => run(command, options, { folder, way: way.address }),
    grant: async grants => proxy.grant(grants),
    stop: async () => undefined,
  };
  const end = (): void => {
    proxy.end();
    way.close();
  };
  return { workspace, end };
}

async function listening(proxy: Outward): Promise<{ readonly address: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    proxy.serve(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `http://127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function run(
  { argv, env, folder = '.', input = '' }: Command,
  { signal, outputBytes = 64_000 }: RunOptions,
  at: { readonly folder: string; readonly way: string },
): Promise<Ended> {
  const [program, ...rest] = argv;
  const own = {
    PATH: process.env.PATH,
    HOME: at.folder,
    http_proxy: at.way,
    https_proxy: at.way,
    GIT_TERMINAL_PROMPT: '0',
  };
  const streams = { stdout: collected(outputBytes), stderr: collected(outputBytes) };
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd: join(at.folder, normalPath(folder)), env: { ...own, ...env }, signal });
    child.stdout.on('data', (piece: Buffer) => streams.stdout.add(piece));
    child.stderr.on('data', (piece: Buffer) => streams.stderr.add(piece));
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', () => (signal.aborted ? reject(signal.reason) : reject(noFile(folder))));
    child.on('close', exitCode => {
      const printed = ({ text, bytes }: (typeof streams)['stdout']) => ({ text: text(), bytes: bytes(), file: null });
      const { stdout, stderr } = streams;
      resolve({
        exitCode,
        signal: null,
        killed: null,
        stdout: printed(stdout),
        stderr: printed(stderr),
        durationMs: 0,
      });
    });
  });
}

function hostFiles(folder: string): WorkspaceFiles {
  const at = (path: string): string => join(folder, normalPath(path));
  return {
    async read(path) {
      const bytes = await readFile(at(path)).catch(() => Promise.reject(noFile(path)));
      return { bytes, size: bytes.length };
    },
    async write(path, bytes) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), bytes);
    },
    async list(path) {
      const names = await readdir(at(path)).catch(() => Promise.reject(noFile(path)));
      return {
        entries: names.map(name => ({ path: join(path, name), kind: 'file' as const, size: 0, modified: 0 })),
        more: false,
      };
    },
    async remove(path) {
      await rm(at(path), { recursive: true, force: true });
      return true;
    },
    async move(from, to) {
      await mkdir(dirname(at(to)), { recursive: true });
      await rename(at(from), at(to));
    },
  };
}
