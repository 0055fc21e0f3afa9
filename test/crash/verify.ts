import type { Answer } from '../e2e/driver/answer.ts';
import { answersTo, isComplete } from '../e2e/driver/answer.ts';
import type { RoomMessage, RoomView } from '../e2e/driver/room-view.ts';
import { calledInAnswer, expectedSpeakers, isCommand, isExpected } from './exchange.ts';

export const faultKinds = [
  'missing',
  'doubled',
  'incomplete',
  'wrong text',
  'notice',
  'disorder',
  'introduced twice',
  'hand-over',
  'life',
  'out of turn',
  'locked out',
  'not put right',
  'floor stuck',
  'left over',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault<Kind extends string = FaultKind> {
  readonly kind: Kind;
  readonly room: string;
  readonly what: string;
}

export interface RoomToCheck {
  readonly id: string;
  readonly view: RoomView;
  /** The name of the agent in a dialogue. */
  readonly partner: string | undefined;
  /** Agents' user ids by name. */
  readonly agents: Readonly<Record<string, string>>;
}

/** Everything that is wrong in a room: each message has exactly one complete answer of each agent asked, in order. */
export function verifyRoom(room: RoomToCheck): { readonly faults: Fault[]; readonly answers: number } {
  const faults: Fault[] = [];
  const agentIds = new Set(Object.values(room.agents));
  const messages = room.view.messages();
  const begun: string[] = [];
  let answers = 0;
  for (const asked of messages.filter(message => !agentIds.has(message.sender))) {
    const speakers = expectedSpeakers(asked.body, room.partner);
    for (const [index, name] of speakers.entries()) {
      const found = findAnswers(room, asked, name);
      faults.push(...judge(room, asked, { name, first: index === 0, found }), ...handOvers(room, asked, found[0]));
      answers += Math.min(1, found.length);
      // A command is answered beside whoever speaks.
      if (!isCommand(asked.body)) begun.push(...found.slice(0, 1).map(answer => answer.message.id));
    }
  }
  faults.push(...disorder(room, messages, begun), ...entrances(room, messages));
  return { faults, answers };
}

interface Judged {
  readonly name: string;
  readonly first: boolean;
  readonly found: readonly Answer[];
}

function judge(room: RoomToCheck, asked: RoomMessage, { name, first, found }: Judged): Fault[] {
  const fault = (kind: FaultKind, detail = ''): Fault[] => [
    { kind, room: room.id, what: `${asked.id} "${asked.body.slice(0, 80)}" by ${name} ${detail}`.trim() },
  ];
  const [answer] = found;
  if (answer === undefined) return fault('missing');
  if (found.length > 1) {
    const each = found.map(({ message: { id, mark }, text }) => `${id} (${mark?.turn}) ${excerpt(text)}`);
    return fault('doubled', `${found.length} answers: ${each.join(' and ')}`);
  }
  const indexes = answer.parts.map(part => part.mark?.part ?? 0);
  if (new Set(indexes).size < indexes.length) return fault('doubled', `parts ${indexes.join()}`);
  if (!isComplete(answer)) return fault('incomplete');
  if (!isCommand(asked.body) && answer.parts.some(part => part.msgtype === 'm.notice'))
    return fault('notice', answer.text);
  if (first && !isExpected(asked.body, answer.text)) return fault('wrong text', excerpt(answer.text));
  return [];
}

function findAnswers(room: RoomToCheck, asked: RoomMessage, name: string): Answer[] {
  return answersTo(room.view, asked.id).filter(answer => answer.sender === room.agents[name]);
}

/** Answers must begin in the order of what they answer. */
function disorder(room: RoomToCheck, messages: readonly RoomMessage[], begun: readonly string[]): Fault[] {
  const places = new Map(messages.map((message, index) => [message.id, index]));
  const order = begun.map(id => places.get(id) ?? -1);
  return order.flatMap((place, index) =>
    index > 0 && place < (order[index - 1] ?? 0)
      ? [
          {
            kind: 'disorder' as const,
            room: room.id,
            what: `${about(messages, begun[index])} stands before ${about(messages, begun[index - 1])}`,
          },
        ]
      : [],
  );
}

const timeOf = (message: RoomMessage | undefined): string =>
  message === undefined ? 'never' : new Date(message.sentAt).toISOString().slice('yyyy-mm-ddT'.length, -1);

/** An answer, with what it answers, and when both were written. */
function about(messages: readonly RoomMessage[], id: string | undefined): string {
  const answer = messages.find(message => message.id === id);
  const place = messages.findIndex(message => message.id === answer?.mark?.trigger);
  const asked = messages[place];
  return `${id} of ${timeOf(answer)} (to no. ${place}, "${asked?.body.slice(0, 20)}" of ${timeOf(asked)})`;
}

/** A colleague to whom an answer hands over answers it once. */
function handOvers(room: RoomToCheck, asked: RoomMessage, answer: Answer | undefined): Fault[] {
  const called = calledInAnswer(asked.body);
  if (answer === undefined || called === undefined) return [];
  const found = findAnswers(room, answer.message, called);
  const isDone = found.length === 1 && found.every(isComplete);
  const what = `${answer.message.id} to ${called}: ${found.length} answers`;
  return isDone ? [] : [{ kind: 'hand-over', room: room.id, what }];
}

/** An agent introduces itself once at most; it says goodbye when it is retired, once, and not otherwise. */
function entrances(room: RoomToCheck, messages: readonly RoomMessage[]): Fault[] {
  return Object.entries(room.agents).flatMap(([name, id]) => {
    const own = messages.filter(
      ({ sender, mark, msgtype }) => sender === id && mark?.trigger == null && msgtype === 'm.text',
    );
    const farewells = own.filter(({ body }) => body.includes('Goodbye!')).length;
    const retired = messages.filter(({ body }) => body === `!agent retire ${name}`).length;
    const came = own.length - farewells;
    const fault = (kind: FaultKind, what: string): Fault => ({ kind, room: room.id, what: `${name}: ${what}` });
    return [
      ...(came > 1 ? [fault('introduced twice', `${came} times`)] : []),
      ...(farewells === retired ? [] : [fault('life', `${farewells} farewells, ${retired} times retired`)]),
    ];
  });
}

function excerpt(text: string): string {
  return `(${text.length} characters) ${text.slice(0, 60)} … ${text.slice(-60)}`;
}
