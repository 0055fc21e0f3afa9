import type { ChaosFault, ChaosKind } from './faults.ts';
import type { Stored } from './read-stored.ts';

const fault = (kind: ChaosKind, room: string, what: string): ChaosFault => ({ kind, room, what });

/** What is wrong in the store once everything is calm; `living` are the processes that run, by their process ids at the machine. */
export function verifyStored(stored: Stored, living: readonly number[]): ChaosFault[] {
  return [
    ...numbering(stored),
    ...behind(stored),
    ...orphans(stored),
    ...crewFaults(stored, living),
    ...stored.dead_letters.map(letter => fault('dead letter', '', JSON.stringify(letter).slice(0, 300))),
  ];
}

/** The lines of a room are numbered 1, 2, 3, … */
function numbering({ messages }: Pick<Stored, 'messages'>): ChaosFault[] {
  return [...Map.groupBy(messages, line => line.chat)].flatMap(([chat, lines]) => {
    const orders = lines.map(({ order }) => order).sort((a, b) => a - b);
    const wrong = orders.findIndex((order, index) => order !== index + 1);
    return wrong < 0 ? [] : [fault('log numbering', chat, `${orders[wrong]} stands where ${wrong + 1} should`)];
  });
}

/** Every line has been dealt with. */
function behind({ messages, speaker_queues: floors }: Pick<Stored, 'messages' | 'speaker_queues'>): ChaosFault[] {
  const through = new Map(floors.map(floor => [floor._id, floor.handledThrough]));
  return [...Map.groupBy(messages, line => line.chat)].flatMap(([chat, lines]) => {
    const last = Math.max(...lines.map(({ order }) => order));
    const handled = through.get(chat) ?? 0;
    return handled >= last ? [] : [fault('floor stuck', chat, `dealt with ${handled} of ${last} lines`)];
  });
}

/** What belongs to something that is not there. */
function orphans({ messages, turns, chats, agent_chats, speaker_queues }: Stored): ChaosFault[] {
  const rooms = new Set<string>(chats.map(({ _id }) => _id));
  const lines = new Set<string>(messages.map(({ _id }) => _id));
  const known = new Set<string>(turns.map(({ _id }) => _id));
  const homeless = (kind: string, documents: readonly { readonly _id: string; readonly chat: string }[]) =>
    documents.filter(({ chat }) => !rooms.has(chat)).map(({ _id, chat }) => fault('orphan', chat, `${kind} ${_id}`));
  return [
    ...homeless('turn without its chat', turns),
    ...homeless('line without its chat', messages),
    ...homeless('membership without its chat', agent_chats),
    ...homeless(
      'floor without its chat',
      speaker_queues.map(({ _id }) => ({ _id, chat: _id })),
    ),
    ...turns
      .filter(({ trigger }) => trigger !== null && !lines.has(trigger))
      .map(({ _id, chat, trigger }) => fault('orphan', chat, `turn ${_id} without its message ${trigger}`)),
    ...messages
      .filter(({ cause }) => cause !== null && !known.has(cause))
      .map(({ _id, chat, cause }) => fault('orphan', chat, `line ${_id} without its turn ${cause}`)),
    ...turns
      .filter(({ state, outcome, parts }) => state === 'done' && outcome === 'answered' && parts.some(isUnsent))
      .map(({ _id, chat }) => fault('orphan', chat, `turn ${_id} is done and not all of it was sent`)),
  ];
}

const isUnsent = ({ state, externalId, body }: Stored['turns'][number]['parts'][number]): boolean =>
  body.kind !== 'removed' && (state !== 'sent' || externalId === null);

/** Whoever has something lives, and whoever lives is known. */
export function crewFaults({ processes, leases }: Pick<Stored, 'processes' | 'leases'>, living: readonly number[]) {
  const alive = processes.filter(({ pid, state }) => state === 'here' && living.includes(pid));
  const ids = new Set<string>(alive.map(({ _id }) => _id));
  return [
    ...processes
      .filter(({ _id }) => !ids.has(_id))
      .map(({ _id, state, pid }) => fault('lease held', '', `process ${_id} (${pid}) is ${state}, and does not run`)),
    ...leases
      .filter(({ holder }) => !ids.has(holder))
      .map(({ _id, holder }) => fault('lease held', '', `${_id} is held by ${holder}, which does not run`)),
    ...living
      .filter(pid => !alive.some(one => one.pid === pid))
      .map(pid => fault('lease held', '', `process ${pid} runs, and is not known`)),
  ];
}
