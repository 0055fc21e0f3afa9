import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskChanges } from '../../../src/core/events/task-changes.ts';
import { agentId } from '../../../src/core/ids.ts';
import { nextAct } from '../../../src/core/tasks/next-act.ts';
import {
  assign,
  built,
  cancelled,
  closed,
  failed,
  leftBehind,
  passedOn,
  paused,
  planned,
  resumed,
  retried,
  reviewed,
  tested,
  wanted,
} from '../../../src/core/tasks/stage-machine.ts';
import {
  isEnded,
  mostSendBacks,
  stages,
  type Task,
  type TaskStatus,
  taskStatuses,
} from '../../../src/core/tasks/task.ts';
import {
  asks,
  goesOn,
  hears,
  progressed,
  stepped,
  waitsForAgent,
  waitsForTime,
} from '../../../src/core/tasks/waiting.ts';
import { mara, sampleTask } from './sample-task.ts';

const ada = agentId('ada');
const agents = ['ada', 'bruno', 'clara'].map(agentId);

/** What may happen to a task; `run` is that of a call: the one of now, or of before a crash. */
type Happening = (task: Task, at: number) => Task;

const said = (at: number) => ({ by: mara, at, agent: null });
const plan = { steps: [{ text: 'one', done: false }], checks: ['it is there'], tests: null };
const work = { summary: 'done', files: [] };
const check = (passed: boolean) => ({ check: 'it is there', passed, how: 'seen' });

const happening: fc.Arbitrary<{ name: string; act: Happening }> = fc
  .record({
    kind: fc.constantFrom(
      ...([
        'assign',
        'plan',
        'build',
        'test',
        'test fails',
        'accept',
        'send back',
        'fail',
        'cancel',
        'pause',
        'resume',
        'retry',
        'pass on',
        'leave',
        'want',
        'ask',
        'go on',
        'wait',
        'nobody',
        'hear',
        'progress',
        'step',
        'close',
      ] as const),
    ),
    agent: fc.constantFrom(...agents),
    back: fc.nat({ max: 2 }),
  })
  .map(({ kind, agent, back }) => ({ name: `${kind} ${agent} -${back}`, act: happeningOf(kind, agent, back) }));

function happeningOf(kind: string, agent: (typeof agents)[number], back: number): Happening {
  const runOf = (task: Task): number => task.run - back;
  switch (kind) {
    case 'assign':
      return (task, at) => assign(task, agent, said(at));
    case 'plan':
      return (task, at) => planned(task, runOf(task), { plan, said: said(at) });
    case 'build':
      return (task, at) => built(task, runOf(task), { work, said: said(at) });
    case 'test':
      return (task, at) => tested(task, runOf(task), { checks: [check(true)], said: said(at) });
    case 'test fails':
      return (task, at) => tested(task, runOf(task), { checks: [check(false)], said: said(at) });
    case 'accept':
    case 'send back':
      return (task, at) =>
        reviewed(task, runOf(task), {
          verdict: { by: agent, accepted: kind === 'accept', reasons: 'so' },
          said: said(at),
        });
    case 'fail':
      return (task, at) => failed(task, 'no', said(at));
    case 'cancel':
      return (task, at) => cancelled(task, said(at));
    case 'pause':
      return (task, at) => paused(task, said(at));
    case 'resume':
      return (task, at) => resumed(task, said(at));
    case 'retry':
      return (task, at) => retried(task, said(at));
    case 'pass on':
      return (task, at) => passedOn(task, said(at));
    case 'leave':
      return (task, at) => leftBehind(task, said(at));
    case 'want':
      return (task, at) => wanted(task, agent, said(at));
    case 'ask':
      return (task, at) => asks(task, { call: 'a call', question: 'which?' }, said(at));
    case 'go on':
      return goesOn;
    case 'wait':
      return (task, at) => waitsForTime(task, { until: at + 5, why: 'later', counts: true }, said(at));
    case 'nobody':
      return (task, at) => waitsForAgent(task, 'nobody', said(at));
    case 'hear':
      return (task, at) => hears(task, { message: `m${at}` as never, order: at });
    case 'progress':
      return (task, at) => progressed(task, runOf(task), { done: [1], said: said(at) });
    case 'step':
      return task => stepped(task, { order: task.steps + 1 - back, run: runOf(task), tokens: 10, called: back === 0 });
    default:
      return closed;
  }
}

const happenings = fc.array(happening, { maxLength: 60 });

/** Where a task may go from each status. */
const ways: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  not_started: ['design', 'failed', 'cancelled'],
  design: ['build', 'failed', 'cancelled'],
  build: ['test', 'failed', 'cancelled'],
  test: ['review', 'build', 'failed', 'cancelled'],
  review: ['complete', 'build', 'failed', 'cancelled'],
  complete: [],
  failed: ['not_started'],
  cancelled: ['not_started'],
};

/** All states on the way, the first one too. */
function wayOf(acts: readonly { readonly act: Happening }[]): Task[] {
  const way = [sampleTask()];
  for (const [at, { act }] of acts.entries()) way.push(act(way.at(-1) ?? sampleTask(), at + 1));
  return way;
}

