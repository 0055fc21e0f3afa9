import { describe, expect, it } from 'vitest';
import { isDoubtful, isEcho, isHasty, isSuspected, suspect } from '../../../src/core/floor/bots.ts';
import { emptyFloor, type Floor, type Overheard } from '../../../src/core/floor/floor.ts';
import { overhear } from '../../../src/core/floor/overheard.ts';
import { isAlike, sketchOf } from '../../../src/core/floor/sketch.ts';
import {
  agentId,
  agentMember,
  bridgeName,
  chatId,
  foreignMember,
  type MemberId,
  messageId,
} from '../../../src/core/ids.ts';

const memory = bridgeName('memory');
const stamp = { version: 1, createdAt: 0, updatedAt: 0, tenant: 'default' };
const empty = { ...emptyFloor(chatId(memory, '!room')), ...stamp } as Floor;
const ada = agentMember(agentId('ada'));
const mara = foreignMember(memory, '@mara');
const robot = foreignMember(memory, '@robot');
let count = 0;

function says(from: MemberId, at: number, text: string, given: Partial<Overheard> = {}): Overheard {
  count += 1;
  const byMachine = from === ada;
  const person = byMachine ? null : from;
  const message = messageId(memory, `$${count}`);
  return { message, from, at, sentAt: at, hop: 0, byMachine, person, sketch: sketchOf(text), ...given };
}

/** What Ada says in turn with somebody, so many milliseconds behind her. */
function talk(
  times: number,
  pauseMs: number,
  given: { from?: MemberId; to?: MemberId | null; start?: Floor } = {},
): Floor {
  const { from = robot, to = null, start = empty } = given;
  let floor = start;
  for (let round = 0; round < times; round += 1) {
    const at = round * 10_000;
    floor = overhear(floor, says(ada, at, `Ada says ${round}`, { person: to }));
    const said = says(from, at + pauseMs, `They say ${round} in words of their own`);
    floor = overhear(suspect(floor, said), said);
  }
  return floor;
}

describe('somebody is counted as a bot', () => {
  it('who again and again answers agents at once', () => {
    expect(isSuspected(talk(9, 100), robot)).toBe(false);
    expect(isSuspected(talk(10, 100), robot)).toBe(true);
  });

  it('later where the agent speaks with them: a person may be quick in their own talk', () => {
    expect(isSuspected(talk(19, 100, { to: robot }), robot)).toBe(false);
    expect(isSuspected(talk(20, 100, { to: robot }), robot)).toBe(true);
  });

  it('who repeats what others say', () => {
    let floor = empty;
    for (let round = 0; round < 4; round += 1) {
      floor = overhear(floor, says(mara, round * 10_000, `Mara says ${round}`));
      floor = suspect(floor, says(robot, round * 10_000 + 100, `Mara says ${round}`));
    }
    expect(isSuspected(floor, robot)).toBe(true);
    expect(isSuspected(floor, mara)).toBe(false);
  });

  it('and not who takes their time, also in a hundred exchanges without a rest', () => {
    expect(talk(100, 2_000, { from: mara, to: mara }).suspects[mara]).toBeLessThan(0);
    expect(isSuspected(talk(500, 2_000, { from: mara }), mara)).toBe(false);
  });

  it('who takes its time and never rests, until it does', () => {
    expect(isSuspected(talk(119, 3_000, { to: robot }), robot)).toBe(false);
    const tireless = talk(120, 3_000, { to: robot });
    expect(isSuspected(tireless, robot)).toBe(true);
    expect(isSuspected(suspect(tireless, says(robot, 2_000_000, 'Back again')), robot)).toBe(false);
    const rested = talk(60, 3_000, {
      to: robot,
      start: talk(60, 25_000, { to: robot, start: talk(60, 3_000, { to: robot }) }),
    });
    expect(isSuspected(rested, robot)).toBe(false);
  });

  it('and not who was quick now and then', () => {
    let floor = empty;
    for (let round = 0; round < 30; round += 1)
      floor = talk(2, round % 2 === 0 ? 100 : 3_000, { from: mara, start: floor });
    expect(isSuspected(floor, mara)).toBe(false);
  });

  it('until they write long after any agent', () => {
    const bot = talk(10, 100);
    const soon = suspect(bot, says(robot, 95_000, 'Still here'));
    expect(isSuspected(soon, robot)).toBe(true);
    expect(isSuspected(suspect(soon, says(robot, 190_000, 'Good morning')), robot)).toBe(false);
  });

  it('and the latest fifty are remembered', () => {
    let floor = overhear(empty, says(ada, 0, 'Hello'));
    for (let n = 0; n < 80; n += 1) floor = suspect(floor, says(foreignMember(memory, `@bot${n}`), 10, `Number ${n}`));
    expect(Object.keys(floor.suspects)).toHaveLength(50);
  });
});

