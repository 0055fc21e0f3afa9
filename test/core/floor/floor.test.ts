import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  address,
  emptyFloor,
  enqueue,
  type Floor,
  grantNext,
  release,
  type Speaker,
  withdraw,
} from '../../src/core/floor.ts';
import { agentId, bridgeName, chatId, messageId, turnId } from '../../src/core/ids.ts';

const chat = chatId(bridgeName('memory'), '!room');
const stamp = { version: 1, createdAt: 0, updatedAt: 0, tenant: 'default' };
const empty = { ...emptyFloor(chat), ...stamp } as Floor;
const speaker = (n: number): Speaker => {
  const trigger = messageId(bridgeName('memory'), `$${n}`);
  return { turn: turnId(trigger, agentId('ada')), agent: agentId('ada'), reason: 'mentioned', trigger };
};

describe('the floor', () => {
  it('goes to the first in the queue, and only when nobody has it', () => {
    const first = grantNext(enqueue(empty, [speaker(1), speaker(2)]));
    expect(first.currentSpeaker?.trigger).toBe('memory:$1');
    expect(grantNext(first)).toBe(first);
    expect(grantNext(release(first)).currentSpeaker?.trigger).toBe('memory:$2');
  });

  it('knows each turn once, whether it waits or speaks', () => {
    const speaking = grantNext(enqueue(empty, [speaker(1), speaker(2)]));
    expect(enqueue(speaking, [speaker(1), speaker(2)])).toBe(speaking);
  });

  it('keeps the others in order when some withdraw', () => {
    const waiting = enqueue(empty, [speaker(1), speaker(2), speaker(3)]);
    const { floor, withdrawn } = withdraw(waiting, ({ trigger }) => trigger === 'memory:$2');
    expect(withdrawn).toHaveLength(1);
    expect(floor.queue.map(({ trigger }) => trigger)).toEqual(['memory:$1', 'memory:$3']);
  });

  it('remembers whom people spoke to in the latest hundred threads', () => {
    let floor = empty;
    for (let thread = 0; thread < 150; thread += 1) floor = address(floor, `t${thread}`, agentId('ada'));
    expect(Object.keys(floor.lastAddressed)).toHaveLength(100);
    expect(floor.lastAddressed.t149).toBe('ada');
  });

  it('lets everybody who asked speak exactly once, in order, whatever happens in between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant('next' as const), fc.integer({ min: 0, max: 20 })), { maxLength: 80 }),
        steps => {
          let floor = empty;
          const asked: number[] = [];
          const spoke: (string | null)[] = [];
          const next = (): void => {
            if (floor.currentSpeaker !== null) spoke.push(floor.currentSpeaker.trigger);
            floor = grantNext(floor.currentSpeaker === null ? floor : release(floor));
          };
          for (const step of steps) {
            if (step === 'next') next();
            else if (!asked.includes(step)) {
              asked.push(step);
              floor = grantNext(enqueue(floor, [speaker(step)]));
            }
          }
          while (floor.currentSpeaker !== null) next();
          expect(spoke).toEqual(asked.map(n => `memory:$${n}`));
        },
      ),
    );
  });
});
