import { DeviceLists, UserId } from '@matrix-org/matrix-sdk-crypto-wasm';
import { z } from 'zod';
import { answerAs } from '../answer.ts';
import { errcodeOf } from '../errcode.ts';
import { isUserId } from '../grammar.ts';
import { isRecord } from '../raw-event.ts';
import { asDevice, flush, isVerification, type Wired } from './outgoing.ts';

/** What other devices have sent to this one, as far as it could be read. */
export type DeviceMessage = Readonly<Record<string, unknown>>;

const users = z.array(z.string()).catch([]).default([]);

const answer = z.object({
  pos: z.string(),
  extensions: z.object({
    to_device: z.object({ next_batch: z.string(), events: z.array(z.unknown()).default([]) }),
    e2ee: z
      .object({
        device_lists: z.object({ changed: users, left: users }).optional(),
        device_one_time_keys_count: z.record(z.string(), z.number()).default({}),
        device_unused_fallback_key_types: z.array(z.string()).optional(),
      })
      .default({ device_one_time_keys_count: {} }),
  }),
});

const prefix = '/_matrix/client/unstable/org.matrix.simplified_msc3575';
const atOnce = 100;
/** More than this has never to be read at once: what is left comes with the next look. */
const mostPages = 50;

/**
 * Asks the homeserver what has been sent to a device and whose devices have changed: a sliding sync of two extensions and no rooms. What comes
 * is made durable together with the mark up to which it has come, so nothing is lost or taken twice.
 * https://github.com/matrix-org/matrix-spec-proposals/pull/4186
 */
export async function poll(wired: Wired, now: number): Promise<DeviceMessage[]> {
  const { device } = wired;
  const read: DeviceMessage[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const { messages, isLast } = await pollOnce(wired);
    read.push(...messages);
    if (isLast) break;
  }
  device.connection.polledAt = now;
  await flush(wired);
  return read;
}

async function pollOnce(
  wired: Wired,
): Promise<{ readonly messages: readonly DeviceMessage[]; readonly isLast: boolean }> {
  const { device } = wired;
  const isFresh = device.connection.pos === null;
  const { pos, extensions } = await ask(wired);
  const { to_device, e2ee } = extensions;
  const { changed, left } = e2ee.device_lists ?? { changed: [], left: [] };
  const fallbacks = e2ee.device_unused_fallback_key_types;
  const processed = await device.call(async machine => {
    const result = await machine.receiveSyncChangesMsc4186(
      JSON.stringify(to_device.events.filter(isWanted)),
      new DeviceLists(asUsers(changed), asUsers(left)),
      new Map(Object.entries(e2ee.device_one_time_keys_count)),
      fallbacks === undefined ? undefined : new Set(fallbacks),
    );
    if (to_device.events.length > 0) device.setNote('since', to_device.next_batch);
    // A new connection is not told what changed before it.
    if (isFresh) await machine.markAllTrackedUsersAsDirty();
    return result;
  });
  device.connection.pos = pos;
  return { messages: processed.flatMap(({ rawEvent }) => parsed(rawEvent)), isLast: to_device.events.length < atOnce };
}

async function ask(wired: Wired): Promise<z.infer<typeof answer>> {
  const { device } = wired;
  const { pos } = device.connection;
  const since = device.note('since');
  const what = `read what was sent to ${device.agent}`;
  const body = {
    conn_id: 'keys',
    lists: {},
    extensions: {
      to_device: { enabled: true, limit: atOnce, ...(since === undefined ? {} : { since }) },
      e2ee: { enabled: true },
    },
  };
  const query = { timeout: 0, ...(pos === null ? {} : { pos }) };
  try {
    return answerAs(answer, what, await asDevice(wired, { what, method: 'POST', prefix, path: '/sync', query, body }));
  } catch (error) {
    if (pos === null || errcodeOf(error) !== 'M_UNKNOWN_POS') throw error;
    device.connection.pos = null;
    return ask(wired);
  }
}

/**
 * Agents are verified in rooms alone. Anybody may begin verifications between devices, as many as they like, and the library would answer each of them.
 */
const isWanted = (event: unknown): boolean => isRecord(event) && !isVerification(event.type);

const asUsers = (ids: readonly string[]): UserId[] => ids.filter(isUserId).map(id => new UserId(id));

function parsed(json: string): DeviceMessage[] {
  const event: unknown = JSON.parse(json);
  return isRecord(event) ? [event] : [];
}
