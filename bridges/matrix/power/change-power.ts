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
import {
  type Place,
  type PowerEvent,
  powerType,
  readCreators,
  readEvent,
  readLatest,
  readPower,
  readPowerEvent,
} from './read-power.ts';

const mostTries = 8;
const lookAgainMs = 1_000;

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

/** What somebody changed, from `before` to `after`, and an event of ours took back without knowing of it. */
interface Lost {
  readonly before: PowerContent;
  readonly after: PowerContent;
}

/**
 * Matrix has no compare-and-set for state: who writes last wins. So the room is read again after writing, and what our event replaced is
 * compared with what we had read. If somebody else's change came in between, it is merged into what stands now, and written again; and as
 * they may have gone on meanwhile from what we had left of it, it is looked at once more a moment later.
 */
async function changePower(options: RoomsOptions, place: Place, change: PowerChange): Promise<RoomPower> {
  const { unbound, blank } = await readCreators(options, place);
  const read = async (): Promise<Standing> => {
    const event = await readPowerEvent(options, place);
    return { id: event?.event_id ?? null, content: event?.content ?? blank };
  };
  const losses: Lost[] = [];
  let now = await read();
  let wanted = withChange(now.content, change, options.names);
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (isDeepStrictEqual(wanted, now.content) && losses.length > 0) {
      await new Promise<void>(resolve => options.clock.after(lookAgainMs, resolve));
      now = await read();
      wanted = withLosses(now.content, losses);
    }
    if (isDeepStrictEqual(wanted, now.content)) return toPower(now.content, unbound, options.names);
    const written = await write(options, place, { before: now, wanted, read });
    ({ now, wanted } = written);
    losses.push(...written.lost);
  }
  throw busy(place);
}

interface Written {
  readonly now: Standing;
  /** What should stand there: the same, unless somebody else wrote at the same time. */
  readonly wanted: PowerContent;
  readonly lost: readonly Lost[];
}

/** Writes, and finds out whether anybody wrote since `before`. */
async function write(
  options: RoomsOptions,
  place: Place,
  given: { readonly before: Standing; readonly wanted: PowerContent; readonly read: () => Promise<Standing> },
): Promise<Written> {
  const { before, wanted: ours } = given;
  const sent = await send(options, place, ours);
  const now = await given.read();
  if ('refused' in sent) {
    if (now.id === before.id) throw sent.refused;
    return { now, wanted: mergeContents(before.content, now.content, ours), lost: [] };
  }
  const lost = await changedSince(options, place, { id: sent.id, before });
  const both = lost.reduce((content, theirs) => mergeContents(theirs.before, theirs.after, content), ours);
  // Somebody may have written after us, too: from what we had left.
  return { now, wanted: lost.length === 0 ? now.content : mergeContents(ours, now.content, both), lost };
}

/** What was lost comes back where it still stands as it was before. */
const withLosses = (content: PowerContent, losses: readonly Lost[]): PowerContent =>
  losses.reduce((now, { before, after }) => mergeContents(before, now, after), content);

const put = z.object({ event_id: z.string() });

/** The id of the new event. A refusal is given and not thrown, as it may be because of what somebody else has just changed. */
async function send(
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

/**
 * What others changed since `before`, oldest first. The history tells of it also where their event stood beside ours and lost: a homeserver
 * takes several at once. Where it does not reach back so far, what our event replaced tells.
 */
async function changedSince(
  options: RoomsOptions,
  place: Place,
  { id, before }: { readonly id: string; readonly before: Standing },
): Promise<Lost[]> {
  if (id === before.id) return [];
  const latest = await readLatest(options, place);
  const since = latest.findIndex(event => event.event_id === before.id);
  const events = since === -1 ? await replacedBy(options, place, { id, before }) : latest.slice(0, since);
  return events
    .filter(event => event.event_id !== id)
    .map(({ content, unsigned }) => ({ before: unsigned.prev_content ?? before.content, after: content }))
    .reverse();
}

async function replacedBy(
  options: RoomsOptions,
  place: Place,
  { id, before }: { readonly id: string; readonly before: Standing },
): Promise<PowerEvent[]> {
  const { replaces_state } = (await readEvent(options, place, id)).unsigned;
  if (replaces_state === undefined || replaces_state === before.id) return [];
  const replaced = await readEvent(options, place, replaces_state);
  return [{ ...replaced, unsigned: { prev_content: before.content } }];
}

function busy({ chat }: Place): ParleyError {
  const message = `Could not change who may do what in ${externalIdOf(chat)}: others change it all the time. Try again.`;
  return new ParleyError('BRIDGE_REQUEST_FAILED', message, { retry: true });
}
