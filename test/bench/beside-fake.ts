import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ParleyOptions, ParleyProcess } from '../e2e/driver/parley-process.ts';
import { type FakeHomeserver, startFakeHomeserver } from '../fakes/homeserver/server.ts';
import { agentsFolder } from './agents-folder.ts';

export const fakeIdentity = {
  serverName: 'bench.test',
  asToken: 'token-of-the-benchmark',
  hsToken: 'token-of-the-fake',
  registrationId: 'parley',
  senderLocalpart: 'parley',
} as const;

/** What a process says that it uses. Memory in bytes. */
export interface Usage {
  readonly rss: number;
  readonly heapUsed: number;
  /** Milliseconds of CPU until it was asked, and with what asking costs: garbage is collected for it. */
  readonly cpuMs: { readonly asked: number; readonly told: number };
}

export interface BesideFake {
  readonly parley: ParleyProcess;
  readonly homeserver: FakeHomeserver;
}

/** Parley with so many agents at a fake homeserver of its own: making ten thousand accounts takes a real one hours. */
export async function besideFake(
  ending: AsyncDisposableStack,
  count: number,
  options: Omit<ParleyOptions, 'env' | 'preload'> = {},
): Promise<BesideFake> {
  const homeserver = await startFakeHomeserver(fakeIdentity);
  ending.defer(() => homeserver.close());
  // The one thing that is asked without a token.
  const versions = { status: 200, body: { versions: ['v1.16'] } };
  homeserver.intercept = request => (request === 'GET /_matrix/client/versions' ? versions : null);
  const folder = agentsFolder(count);
  ending.defer(() => rmSync(folder, { recursive: true }));
  const env = {
    MATRIX_HOMESERVER_URL: homeserver.url,
    MATRIX_SERVER_NAME: fakeIdentity.serverName,
    MATRIX_AS_TOKEN: fakeIdentity.asToken,
    MATRIX_HS_TOKEN: fakeIdentity.hsToken,
    PARLEY_AGENTS: folder,
  };
  const parley = await ParleyProcess.prepare({
    ...options,
    env,
    preload: [join(import.meta.dirname, 'preload', 'memory.ts')],
  });
  homeserver.world.listenerUrl = `http://127.0.0.1:${parley.port}`;
  ending.defer(() => parley.dispose());
  return { parley, homeserver };
}

/** Asks the process for the nth time what it uses. */
export async function usageOf(parley: ParleyProcess, nth: number): Promise<Usage> {
  process.kill(parley.pid, 'SIGUSR2');
  await parley.waitForOutput(` end ${nth}\n`);
  const found = new RegExp(`bench usage ${nth} (.*) end ${nth}\n`).exec(parley.output)?.[1];
  return JSON.parse(found ?? '') as Usage;
}

/** Of a core, between two times that it was asked. */
export const cpuPercent = (before: Usage, after: Usage, ms: number): number =>
  (100 * (after.cpuMs.asked - before.cpuMs.told)) / ms;

export const mib = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
