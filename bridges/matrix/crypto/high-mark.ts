import { z } from 'zod';
import type { KeyIdentity } from '../../../src/core/key-page.ts';
import { unless } from '../errcode.ts';
import type { MatrixNames } from '../names.ts';
import { path } from '../path.ts';
import type { MatrixRequests } from '../requests.ts';
import type { Device } from './device.ts';

/**
 * How far the keys of an agent have gone on, as the homeserver keeps it: whoever has less than that in their store has a copy of it, or one that was
 * set back, and would use keys for a second time.
 */
export interface HighMark {
  readonly device: string;
  /** The last page of its journal. */
  readonly page: number;
  /** The version of the identity, which counts the devices. */
  readonly identity: number;
}

/** Some account data of the agent's. https://spec.matrix.org/v1.16/client-server-api/#client-config */
const type = 'net.parley.keys';
const limits = { timeoutMs: 5_000, tryForMs: 5_000 } as const;
/** A homeserver that keeps nothing for agents finds out no copy; they talk all the same. */
const notKept = ['M_FORBIDDEN', 'M_UNRECOGNIZED'];
const mark = z.object({ device: z.string(), page: z.number(), identity: z.number() }).nullable().catch(null);

export interface Marking {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
}

const request = ({ names }: Marking, agent: Device['agent']) => ({
  ...limits,
  what: `keep how far the keys of ${agent} are`,
  as: agent,
  path: path('user', names.userId(agent), 'account_data', type),
});

/** Null where none was left, as on a homeserver that is new. To be read before the journal: then the journal has at least what the mark says. */
export async function readMark(marking: Marking, agent: Device['agent']): Promise<HighMark | null> {
  const answer = marking.requests.call({ ...request(marking, agent), method: 'GET' });
  return mark.parse(await unless(answer, ['M_NOT_FOUND', ...notKept], null));
}

export async function leaveMark(marking: Marking, agent: Device['agent'], body: HighMark): Promise<void> {
  await unless(marking.requests.call({ ...request(marking, agent), method: 'PUT', body }), notKept, null);
}

/** Whether the keys have gone on elsewhere. */
export function isBehind(
  { device, page, identity }: HighMark,
  here: { readonly device: string; readonly page: number; readonly identity: Pick<KeyIdentity, 'version'> },
): boolean {
  if (identity !== here.identity.version && device !== here.device) return identity > here.identity.version;
  return device !== here.device || page > here.page;
}
