import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isParleyError, ParleyError } from '../../../src/core/errors.ts';
import { externalIdOf } from '../../../src/core/ids.ts';
import type { PowerChange, RoomPower } from '../../../src/core/power.ts';
import type { ModeratesRooms } from '../../../src/ports/bridge-capabilities.ts';
import { answerAs } from '../answer.ts';
import { path } from '../path.ts';
import type { RoomsOptions } from '../rooms.ts';
import { type PowerContent, toPower, withChange } from './content.ts';
import { mergeContents } from './merge.ts';
import { type Place, powerType, readCreators, readEvent, readPower, readPowerEvent } from './read-power.ts';

const mostTries = 8;

export function moderating(options: RoomsOptions): ModeratesRooms {
  return {
    power: (chat, as) => readPower(options, { chat, as }),
    changePower: (chat, as, change) => changePower(options, { chat, as }, change),
  };
}

/** The levels as an event put them there. */
interface Standing {
  readonly id: string | null;
  readonly content: PowerContent;
}

/**
 * Matrix has no compare-and-set for state: who writes last wins. So the room is read again after writing, and what our event replaced is
 * compared with what we had read. If somebody else's change came in between, it is merged into what stands now, and written again.
 */
async function changePower(options: RoomsOptions, place: Place, change: PowerChange): Promise<RoomPower> {
  const { unbound, blank } = await readCreators(options, place);
  const read = async (): Promise<Standing> => {
    const event = await readPowerEvent(options, place);
    return { id: event?.event_id ?? null, content: event?.content ?? blank };
  };
  let base = await read();
  let wanted = withChange(base.content, change, options.names);
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (isDeepStrictEqual(wanted, base.content)) return toPower(base.content, unbound, options.names);
    const written = await write(options, place, wanted);
    const now = await read();
    const theirs =
      'id' in written ? await overwritten(options, place, { id: written.id, base }) : unlessSame(base, now);
    if ('refused' in written && theirs === null) throw written.refused;
    if (theirs === null) return toPower(now.content, unbound, options.names);
    wanted = mergeContents(base.content, theirs, 'id' in written ? now.content : wanted);
    base = now;
  }
  throw busy(place);
}

const put = z.object({ event_id: z.string() });

/** The id of the new event. A refusal is given and not thrown, as it may be because of what somebody else has just changed. */
async function write(
  { requests }: RoomsOptions,
  { chat, as }: Place,
  body: PowerContent,
): Promise<{ readonly id: string } | { readonly refused: ParleyError }> {
  const room = externalIdOf(chat);
  const what = `change who may do what in ${room}`;
  try {
    const answer = await requests.call({
      what,
      as,
      method: 'PUT',
      path: path('rooms', room, 'state', powerType, ''),
      body,
    });
    return { id: answerAs(put, what, answer).event_id };
  } catch (error) {
    if (isParleyError(error, 'BRIDGE_FORBIDDEN')) return { refused: error };
    throw error;
  }
}

/** What our event replaced, if that is not what we had read; null also where the homeserver does not tell. */
async function overwritten(
  options: RoomsOptions,
  place: Place,
  { id, base }: { readonly id: string; readonly base: Standing },
): Promise<PowerContent | null> {
  if (id === base.id) return null;
  const { replaces_state, prev_content } = (await readEvent(options, place, id)).unsigned;
  if (replaces_state === base.id || isDeepStrictEqual(prev_content, base.content)) return null;
  if (prev_content !== undefined) return prev_content;
  return replaces_state === undefined ? null : (await readEvent(options, place, replaces_state)).content;
}

const unlessSame = (base: Standing, now: Standing): PowerContent | null => (base.id === now.id ? null : now.content);

function busy({ chat }: Place): ParleyError {
  const message = `Could not change who may do what in ${externalIdOf(chat)}: others change it all the time. Try again.`;
  return new ParleyError('BRIDGE_REQUEST_FAILED', message, { retry: true });
}