describe('whatever happens to a task', () => {
  it('it has one status at a time and goes only where it may', () => {
    fc.assert(
      fc.property(happenings, acts => {
        const way = wayOf(acts);
        for (const [index, task] of way.entries()) {
          const before = way[index - 1];
          expect(taskStatuses).toContain(task.status);
          if (before !== undefined && before.status !== task.status) expect(ways[before.status]).toContain(task.status);
        }
      }),
    );
  });

  it('it is sent back three times at most, and who builds it has not reviewed it', () => {
    fc.assert(
      fc.property(happenings, acts => {
        for (const task of wayOf(acts)) {
          expect(task.sendBacks).toBeLessThanOrEqual(mostSendBacks);
          expect(isEnded(task) ? task.waits : null).toBeNull();
          if (task.status === 'build' && task.assignedTo !== null) expect(task.builders).toContain(task.assignedTo);
          if (task.status === 'complete') expect(task.builders).not.toContain(task.verdicts.at(-1)?.by);
        }
      }),
    );
  });

  it('it can be paused, let go on and cancelled at any moment before its end, and does nothing while it rests', () => {
    fc.assert(
      fc.property(happenings, acts => {
        for (const task of wayOf(acts)) {
          const resting = paused(task, said(100));
          expect(nextAct(isEnded(task) ? task : resting, 100)).toEqual({ act: 'rest', at: null });
          if (isEnded(task)) expect([resting, cancelled(task, said(100))]).toEqual([task, task]);
          else {
            expect(resumed(resting, said(101))).toMatchObject({ status: task.status, run: task.run, held: null });
            expect(cancelled(resting, said(101)).status).toBe('cancelled');
          }
        }
      }),
    );
  });

  it('replayed from any place twice it is the same, and the same changes are told', () => {
    fc.assert(
      fc.property(happenings, fc.nat({ max: 60 }), (acts, cut) => {
        const way = wayOf(acts);
        const start = Math.min(cut, way.length - 1);
        for (let index = start; index < way.length - 1; index += 1) {
          const [before, after] = [way[index], way[index + 1]];
          if (before === undefined || after === undefined) continue;
          const again = acts[index]?.act(before, index + 1) ?? before;
          expect(again).toEqual(after);
          expect(taskChanges(before, again)).toEqual(taskChanges(before, after));
        }
      }),
    );
  });

  it('a call of a stage that is over changes nothing: what was done before a crash is not done again', () => {
    fc.assert(
      fc.property(happenings, acts => {
        for (const task of wayOf(acts)) {
          const old = task.run - 1;
          expect(planned(task, old, { plan, said: said(200) })).toBe(task);
          expect(built(task, old, { work, said: said(200) })).toBe(task);
          expect(tested(task, old, { checks: [check(true)], said: said(200) })).toBe(task);
          expect(reviewed(task, old, { verdict: { by: ada, accepted: true, reasons: 'so' }, said: said(200) })).toBe(
            task,
          );
        }
      }),
    );
  });

  it('what is told of it is counted without gaps, and every change of status is told', () => {
    fc.assert(
      fc.property(happenings, acts => {
        const way = wayOf(acts);
        for (const [index, task] of way.entries()) {
          const before = way[index - 1];
          if (before === undefined) continue;
          expect(task.changes - before.changes).toBeLessThanOrEqual(1);
          if (task.status !== before.status) {
            expect(task.changes).toBe(before.changes + 1);
            expect(taskChanges(before, task).map(({ type }) => type)).toContain('TaskStageChanged');
          }
        }
      }),
    );
  });
});

it('goes from stage to stage, back from a review, and to its end', () => {
  let task = assign(sampleTask(), ada, said(1));
  task = planned(task, task.run, { plan, said: said(2) });
  task = built(task, task.run, { work, said: said(3) });
  task = tested(task, task.run, { checks: [check(true)], said: said(4) });
  expect(task).toMatchObject({ status: 'review', assignedTo: null });
  task = assign(task, agentId('bruno'), said(5));
  task = reviewed(task, task.run, {
    verdict: { by: agentId('bruno'), accepted: false, reasons: 'longer' },
    said: said(6),
  });
  expect(task).toMatchObject({ status: 'build', assignedTo: 'ada', sendBacks: 1, builders: ['ada'] });
  expect(stages.indexOf('build')).toBe(1);
});

it('fails when it is sent back for the fourth time, and keeps what there is of it', () => {
  let task = assign(sampleTask(), ada, said(1));
  task = planned(task, task.run, { plan, said: said(2) });
  for (let time = 0; time <= mostSendBacks; time += 1) {
    expect(task.status).toBe('build');
    task = built(task, task.run, { work, said: said(3) });
    task = tested(task, task.run, { checks: [check(false)], said: said(4) });
  }
  expect(task).toMatchObject({ status: 'failed', result: work, failure: 'A check failed three times over.' });
});
