import type { OutgoingBody, Turn } from '../../core/turn.ts';
import type { Bridge, Delivery } from '../../ports/bridge.ts';
import { canFindSent } from '../../ports/bridge-capabilities.ts';
import type { Installation } from '../installation.ts';
import { deliveryOf } from './delivery.ts';

/** Synapse forgets a delivery id after 24 hours. */
const surelyKnownMs = 12 * 3_600_000;
/** The network's clock may go wrong by so much against ours. */
const clocksDifferMs = 3_600_000;

/**
 * Sends a message of a turn, or gives the id of the one that stands in the room already. What may have been sent so long ago that the network
 * has forgotten its delivery id is looked for first. When it was first tried is not known; it can't have been before the turn was there.
 */
export async function sendUnlessThere(
  parley: Pick<Installation, 'clock' | 'log'>,
  { turn, bridge }: { readonly turn: Turn; readonly bridge: Bridge },
  delivery: Delivery,
): Promise<string> {
  return (await findUnlessRecent(parley, { turn, bridge }, delivery)) ?? bridge.send(delivery);
}

/** The id of a message that was sent so long ago that the network has forgotten its delivery id; null where it is not there, or not so old. */
export async function findUnlessRecent(
  parley: Pick<Installation, 'clock' | 'log'>,
  { turn, bridge }: { readonly turn: Turn; readonly bridge: Bridge },
  delivery: Delivery,
): Promise<string | null> {
  const isRecent = parley.clock.now() - turn.createdAt <= surelyKnownMs;
  if (isRecent || !canFindSent(bridge)) return null;
  const found = await bridge.findSent(delivery, turn.createdAt - clocksDifferMs);
  if (found !== null)
    parley.log.info({ turn: turn._id, part: delivery.mark.part }, 'A message was in the room already.');
  return found;
}

/** The id of a message that the turn may have sent; null where it is not in the room, or where the network can't be asked. */
export async function findPart(wanted: {
  readonly turn: Turn;
  readonly bridge: Bridge;
  readonly part: number;
  readonly body: OutgoingBody;
}): Promise<string | null> {
  const { turn, bridge, part, body } = wanted;
  if (!canFindSent(bridge)) return null;
  return bridge.findSent(
    deliveryOf(turn, { part, body, state: 'complete', chat: null }),
    turn.createdAt - clocksDifferMs,
  );
}
