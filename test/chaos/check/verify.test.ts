import { describe, expect, it } from 'vitest';
import type { MatrixEvent } from '../../e2e/driver/room-view.ts';
import type { Stored } from './read-stored.ts';
import { mostAtOnce, verifyCalls } from './verify-calls.ts';
import { verifyStored } from './verify-stored.ts';
import { verifyTimeline } from './verify-timeline.ts';

/** A store of one room with two lines and a turn, in which all is well, with changes. */
function stored(changes: { readonly [Name in keyof Stored]?: readonly object[] } = {}): Stored {
  const well = {
    chats: [{ _id: 'matrix:!a' }],
    agent_chats: [],
    messages: [
      { _id: 'matrix:$1', chat: 'matrix:!a', order: 1, cause: null },
      { _id: 'matrix:$2', chat: 'matrix:!a', order: 2, cause: 't1' },
    ],
    speaker_queues: [{ _id: 'matrix:!a', handledThrough: 2, currentSpeaker: null, queue: [] }],
    turns: [
      { _id: 't1', chat: 'matrix:!a', trigger: 'matrix:$1', state: 'done', outcome: 'answered', parts: [sentPart] },
    ],
    dead_letters: [],
    processes: [{ _id: 'p1', pid: 7, state: 'here' }],
    leases: [{ _id: 'caretaker', holder: 'p1' }],
  };
  return { ...well, ...changes } as unknown as Stored;
}
const sentPart = { body: { kind: 'markdown' }, state: 'sent', externalId: '$2' };
const kinds = (changes?: Parameters<typeof stored>[0], living = [7]) =>
  verifyStored(stored(changes), living).map(({ kind }) => kind);

describe('the chaos suite sees in the store', () => {
  it('that all is well', () => {
    expect(kinds()).toEqual([]);
  });

  it('lines that are numbered with a gap, twice, or by a clock', () => {
    const line = { chat: 'matrix:!a', cause: null };
    const at = (...orders: number[]) => orders.map((order, index) => ({ ...line, _id: `matrix:$${index + 1}`, order }));
    const floor = [{ _id: 'matrix:!a', handledThrough: 9e15, currentSpeaker: null, queue: [] }];
    for (const orders of [
      [1, 3],
      [1, 1],
      [1_700_000_000_000_000, 1_700_000_000_000_001],
    ])
      expect(kinds({ messages: at(...orders), speaker_queues: floor })).toEqual(['log numbering']);
  });

  it('a line that was not dealt with', () => {
    const floor = { _id: 'matrix:!a', handledThrough: 1, currentSpeaker: null, queue: [] };
    expect(kinds({ speaker_queues: [floor] })).toEqual(['floor stuck']);
  });

  it('a turn without its message, and one of which a part was not sent', () => {
    const turn = { _id: 't1', chat: 'matrix:!a', trigger: 'matrix:$1', state: 'done', outcome: 'answered', parts: [] };
    expect(kinds({ turns: [{ ...turn, trigger: 'matrix:$9' }] })).toEqual(['orphan']);
    expect(kinds({ turns: [{ ...turn, parts: [{ ...sentPart, state: 'opened' }] }] })).toEqual(['orphan']);
  });

  it('a line without its turn, and what has no room', () => {
    expect(kinds({ turns: [] })).toEqual(['orphan']);
    expect(kinds({ agent_chats: [{ _id: 'x/ada', chat: 'x' }] })).toEqual(['orphan']);
  });

  it('a process that does not run, a lease of it, and one that runs and is not known', () => {
    const dead = { _id: 'p0', pid: 6, state: 'gone' };
    const here = { _id: 'p1', pid: 7, state: 'here' };
    expect(kinds({ processes: [dead, here] })).toEqual(['lease held']);
    expect(kinds({ leases: [{ _id: 'caretaker', holder: 'p0' }] })).toEqual(['lease held']);
    expect(kinds({}, [7, 8])).toEqual(['lease held']);
  });

  it('dead letters', () => {
    expect(kinds({ dead_letters: [{ _id: 'd' }] })).toEqual(['dead letter']);
  });
});

describe('the chaos suite sees in a timeline', () => {
  const agents = ['@ada'];
  const event = (event_id: string, sender: string, content: object = {}): MatrixEvent => {
    const at = { origin_server_ts: 1, seenAt: 1 };
    return { event_id, sender, type: 'm.room.message', content: { body: event_id, ...content }, ...at };
  };
  const said = [event('$1', '@mara'), event('$2', '@ada'), event('$3', '@mara')];
  const log = (...ids: string[]) => ids.map((id, index) => ({ _id: `matrix:${id}`, order: index + 1 }));
  const kindsOf = (events: readonly MatrixEvent[], lines: readonly object[]) =>
    verifyTimeline({ id: '!a', events, agents, lines: lines as Stored['messages'] }).map(({ kind }) => kind);

  it('that all is well, also where an answer stands elsewhere in the log', () => {
    expect(kindsOf(said, log('$1', '$3', '$2'))).toEqual([]);
  });

  it('what is not in the log, or stands there in another order', () => {
    expect(kindsOf(said, log('$1', '$3'))).toEqual(['not in the log']);
    expect(kindsOf(said, log('$3', '$2', '$1'))).toEqual(['log order']);
  });

  it('an answer that grew after its end and was not put right', () => {
    const mark = (state: string) => ({ 'net.parley': { state } });
    const edit = (id: string, state: string) =>
      event(id, '@ada', { 'm.new_content': mark(state), 'm.relates_to': { rel_type: 'm.replace', event_id: '$2' } });
    const grows = [event('$2', '@ada', mark('streaming')), edit('$4', 'complete')];
    expect(kindsOf(grows, log('$2'))).toEqual([]);
    expect(kindsOf([...grows, edit('$5', 'streaming')], log('$2'))).toEqual(['late edit']);
    expect(kindsOf([...grows, edit('$5', 'streaming'), edit('$6', 'complete')], log('$2'))).toEqual([]);
  });
});

describe('the chaos suite sees in the calls of the model', () => {
  const call = (text: string, at: number, endedAt: number, agent = 'Ada') => ({ agent, text, at, endedAt });

  it('how many dialogues an agent was at', () => {
    expect(mostAtOnce([call('a', 0, 5), call('b', 5, 9), call('c', 6, 7)])).toBe(2);
    expect(mostAtOnce([call('a', 1, 1), call('b', 2, 2), call('c', 3, 3)])).toBe(1);
  });

  it('one that is asked again beside the first time as one', () => {
    expect(mostAtOnce([call('a', 0, 9), call('a', 3, 5), call('b', 10, 11)])).toBe(1);
  });

  it('an agent that is at too many', () => {
    const calls = ['a', 'b', 'c'].map(text => call(text, 0, 5));
    expect(verifyCalls(calls, 3)).toEqual([]);
    expect(verifyCalls(calls, 2).map(({ what }) => what)).toEqual(['Ada was at 3']);
    expect(verifyCalls([...calls.slice(1), call('d', 0, 5, 'Bruno')], 2)).toEqual([]);
  });
});