describe('one message', () => {
  const heard = overhear(
    overhear(empty, says(mara, 0, 'Who has the figures of last year?')),
    says(ada, 500, 'Here they are.'),
  );

  it('is an echo when it repeats at once what somebody else said', () => {
    expect(isEcho(heard, says(robot, 900, 'Who has the figures of last year?'))).toBe(true);
    expect(isEcho(heard, says(robot, 900, 'Echo: who has the figures of last year'))).toBe(true);
    expect(isEcho(heard, says(robot, 9_000, 'Who has the figures of last year?'))).toBe(false);
    expect(isEcho(heard, says(mara, 900, 'Who has the figures of last year?'))).toBe(false);
    expect(isEcho(heard, says(robot, 900, 'I have them'))).toBe(false);
  });

  it('is no echo when both came at once after an outage, but were said at different times', () => {
    expect(isEcho(heard, says(robot, 100, 'Here they are.', { sentAt: 60_000 }))).toBe(false);
  });

  it('is hasty when it comes at once behind what an agent said to somebody else', () => {
    const toMara = overhear(empty, says(ada, 500, 'Here they are.', { person: mara }));
    expect(isHasty(toMara, says(robot, 700, 'Thanks'))).toBe(true);
    expect(isHasty(toMara, says(mara, 700, 'Thanks'))).toBe(false);
    expect(isHasty(toMara, says(robot, 2_100, 'Thanks'))).toBe(false);
  });
});

it('the third hasty message in a row is doubtful, and not one after a slower one', () => {
  const hasty = says(robot, 20_100, 'Again');
  const after = (floor: Floor): boolean => isDoubtful(overhear(floor, says(ada, 20_000, 'Well')), hasty);
  expect(after(talk(1, 100))).toBe(false);
  expect(after(talk(2, 100))).toBe(true);
  expect(after(suspect(talk(2, 100), says(robot, 15_000, 'Let me think')))).toBe(false);
});

describe('where several are hasty for the first time', () => {
  const robots = ['one', 'two', 'three'].map(name => foreignMember(memory, `@${name}`));
  const busy = robots.reduce((start, from) => talk(1, 100, { from, start }), empty);
  const hasty = (floor: Floor, from: MemberId) => {
    const heard = overhear(floor, says(ada, 60_000, 'Ada says something else'));
    return isDoubtful(heard, says(from, 60_100, 'And somebody says this'));
  };

  it('the next one is doubtful, whoever it is', () => {
    expect(hasty(busy, foreignMember(memory, '@four'))).toBe(true);
    expect(hasty(talk(1, 100), foreignMember(memory, '@four'))).toBe(false);
  });

  it('and not who has taken their time before', () => {
    expect(hasty(talk(1, 3_000, { from: mara, start: busy }), mara)).toBe(false);
  });

  it('and nobody is doubted for bots that are found out', () => {
    const found = robots.reduce((start, from) => talk(10, 100, { from, start }), empty);
    expect(hasty(found, mara)).toBe(false);
  });
});

it('who has taken their time before is doubted later', () => {
  const trusted = talk(5, 3_000);
  const after = (times: number): boolean => {
    const floor = overhear(talk(times, 100, { start: trusted }), says(ada, 200_000, 'Well'));
    return isDoubtful(floor, says(robot, 200_100, 'Again'));
  };
  expect(after(6)).toBe(false);
  expect(after(7)).toBe(true);
});

describe('a sketch', () => {
  const alike = (a: string, b: string): boolean => isAlike(sketchOf(a), sketchOf(b));

  it('tells whether two texts are the same, but for case, punctuation and whom they call', () => {
    expect(alike('@Ada, after you!', '@Bruno after you')).toBe(true);
    expect(alike('Yes', 'yes.')).toBe(true);
    expect(alike('Yes', 'No')).toBe(false);
    expect(alike('', '…')).toBe(false);
  });

  it('tells whether two texts are nearly the same', () => {
    const text =
      'As far as I can see the plan is sound, but we need more time for the second part of it, and more money';
    expect(alike(text, `I say: ${text}`)).toBe(true);
    expect(alike(text, 'As far as I can see we are done with the plan, the time and the money')).toBe(false);
  });

  it('holds no word of the text and has a bound', () => {
    expect(sketchOf('secret '.repeat(100_000))).not.toContain('secret');
    expect(sketchOf('a b c d e f g h i j k l m n o p '.repeat(1_000)).length).toBeLessThan(100);
  });
});
