import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';

const streams = { stream: true, stdin: true, stdout: true, stderr: true };

/**
 * A line to the standard streams of a container. Nothing goes along with the wish for it: what stands in a body, as dockerode's own call has it, is
 * the first that a program under Podman reads.
 */
export function attach({ modem }: Docker, id: string): Promise<Duplex> {
  const wish = {
    path: `/containers/${id}/attach?`,
    method: 'POST',
    options: { ...streams },
    file: Buffer.alloc(0),
    isStream: true,
    hijack: true,
    statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
  };
  return new Promise((resolve, reject) => {
    modem.dial(wish, (error: unknown, line: unknown) =>
      error === null || error === undefined ? resolve(line as Duplex) : reject(error),
    );
  });
}
