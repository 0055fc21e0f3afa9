import type { ExternalWorld } from '../../e2e/driver/external-world.ts';
import { clientPath } from '../../e2e/driver/matrix-http.ts';
import type { Book, Play } from '../book.ts';
import { surely } from '../send.ts';
import type { JudgedRoom } from './judge-sealed.ts';
import type { SealedRoom } from './open-sealed.ts';
import { SealedSpeaker } from './sealed-speaker.ts';
import { readingFaults } from './verify-sealed.ts';

/** An encrypted room with one agent, in which others than its maker come and go. */
export interface Reception {
  readonly world: ExternalWorld;
  readonly book: Book;
  readonly room: SealedRoom;
  /** The name of the agent. */
  readonly name: string;
  /** What those have read who are gone. */
  readonly visited: JudgedRoom[];
  readonly rest: Play['rest'];
}

const patienceMs = 120_000;
/** So that the last one needs another session. */
const messages = 4;

/**
 * Somebody new comes with a client of their own and speaks at once, so that their client begins the channel by which keys go to the agent: what one
 * call of the library changes then is several of its transactions. They are gone when they have read all.
 */
export const receives = ({ world, book, room, name, visited, rest }: Reception): Play => ({
  rest,
  async act() {
    const [host] = room.people;
    const guest = new SealedSpeaker(await surely(() => world.newSecretPerson('Guest')));
    await surely(() => host.request('POST', clientPath('rooms', room.id, 'invite'), { body: { user_id: guest.id } }));
    await surely(() => guest.request('POST', clientPath('join', room.id)));
    for (let nth = 0; nth < messages; nth += 1) {
      const { id } = await book.say(guest, room.id, key => `@${name}: ${key} [[say: ${key} said]]`);
      await book.within(patienceMs, () => book.isAnswered(room.id, id, name) || isUnread(guest, room.id) || undefined);
    }
    const events = await surely(() => guest.read(room.id));
    const faults = readingFaults({ room: room.id, reader: guest.id, events });
    visited.push({ faults, answers: 0, read: events.length, uses: [] });
    await surely(() => guest.request('POST', clientPath('rooms', room.id, 'leave')));
    guest.secret.stop();
  },
});

const isUnread = (guest: SealedSpeaker, room: string): boolean =>
  guest
    .view(room)
    .messages()
    .some(({ msgtype }) => msgtype === 'm.notice');
