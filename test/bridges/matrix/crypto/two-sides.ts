import type { RoomEncryption } from '../../../../bridges/matrix/crypto/encrypted-rooms.ts';
import { makeEngine } from '../../../../bridges/matrix/crypto/engine.ts';
import type { DeviceMessage } from '../../../../bridges/matrix/crypto/poll.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import { type AgentId, agentId } from '../../../../src/core/ids.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { type keyServer, names } from './key-server.ts';

export const room = '!room:keys.test';
export const ada = agentId('ada');
export const bruno = agentId('bruno');

const encryption: RoomEncryption = {
  algorithm: 'm.megolm.v1.aes-sha2',
  rotationMs: null,
  rotationMessages: null,
  forInvited: true,
  forNewcomers: true,
};
let events = 0;

/** How a room is encrypted, and who of those who may read has not come in. */
type More = Partial<RoomEncryption> & { readonly invited?: readonly AgentId[] };

/** An engine over a store, at a key server; as one process of Parley has it. */
export function engineAt(server: ReturnType<typeof keyServer>, store: Store) {
  const clock = heldClock();
  const log = keptLog();
  const heard: DeviceMessage[] = [];
  const engine = makeEngine({
    store,
    requests: server.requests,
    names,
    clock,
    log,
    onMessages: (_, all) => void heard.push(...all),
  });
  return {
    engine,
    /** What was sent to its devices, as far as it could be read. */
    heard,
    log,
    clock,
    /** Says something in the room, to whoever is named, and gives the event that the homeserver would give on. */
    async say(as: AgentId, text: string, to: readonly AgentId[], more: More = {}): Promise<RawEvent> {
      return this.send(as, { type: 'm.room.message', content: { msgtype: 'm.text', body: text } }, to, more);
    },
    /** The same for anything that may be encrypted. */
    async send(
      as: AgentId,
      what: { readonly type: string; readonly content: Record<string, unknown> },
      to: readonly AgentId[],
      { invited = [], ...more }: More = {},
    ): Promise<RawEvent> {
      const how = { ...encryption, ...more };
      const [readers, outside] = [to, invited].map(agents => agents.map(names.userId)) as [string[], string[]];
      // As if some time had gone by: then what others sent is looked for.
      const now = clock.now() + events * 60_000;
      const sealed = await engine.seal(as, { room, ...what, encryption: how, readers, invited: outside, now });
      const event = eventOf(as, sealed);
      server.timeline.push(event);
      return event;
    },
  };
}

export function eventOf(as: AgentId, content: Record<string, unknown>): RawEvent {
  events += 1;
  return {
    event_id: `$event${events}`,
    room_id: room,
    sender: names.userId(as),
    type: 'm.room.encrypted',
    origin_server_ts: 1_700_000_000_000,
    content,
  };
}
