import { ParleyError } from '../core/errors.ts';
import { clockDifference, clockProblem, clockRemedy } from './clock-difference.ts';
import { untilReady } from './readiness.ts';
import type { HomeserverOptions, RunningHomeserver } from './running-homeserver.ts';

/** Takes the homeserver of `MATRIX_HOMESERVER_URL`, after it has answered. Waits up to `limitMs` for one that is starting. */
export async function externalHomeserver(options: HomeserverOptions, limitMs = 10_000): Promise<RunningHomeserver> {
  const url = baseUrl(options.env.MATRIX_HOMESERVER_URL ?? '');
  const serverName = options.env.MATRIX_SERVER_NAME;
  if (!serverName) {
    throw new ParleyError(
      'CONFIG_INVALID',
      'MATRIX_HOMESERVER_URL is set, so MATRIX_SERVER_NAME must be too: the part after the colon in user ids there.',
    );
  }
  const problem = await untilReady(url, { limitMs, intervalMs: 250, signal: options.signal });
  if (problem !== undefined) {
    throw new ParleyError(
      'HOMESERVER_UNREACHABLE',
      `No homeserver answers at ${url} (MATRIX_HOMESERVER_URL): ${problem}. Check that it runs and that the address is the one ` +
        'for clients, or unset MATRIX_HOMESERVER_URL to let Parley run a homeserver by itself.',
      { retry: true },
    );
  }
  await compareClocks(url, options);
  const reason = 'MATRIX_HOMESERVER_URL is set';
  return { kind: 'external', url, serverName, reason, listenOn: [], stop: async () => {} };
}

async function compareClocks(url: string, { signal, progress }: HomeserverOptions): Promise<void> {
  const problem = clockProblem(await clockDifference(url, signal));
  if (problem?.serious) throw new ParleyError('CLOCK_OFF', `${problem.text}. ${clockRemedy}`, { retry: true });
  if (problem !== null) progress(`${problem.text}; ${clockRemedy}`);
}

function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new ParleyError(
      'CONFIG_INVALID',
      `MATRIX_HOMESERVER_URL is "${text}"; it must be an address such as https://matrix.example.org.`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
