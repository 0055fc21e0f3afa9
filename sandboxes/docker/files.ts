import { ParleyError } from '../../src/core/errors.ts';
import { normalPath } from '../../src/core/workspace/path.ts';
import type { WorkspaceLimits } from '../../src/ports/sandbox.ts';
import type { WorkspaceFiles } from '../../src/ports/workspace-files.ts';
import { anyAnswer, listAnswer, readAnswer, removeAnswer, understood } from './answers.ts';
import { type Channel, lost } from './channel.ts';
import { mostInFrame } from './inside/frames.ts';
import type { FileRequest } from './inside/requests.ts';

const limitMs = 60_000;
const mostEntries = 1000;

export interface FilesGiven {
  readonly limits: WorkspaceLimits;
  /** The way into the container, which is started where it does not run. */
  readonly using: <T>(use: (channel: Channel) => Promise<T>) => Promise<T>;
  /** Rejects where there is no room for so much more. */
  readonly makeRoom: (bytes: number) => Promise<void>;
}

/** Files are seen to from inside: a path there can lead nowhere but to what is inside. */
export function dockerFiles({ limits, using, makeRoom }: FilesGiven): WorkspaceFiles {
  const ask = (what: string, request: FileRequest, body: Uint8Array = new Uint8Array()): Promise<unknown> =>
    using(channel => channel.request(`/files/${what}`, request, { body, timeoutMs: limitMs }));

  return {
    async read(path, { offset = 0, length = limits.fileBytes } = {}) {
      const most = Math.min(length, limits.fileBytes);
      const request = { path: normalPath(path), offset, length: most };
      return using(async channel => {
        const pieces: Buffer[] = [];
        let got = 0;
        const onFrame = ({ bytes }: { readonly bytes: Buffer }): void => {
          got += bytes.length;
          // Byte by byte, a file would take a hundred times its size here.
          if (got > most || pieces.length > most / mostInFrame) throw lost('it sent more than was asked for');
          pieces.push(bytes);
        };
        const answer = await channel.request('/files/read', request, { timeoutMs: limitMs, onFrame });
        return { bytes: Buffer.concat(pieces), size: understood(readAnswer, answer, path).size };
      });
    },

    async write(path, content) {
      const name = normalPath(path);
      const body = typeof content === 'string' ? Buffer.from(content) : content;
      if (body.length > limits.fileBytes)
        throw new ParleyError('WORKSPACE_FULL', `One call takes at most ${limits.fileBytes} bytes.`);
      await makeRoom(body.length);
      understood(anyAnswer, await ask('write', { path: name }, body), path);
    },

    async list(path, { depth = 1, limit = mostEntries } = {}) {
      const request = { path: normalPath(path), depth, limit: Math.min(limit, mostEntries) };
      return understood(listAnswer, await ask('list', request), path);
    },

    async remove(path) {
      return understood(removeAnswer, await ask('remove', { path: normalPath(path) }), path).removed;
    },

    async move(from, to) {
      understood(anyAnswer, await ask('move', { path: normalPath(from), to: normalPath(to) }), `${from} to ${to}`);
    },
  };
}
