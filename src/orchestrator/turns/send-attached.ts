import type { AttachedFile, Turn } from '../../core/turn.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { canSendFiles } from '../../ports/bridge-capabilities.ts';
import type { Installation } from '../installation.ts';
import { chatOf, deliveryOf } from './delivery.ts';
import { findUnlessRecent, sendUnlessThere } from './find-sent.ts';

interface Sending {
  readonly turn: Turn;
  readonly index: number;
  readonly bridge: Bridge;
}

/**
 * Sends a file of a task. Where the network takes none, or the file is not there any more, its name stands there instead. Repeats: as of any
 * other part.
 */
export async function sendAttached(parley: Installation, sending: Sending, body: AttachedFile): Promise<string> {
  const { turn, index, bridge } = sending;
  const stored = canSendFiles(bridge) ? await parley.store.collection('task_files').get(body.file) : null;
  const chat = await chatOf(parley, turn);
  const named = deliveryOf(turn, {
    part: index,
    body: { kind: 'markdown', text: unsendable(body), notice: true },
    state: 'complete',
    chat,
  });
  if (stored === null || !canSendFiles(bridge)) return sendUnlessThere(parley, sending, named);
  const { body: _, ...delivery } = named;
  const data = new Uint8Array(Buffer.from(stored.data, 'base64'));
  const found = await findUnlessRecent(parley, sending, named);
  return found ?? bridge.sendFile({ ...delivery, file: { name: body.name, mimeType: body.mimeType, data } });
}

/** What stands in the place of a file. */
export const unsendable = ({ name }: AttachedFile): string =>
  `(A file that can’t be sent here: \`${name.replaceAll('`', "'")}\`)`;
