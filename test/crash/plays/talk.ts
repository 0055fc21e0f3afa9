import { setTimeout as sleep } from 'node:timers/promises';
import type { Book, Play } from '../book.ts';
import { nextMessage } from '../exchange.ts';
import type { LoadedRoom } from '../progress.ts';
import type { Random } from '../random.ts';

const mostWaiting = 4;
const streams = 'stream.';

/** People talk in a room; in a group an agent now and then hands over to another one. */
export const talk = (book: Book, room: LoadedRoom, random: Random, rest: Play['rest'] = [10, 250]): Play => ({
  rest,
  brings: [streams],
  async act(step) {
    if (book.waiting(room.id) >= mostWaiting) return void (await sleep(25));
    const dialogue = room.partner !== undefined;
    const slow = step?.startsWith(streams) ?? false;
    await book.say(random.pick(room.people), room.id, key => nextMessage(random, { dialogue, slow }, key));
  },
});
