import type { Agent } from '../../../src/core/agent.ts';
import { agentId, agentMember, bridgeName, foreignMember, type MemberId } from '../../../src/core/ids.ts';
import type { Heard, ReplyPiece, ReplyRequest } from '../../../src/ports/agent-runtime.ts';

function agent(id: string, fields: Partial<Agent> = {}): Agent {
  return {
    _id: agentId(id),
    version: 1,
    createdAt: 0,
    updatedAt: 0,
    tenant: 'default',
    name: `${id.charAt(0).toUpperCase()}${id.slice(1)}`,
    description: `Does the work of ${id}.`,
    instructions: 'You are thorough and kind.',
    role: 'agent',
    status: 'idle',
    currentActivities: [],
    resources: { skills: [], tools: [] },
    publicProfile: { avatar: null, colour: '#2f6fdb' },
    model: [],
    capabilities: [],
    minComplexity: 1,
    maxComplexity: 10,
    owner: null,
    lastSeen: null,
    place: 0,
    provisioned: {},
    ...fields,
  };
}

export const ada = agent('ada', {
  description: 'Writes and reviews code.',
  resources: { skills: ['code, coding, programming', 'tests, testing'], tools: [] },
});
export const bruno = agent('bruno', {
  description: 'Works with data and numbers.',
  resources: { skills: ['data, dataset', 'statistics', 'charts, plot'], tools: [] },
});

export const person = (localpart: string): MemberId => foreignMember(bridgeName('matrix'), `@${localpart}:example.org`);
export const mara = person('mara');

let clock = 1_700_000_000_000;

export function heard(from: MemberId, text: string, fields: Partial<Heard> = {}): Heard {
  clock += 1000;
  return { from, name: from === mara ? 'Mara' : from, text, images: [], timestamp: clock, ...fields };
}

export const said = (by: Agent, text: string): Heard => heard(agentMember(by._id), text, { name: by.name });

export const asMember = (one: Agent) => ({ id: agentMember(one._id), name: one.name, agent: one });

/** A conversation of Mara with Ada, in which she says `texts`. */
export function dialogue(...texts: readonly (string | Heard)[]): ReplyRequest {
  return {
    agent: ada,
    chat: {
      kind: 'private',
      name: null,
      topic: null,
      members: [asMember(ada), { id: mara, name: 'Mara', agent: null }],
    },
    conversation: texts.map(text => (typeof text === 'string' ? heard(mara, text) : text)),
    answering: null,
    tools: [],
  };
}

/** A room with Ada, Bruno and Mara. */
export function group(...texts: readonly (string | Heard)[]): ReplyRequest {
  const { conversation } = dialogue(...texts);
  const members = [asMember(ada), asMember(bruno), { id: mara, name: 'Mara', agent: null }];
  return {
    agent: ada,
    chat: { kind: 'group', name: 'Lobby', topic: 'Everything', members },
    conversation,
    answering: null,
    tools: [],
  };
}

export interface Collected {
  readonly text: string;
  readonly pieces: readonly ReplyPiece[];
  readonly error: unknown;
}

/** All pieces up to the end or the error. */
export async function collect(pieces: AsyncIterable<ReplyPiece>): Promise<Collected> {
  const got: ReplyPiece[] = [];
  let error: unknown = null;
  try {
    for await (const piece of pieces) got.push(piece);
  } catch (thrown) {
    error = thrown;
  }
  const text = got.map(piece => (piece.type === 'text' ? piece.text : '')).join('');
  return { text, pieces: got, error };
}
