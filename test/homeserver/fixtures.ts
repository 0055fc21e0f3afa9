import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HomeserverOptions } from '../../src/homeserver/homeserver.ts';

export const registrationYaml = [
  'id: parley',
  'url: http://127.0.0.1:8070',
  'as_token: as-secret',
  'hs_token: hs-secret',
  'sender_localpart: parley',
  'rate_limited: false',
  'namespaces: { users: [{ exclusive: true, regex: "@agent-.*" }] }',
  '',
].join('\n');

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-homeserver-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Options with an empty `PATH`, and the lines that were shown. */
export function optionsFor(changes: Partial<HomeserverOptions> = {}): HomeserverOptions & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    dataDir: temporaryFolder(),
    env: { PATH: '' },
    listenerUrl: 'http://127.0.0.1:8070',
    registrationYaml,
    preferredPort: 18_400,
    progress: line => lines.push(line),
    signal: new AbortController().signal,
    ...changes,
    lines,
  };
}

/** Puts a shell script under a name into a folder for the `PATH`. */
export function fakeExecutable(folder: string, name: string, script: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A server that answers every request with this text, until the test is over. Gives its port. */
export async function answering(
  text: string,
  { port = 0, headers = {} }: { port?: number; headers?: Readonly<Record<string, string>> } = {},
): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(200, headers).end(text));
  onTestFinished(() => close(server));
  await new Promise<void>(resolve => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
