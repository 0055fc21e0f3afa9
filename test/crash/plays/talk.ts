import { setTimeout as sleep } from 'node:timers/promises';
import type { Book, Play } from '../book.ts';
import { nextMessage } from '../exchange.ts';
import type { LoadedRoom } from '../progress.ts';
import type { Random } from '../random.ts';

const mostWaiting = 4;
const streams = 'stream.';

interface Manner {
  /** How long they rest, in milliseconds. */
  readonly rest: Play['rest'];
  /** How many of their messages may be answered at length; of one. */
  readonly lengthy: number;
  /** Whether they ask for nothing but what grows for seconds. Default: no. */
  readonly growing?: boolean;
}

/** Without a pause. */
const busy: Manner = { rest: [10, 250], lengthy: 1 };

/** People talk in a room; in a group an agent now and then hands over to another one. */
export const talk = (
  book: Book,
  room: LoadedRoom,
  random: Random,
  { rest, lengthy, growing = false }: Manner = busy,
): Play => ({
  rest,
  brings: [streams],
  async act(step) {
    if (book.waiting(room.id) >= (growing ? 1 : mostWaiting)) return void (await sleep(25));
    const dialogue = room.partner !== undefined;
    const slow = step?.startsWith(streams) ?? false;
    const brief = lengthy < 1 && random.next() > lengthy;
    await book.say(random.pick(room.people), room.id, key =>
      nextMessage(random, { dialogue, slow, brief, growing }, key),
    );
  },
});
