import { mayPass, ParleyError } from '../../core/errors.ts';
import { type Part, removed, type StandingBody, type Turn } from '../../core/turn.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { canRedact } from '../../ports/bridge-capabilities.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { standIn } from './delivery.ts';
import { findPart } from './find-sent.ts';

/** Whether the question was taken back while something of its answer is, or may be, in the room. */
export const isTakenBack = (turn: Turn): boolean => turn.stop === 'redacted' && turn.parts.some(isStanding);

const isStanding = (part: Part): boolean => part.body.kind !== 'removed';
const isUnsent = (part: Part): boolean => part.state === 'pending' && isStanding(part);

/** The question was taken back while its answer was on its way: what is out goes, the rest never goes out. */
export async function takeBack(parley: Installation, turn: Turn, bridge: Bridge): Promise<Turn> {
  const seen = await withUnmarked(parley, turn, bridge);
  const stored = await change(parley.store.collection('turns'), turn._id, (current): Turn => {
    const found = current.parts.map((part, index) => (isUnsent(part) ? (seen[index] ?? part) : part));
    const parts = found.filter(part => !isUnsent(part)).map(removed);
    return { ...current, parts, outcome: 'dropped', state: parts.length === 0 ? 'done' : 'replied' };
  });
  return stored ?? { ...turn, state: 'done' };
}

/** The next message to send may have gone out just before a crash, or before an answer that never came: the room tells. */
async function withUnmarked(parley: Installation, turn: Turn, bridge: Bridge): Promise<readonly Part[]> {
  const index = turn.parts.findIndex(isUnsent);
  const part = turn.parts[index];
  if (part === undefined || part.body.kind === 'removed') return turn.parts;
  const externalId = await findUnlessRefused(parley, { turn, bridge, part: index, body: standIn(part.body) });
  return externalId === null ? turn.parts : turn.parts.with(index, { ...part, state: 'opened', externalId });
}

/** An agent that may not read the room any more may not remove anything there either; it must not ask for ever. */
async function findUnlessRefused(parley: Installation, wanted: Parameters<typeof findPart>[0]): Promise<string | null> {
  try {
    return await findPart(wanted);
  } catch (error) {
    if (mayPass(error) || !(error instanceof ParleyError)) throw error;
    const { _id, chat } = wanted.turn;
    parley.log.info({ turn: _id, chat, err: error }, 'Could not see whether an answer went out that is taken back.');
    return null;
  }
}

/** Takes a message of the turn out of the room, if it is there. Gives its id, or null where nothing is to be removed. */
export async function remove(
  bridge: Bridge,
  turn: Turn,
  given: { readonly part: Part; readonly index: number; readonly was: StandingBody },
): Promise<string | null> {
  const { part, index, was } = given;
  if (!canRedact(bridge)) return null;
  // That it is about to be opened is stored before: it may never have gone out, and then it must not go out now.
  const externalId = part.externalId ?? (await findPart({ turn, bridge, part: index, body: standIn(was) }));
  if (externalId === null) return null;
  await bridge.redact({
    chat: turn.chat,
    as: turn.agent,
    externalId,
    deliveryId: `${turn._id}/${index}/removed`,
    reason: 'The question was taken back.',
  });
  return externalId;
}
