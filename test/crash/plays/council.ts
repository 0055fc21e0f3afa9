import { setTimeout as sleep } from 'node:timers/promises';
import { MatrixError } from '../../e2e/driver/matrix-http.ts';
import type { Person } from '../../e2e/driver/person.ts';
import { type RoomView, record } from '../../e2e/driver/room-view.ts';
import type { Book, Play } from '../book.ts';
import type { Random } from '../random.ts';
import { reactForSure, surely } from '../send.ts';

/** A moderated room: who is in the chair may always speak, the others when they have the floor. */
export interface Council {
  readonly id: string;
  readonly chair: Person;
  readonly members: readonly Person[];
  /** Never asks for the floor. */
  readonly intruder: Person;
  /** How often each has asked for the floor, by user id. */
  readonly hands: Map<string, number>;
}

const mostWaiting = 3;
const patienceMs = 120_000;
/** Nobody may give more than thirty commands a minute. */
const pauseOfTwoMs = 4_500;
const holdersLevel = 10;
const brings = ['power.', 'floor.ordered'];

/** What goes on there: the chair asks agents and gives orders, members ask for the floor, and somebody tries to speak without it. */
export const councilPlays = (book: Book, council: Council, random: Random): Play[] => [
  chairTalks(book, council, random),
  chairOrders(book, council),
  ...council.members.map(member => raisesHand({ book, council, member, random })),
  intrudes(book, council),
];

const chairTalks = (book: Book, { id, chair }: Council, random: Random): Play => ({
  rest: [200, 1_000],
  brings,
  async act() {
    if (book.waiting(id) >= mostWaiting) return void (await sleep(25));
    await book.say(chair, id, key => `@${random.pick(['Ada', 'Bruno'])}: ${key} [[say: ${key} said]]`);
  },
});

const chairOrders = (book: Book, { id, chair }: Council): Play => ({
  rest: [pauseOfTwoMs, 8_000],
  async act() {
    await book.say(chair, id, () => '!floor hold');
    await sleep(300);
    const { id: order } = await book.say(chair, id, () => '!floor resume');
    await book.within(patienceMs, () => book.isAnswered(id, order, 'parley') || undefined);
  },
});

interface Hand {
  readonly book: Book;
  readonly council: Council;
  readonly member: Person;
  readonly random: Random;
}

/** ✋ on the card, and with the floor: a message, ⏭, or nothing until the slot is over. */
const raisesHand = ({ book, council, member, random }: Hand): Play => ({
  rest: [1_000, 5_000],
  brings,
  async act(step) {
    const { id } = council;
    const view = member.view(id);
    const card = await book.within(patienceMs, () => cardOf(view));
    if (card === null) return void book.faults.push({ kind: 'floor stuck', room: id, what: 'there is no card' });
    council.hands.set(member.id, (council.hands.get(member.id) ?? 0) + 1);
    const hand = await reactForSure(member, id, { target: card, key: '✋' });
    const since = new Date().toISOString();
    const granted = await book.within(patienceMs, () => hasFloor(view, member) || undefined);
    const what = `${member.id} asked by ${hand} at ${since} and did not get the floor`;
    if (granted === null && cardOf(view) === card) book.faults.push({ kind: 'floor stuck', room: id, what });
    if (granted !== null) await useFloor({ book, council, member, random }, { card, inHurry: step !== null });
    await surely(() => member.redact(id, hand));
  },
});

async function useFloor(
  { book, council, member, random }: Hand,
  { card, inHurry }: { readonly card: string; readonly inHurry: boolean },
): Promise<void> {
  const { id } = council;
  const how = random.next();
  if (how < 0.6 || inHurry) await saysWithFloor(book, member, id);
  else if (how < 0.85) {
    const over = await reactForSure(member, id, { target: card, key: '⏭' });
    await book.within(patienceMs, () => !hasFloor(member.view(id), member) || undefined);
    await surely(() => member.redact(id, over));
  }
  const gaveBack = await book.within(patienceMs, () => !hasFloor(member.view(id), member) || undefined);
  if (gaveBack === null) book.faults.push({ kind: 'floor stuck', room: id, what: `${member.id} kept the floor` });
}

/** Refused where the slot has just ended; then nothing was said. */
async function saysWithFloor(book: Book, member: Person, id: string): Promise<void> {
  try {
    await book.say(member, id, key => `@Ada: ${key} [[say: ${key} said]]`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

const intrudes = (book: Book, { id, intruder }: Council): Play => ({
  rest: [1_000, 3_000],
  async act() {
    try {
      const spoken = await surely(() => intruder.say(id, 'I did not ask for the floor.'));
      book.faults.push({ kind: 'out of turn', room: id, what: spoken });
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  },
});

const isRefusal = (error: unknown): boolean => error instanceof MatrixError && error.status === 403;

/** The card of the room, as people see it; undefined where there is none. */
export const cardOf = (view: RoomView): string | undefined =>
  view
    .messages()
    .findLast(
      ({ sender, redacted, body }) => sender.startsWith('@parley:') && !redacted && body.startsWith('**Floor**'),
    )?.id;

const levelsOf = (view: RoomView) => record(view.state.get('m.room.power_levels ')?.content) ?? {};

const hasFloor = (view: RoomView, { id }: Person): boolean => holders(levelsOf(view)).includes(id);

/** Whether only the holder of the floor and those who lead the room can send. */
export const isEnforced = (view: RoomView): boolean => levelsOf(view).events_default === holdersLevel;

/** Whom the room's levels let speak though they lead nothing. */
export const holders = (levels: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(record(levels.users) ?? {}).flatMap(([user, level]) => (level === holdersLevel ? [user] : []));
