import { z } from 'zod';
import { ParleyError } from '../../../src/core/errors.ts';
import type { AgentId } from '../../../src/core/ids.ts';
import { answerAs } from '../answer.ts';
import { path } from '../path.ts';
import { asDevice, type Wired } from './outgoing.ts';
import { messageIndex } from './replays.ts';

/** The keys of a device have gone on elsewhere, as the room shows: this store is a copy that was made before, and its device may not be used any more. */
export class SetBack extends ParleyError {
  constructor(agent: AgentId) {
    super(
      'DEVICE_TAKEN',
      `The keys of ${agent} have gone on elsewhere. They are not used; the agent gets a new device.`,
      {
        retry: true,
      },
    );
  }
}

/** What was sent since a copy was made and before the homeserver was told how far the keys are: that takes some seconds at most. */
const mostLooked = 50;
const own = z.object({
  chunk: z.array(z.looseObject({ content: z.looseObject({ session_id: z.unknown(), ciphertext: z.unknown() }) })),
});

/**
 * Throws `SetBack` where a message of the same session with this number, or a later one, stands in the room already. Looks there once for each session
 * that the device goes on with after it was opened.
 */
export async function refuseUsed(wired: Wired, room: string, sealed: Readonly<Record<string, unknown>>): Promise<void> {
  const { device } = wired;
  const { session_id: session, ciphertext } = sealed;
  const index = messageIndex(ciphertext);
  // A session that begins was never used.
  if (index > 0 && device.connection.checked.get(room) !== session) {
    const what = `look how far the keys of ${device.agent} are`;
    const filter = JSON.stringify({ senders: [device.userId], types: ['m.room.encrypted'] });
    const query = { dir: 'b', limit: mostLooked, filter };
    const where = path('rooms', room, 'messages');
    const { chunk } = answerAs(own, what, await asDevice(wired, { what, method: 'GET', path: where, query }));
    const isUsed = chunk.some(
      ({ content }) => content.session_id === session && messageIndex(content.ciphertext) >= index,
    );
    if (isUsed) throw new SetBack(device.agent);
  }
  device.connection.checked.set(room, session);
}
