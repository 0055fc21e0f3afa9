/** A message that asks one agent. Times are seconds. */
export interface Asking {
  readonly room: number;
  readonly agent: string;
  readonly at: number;
  /** How long the agent takes to answer it. */
  readonly takes: number;
}

/** An agent begins to answer the message of that number. */
export interface Beginning {
  readonly asking: number;
  readonly agent: string;
  readonly at: number;
}

export interface FairnessFigures {
  /** Messages that never got an answer, got more than one, or got it from another agent. */
  readonly unserved: number;
  /** How far the share of turns of any agent is from its share of what was asked, in points of a hundred. */
  readonly shareOff: number;
  readonly agentsWithoutTurn: number;
  /** How often somebody was answered before somebody who had asked earlier in the same room. */
  readonly outOfOrder: number;
  readonly longestWait: number;
  /** How many others were answered in the room between asking and being answered. */
  readonly longestWaitInTurns: number;
}

/** What became of what was asked; `beginnings` are in the order in which they happened. */
export function fairnessFigures(asked: readonly Asking[], beginnings: readonly Beginning[]): FairnessFigures {
  const firsts = asked.map((_, number) => beginnings.find(({ asking }) => asking === number));
  const extra = beginnings.length - firsts.filter(first => first !== undefined).length;
  const wrong = asked.filter(({ agent }, number) => firsts[number]?.agent !== agent).length;
  const agents = [...new Set(asked.map(({ agent }) => agent))];
  const share = (of: readonly { agent: string }[], agent: string): number =>
    (100 * of.filter(one => one.agent === agent).length) / Math.max(1, of.length);
  return {
    unserved: extra + wrong,
    shareOff: Math.max(...agents.map(agent => Math.abs(share(asked, agent) - share(beginnings, agent)))),
    agentsWithoutTurn: agents.filter(agent => !beginnings.some(one => one.agent === agent)).length,
    outOfOrder: byRoom(asked, beginnings).reduce((sum, room) => sum + overtakings(room), 0),
    longestWait: Math.max(...asked.map(({ at }, number) => (firsts[number]?.at ?? Number.POSITIVE_INFINITY) - at)),
    longestWaitInTurns: Math.max(...byRoom(asked, beginnings).map(room => longestInTurns(asked, room))),
  };
}

function byRoom(asked: readonly Asking[], beginnings: readonly Beginning[]): Beginning[][] {
  const rooms = new Set(asked.map(({ room }) => room));
  return [...rooms].map(room => beginnings.filter(({ asking }) => asked[asking]?.room === room));
}

const overtakings = (room: readonly Beginning[]): number =>
  room.filter(({ asking }, place) => asking < (room[place - 1]?.asking ?? -1)).length;

function longestInTurns(asked: readonly Asking[], room: readonly Beginning[]): number {
  const waits = room.map(({ asking }, place) => {
    const since = asked[asking]?.at ?? 0;
    return room.slice(0, place).filter(({ at }) => at > since).length;
  });
  return Math.max(0, ...waits);
}

/** The longest wait where each room is a queue that loses no time: who came first is answered first, one at a time. */
export function idealLongestWait(asked: readonly Asking[]): number {
  const freeAt = new Map<number, number>();
  const waits = asked.map(({ room, at, takes }) => {
    const begins = Math.max(at, freeAt.get(room) ?? 0);
    freeAt.set(room, begins + takes);
    return begins - at;
  });
  return Math.max(0, ...waits);
}

/** Numbers from 0 to 1 that are the same at each run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** So many messages, about `pause` seconds apart: some agents are asked twenty times as often as others, in rooms as it happens. */
export function workload(given: {
  agents: readonly string[];
  rooms: number;
  messages: number;
  pause: number;
}): Asking[] {
  const { agents, rooms, messages, pause } = given;
  const chance = numbersFrom(4);
  const tickets = agents.flatMap((agent, place) => Array.from({ length: place + 1 }, () => agent));
  let at = 0;
  return Array.from({ length: messages }, () => {
    at += Math.round(-Math.log(1 - chance()) * pause * 1000) / 1000;
    const room = Math.floor(chance() * rooms);
    const agent = tickets[Math.floor(chance() * tickets.length)] ?? '';
    return { room, agent, at, takes: 2 + Math.floor(chance() * 5) };
  });
}
