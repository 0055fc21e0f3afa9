import { z } from 'zod';
import { ParleyError } from '../core/errors.ts';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';

const stateSchema = z.object({
  /** Part of every id that the homeserver ever made, so it never changes. */
  serverName: z.string(),
  kind: z.enum(['docker', 'python']),
  port: z.number().int(),
  /** The port that was wished for when `port` was chosen. */
  preferredPort: z.number().int(),
});

/** What is remembered about the homeserver of a data folder (`homeserver.json`). */
export type HomeserverState = z.infer<typeof stateSchema>;

/** Undefined before the first start. */
export async function readState(file: string): Promise<HomeserverState | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ParleyError(
      'HOMESERVER_CONFLICT',
      `${file} can't be read. Restore it from a backup, or delete the folder it is in to begin with an empty homeserver.`,
      { cause },
    );
  }
}

export async function writeState(file: string, state: HomeserverState): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(state, undefined, 2)}\n`);
}

const serverNamePattern = /^(?:[A-Za-z0-9.-]{1,230}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/;

/** The name in the data folder, or for a new one the name that is wished for, or `localhost`. */
export function serverNameFor(state: HomeserverState | undefined, wished: string | undefined): string {
  const name = wished || state?.serverName || 'localhost';
  if (!serverNamePattern.test(name)) {
    throw new ParleyError(
      'CONFIG_INVALID',
      `MATRIX_SERVER_NAME is "${name}"; it must be a host name such as example.org.`,
    );
  }
  if (state !== undefined && state.serverName !== name) {
    throw new ParleyError(
      'HOMESERVER_CONFLICT',
      `The homeserver in the data folder is named ${state.serverName}, and a homeserver can't change its name, but ` +
        `MATRIX_SERVER_NAME is ${name}. Unset it, or set PARLEY_DATA to another folder for a new homeserver.`,
    );
  }
  return name;
}

/** What to say of a port that stands in for the one that is wished for, from an earlier start on; null where there is nothing to say. */
export function standInLine(before: HomeserverState | undefined, port: number, preferredPort: number): string | null {
  if (port === preferredPort || before?.port !== port) return null;
  return `The homeserver stays at port ${port}, as clients know it there: ${preferredPort} was in use when it was made`;
}

/** Ports to try, best first: the one that clients know, unless another is wished for since. */
export function portCandidates(state: HomeserverState | undefined, preferredPort: number): [number, ...number[]] {
  if (state === undefined || state.preferredPort !== preferredPort || state.port === preferredPort)
    return [preferredPort];
  return [state.port, preferredPort];
}
