import type { MemberId, MessageId } from '../../core/ids.ts';
import { type Message, forgotten as withoutText } from '../../core/message.ts';
import type { Task } from '../../core/tasks/task.ts';
import type { TaskStep } from '../../core/tasks/task-step.ts';
import { withoutWish } from '../../core/tasks/without-wish.ts';
import type { PartBody, StandingBody, Turn } from '../../core/turn.ts';
import type { Stored } from '../../ports/store.ts';
import { renamed } from './about-person.ts';

/** Who is forgotten, and what stands in their place. */
export interface Forgetting {
  readonly person: MemberId;
  /** How the network names them. */
  readonly address: string;
  /** A made-up address that nobody can be found by. */
  readonly standIn: string;
}

/** A line of the log without what the person said; its id and place stay, so that it is neither read from the network again nor missed. */
export function forgottenLine(message: Message, forgetting: Forgetting, isAnswer: boolean): Message {
  const { person, address, standIn } = forgetting;
  const isTheirs = message.from === person || (message.messageType === 'membership' && message.member === person);
  const blank = isTheirs || isAnswer ? withoutDetails(withoutText(message)) : message;
  return renamed(blank, address, standIn);
}

function withoutDetails(message: Message): Message {
  switch (message.messageType) {
    case 'reaction':
      return { ...message, key: '' };
    case 'membership':
      return { ...message, name: null };
    case 'room': {
      const { name: _, topic: __, ...rest } = message;
      return rest;
    }
    default:
      return message;
  }
}

/** A turn that answered the person: how it went stays, what was said does not. One that is not done yet is asked to stop first. */
export function forgottenTurn(turn: Turn, { address, standIn }: Forgetting, isTheirs: boolean): Turn {
  if (!isTheirs) return renamed(turn, address, standIn);
  if (turn.state !== 'done') return turn.stop === null ? { ...turn, stop: 'redacted' } : turn;
  const blank: Turn = {
    ...turn,
    reason: 'forgotten',
    ...(turn.offers === undefined ? {} : { offers: '' }),
    reply: turn.reply === null ? null : '',
    error: turn.error === null ? null : { ...turn.error, message: '' },
    parts: turn.parts.map(part => ({ ...part, body: withoutWords(part.body) })),
  };
  return renamed(JSON.stringify(blank) === JSON.stringify(turn) ? turn : blank, address, standIn);
}

function withoutWords(body: PartBody): PartBody {
  if (body.kind === 'removed') return { ...body, was: blank(body.was) };
  return blank(body);
}

const blank = (body: StandingBody): StandingBody =>
  body.kind === 'attachment' ? { ...body, name: '' } : { ...body, text: '' };

/** A step of somebody else's task, without what the person said to its agent. */
export function forgottenStep(step: TaskStep, theirs: ReadonlySet<MessageId>): TaskStep {
  const heard = step.heard.map(one => (theirs.has(one.message) ? { ...one, text: '' } : one));
  const calls = step.calls.map(call => (call.read?.some(id => theirs.has(id)) ? { ...call, result: '' } : call));
  const blank = { ...step, heard, calls };
  return JSON.stringify(blank) === JSON.stringify(step) ? step : blank;
}

/** A task of somebody who is forgotten. */
const forgottenTask = (task: Task, person: MemberId): Task => ({
  ...withoutWish(task, { title: 'forgotten', said: { by: person, at: task.updatedAt, agent: null } }),
  open: false,
});

/** Any other document that names the person; null: it is about them alone, and goes. */
export function forgottenDocument(stored: Stored, forgetting: Forgetting): Stored['document'] | null {
  const { person, address, standIn } = forgetting;
  const { collection, document } = stored;
  switch (collection) {
    case 'budgets':
    case 'budget_limits':
      return document.holder.id === person ? null : renamed(document, address, standIn);
    case 'settings':
    case 'dead_letters':
      return null;
    case 'tasks':
      return renamed(document.askedBy === person ? forgottenTask(document, person) : document, address, standIn);
    case 'chats': {
      const others = Object.entries(document.names).filter(([id]) => id !== person);
      const isTheirs = document.chatType === 'private' && document.participants.includes(person);
      const bare = {
        ...document,
        names: Object.fromEntries(others),
        participants: document.participants.filter(id => id !== person),
        ...(isTheirs ? { name: null, topic: null } : {}),
      };
      return renamed(bare, address, standIn);
    }
    case 'speaker_queues': {
      const queue = document.queue.filter(one => one.kind !== 'person' || one.person !== person);
      const reasons = queue.map(one => (one.reason.startsWith('asked by') ? { ...one, reason: 'asked' } : one));
      const overheard = document.overheard.filter(one => one.from !== person && one.person !== person);
      return renamed({ ...document, queue: reasons, overheard }, address, standIn);
    }
    default:
      return renamed(document, address, standIn);
  }
}
