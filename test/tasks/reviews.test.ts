import { expect, it } from 'vitest';
import { noWorkTools, type WorkTools } from '../../src/ports/work-tools.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { taskRoom } from './support/room.ts';
import { worker } from './support/worker.ts';

it('a review that sends back is heard by who builds, and the second one is accepted', async () => {
  const room = await taskRoom();
  const briefs: string[] = [];
  let reviews = 0;
  room.runtime.work(
    worker({
      build(request) {
        briefs.push(request.conversation[0]?.text ?? '');
        return { calls: [['submit_work', { summary: `Version ${briefs.length}.` }]] };
      },
      review() {
        reviews += 1;
        return {
          calls: [
            ['submit_review', { accepted: reviews > 1, reasons: reviews > 1 ? 'Now it is.' : 'It has two lines.' }],
          ],
        };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  const task = await room.task();
  expect(task).toMatchObject({
    status: 'complete',
    sendBacks: 1,
    builders: ['ada'],
    result: { summary: 'Version 2.' },
  });
  expect(task.verdicts.map(({ by, accepted }) => [by, accepted])).toEqual([
    ['clara', false],
    ['clara', true],
  ]);
  expect(briefs[1]).toContain('The last review, by Clara, sent it back: "It has two lines."');
  expect(room.cards()[0]?.text).toContain('Sent back 1 time.');
});

it('what is sent back for the fourth time has failed, with what there is of it', async () => {
  const room = await taskRoom();
  room.runtime.work(worker({ review: () => ({ calls: [['submit_review', { accepted: false, reasons: 'No.' }]] }) }));
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'failed', sendBacks: 3 });
  expect(room.thread().at(-2)?.text).toContain('What there is:\n\nA haiku.');
  expect(room.files()).toHaveLength(1);
});

it('a check that fails sends it back, and a check that nobody made is asked for', async () => {
  const room = await taskRoom();
  const results: string[] = [];
  let made = 0;
  room.runtime.work(
    worker({
      design: () => ({ calls: [['submit_plan', { steps: ['Write it'], checks: ['one', 'two'] }]] }),
      test(request) {
        results.push(request.done.at(-1)?.calls.at(-1)?.result ?? '');
        made += 1;
        const second = made === 1 ? [] : [{ check: 2, passed: made > 2, how: 'seen' }];
        return { calls: [['submit_checks', { checks: [{ check: 1, passed: true, how: 'seen' }, ...second] }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(results).toEqual(['', 'Not accepted: nothing is said of check 2. Make it, and hand in all of them.', '']);
  expect(await room.task()).toMatchObject({ status: 'complete', sendBacks: 1 });
});

it('nobody reviews what they built: a task of the only agent waits for another one', async () => {
  const room = await taskRoom({ wishes: sampleAgents.filter(({ _id }) => _id === 'ada' || _id === 'parley') });
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'review', waits: { for: 'agent' } });
  expect(room.cards()[0]?.text).toContain('reviewed by an agent that has not built it');
});

it('a model that calls nothing is told so, and fails with the third time', async () => {
  const room = await taskRoom();
  const heard: (readonly string[])[] = [];
  room.runtime.work(
    worker({
      build(request) {
        heard.push(request.heard);
        return { text: 'Done!' };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect([heard.length, heard[0], heard[1]?.[0]]).toEqual([3, [], expect.stringContaining('You called no tool')]);
  expect((await room.task()).failure).toContain('called no tool 3 times');
});

it('bad arguments, unknown tools and files that are not there are answered to the model', async () => {
  const room = await taskRoom();
  const results: string[] = [];
  const tries = [
    ['submit_work', {}],
    ['shell', { command: 'rm -rf /' }],
    ['submit_work', { summary: 'x', files: [{ path: '../../etc/passwd' }] }],
    ['submit_work', { summary: 'x', files: [{ path: 'output/none.md' }] }],
    ['submit_review', { accepted: true, reasons: 'I like it' }],
    ['submit_work', { summary: 'x' }],
  ] as const;
  room.runtime.work(
    worker({
      build(request) {
        const last = request.done.at(-1)?.calls.at(-1)?.result;
        if (last !== undefined) results.push(last.split('\n')[0] ?? '');
        const next = tries[request.done.length];
        return { calls: next === undefined ? [] : [next] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(results).toEqual([
    'The arguments do not fit. Correct them and call it again:',
    'There is no such tool. There are: submit_work, tasks, ask_person, read_file, ask_colleague, remember.',
    'Not accepted. "../../etc/passwd" is no path in the folder of the task.',
    'Not accepted. There is no file "output/none.md". Give its content, or make it first.',
    'There is no such tool. There are: submit_work, tasks, ask_person, read_file, ask_colleague, remember.',
  ]);
  expect((await room.task()).status).toBe('complete');
});

it('parts become tasks of their own, and are waited for', async () => {
  const room = await taskRoom();
  const results: string[] = [];
  const works = worker();
  room.runtime.work((request, signal) =>
    worker({
      build(asked) {
        if (asked.conversation[0]?.text.includes('"title":"Part')) return works(asked, signal);
        const last = asked.done.at(-1)?.calls.at(-1)?.result;
        if (last !== undefined) results.push(last);
        const next = [
          ['tasks', { action: 'create', text: 'Part one' }],
          ['tasks', { action: 'create', text: 'Part two' }],
          ['submit_work', { summary: 'too early' }],
          ['tasks', { action: 'wait' }],
          ['submit_work', { summary: 'Both parts.' }],
        ] as const;
        const call = next[asked.done.length];
        return { calls: call === undefined ? [] : [call] };
      },
    })(request, signal),
  );
  room.mara.say(room.chat, '!task Write two poems');
  await room.rest();
  await room.rest();
  expect(await room.task(1)).toMatchObject({ status: 'complete', result: { summary: 'Both parts.' } });
  const parent = (await room.task(1))._id;
  for (const number of [2, 3])
    expect(await room.task(number)).toMatchObject({ status: 'complete', parent, askedBy: room.mara.id });
  expect(results.slice(0, 3)).toEqual([
    'Made: #2. Wait for it before you hand in the work.',
    'Made: #3. Wait for it before you hand in the work.',
    expect.stringMatching(/^Not yet: the subtasks #2/),
  ]);
  expect(results[3]).toContain(
    '{"task":3,"title":"Part two","status":"complete","result":"A haiku.","files":["output/haiku.md"]}',
  );
});

it('parts end with the task that they are parts of', async () => {
  const room = await taskRoom();
  const works = worker({
    build(request, signal) {
      if (request.conversation[0]?.text.includes('"title":"Part'))
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      const next = [
        ['tasks', { action: 'create', text: 'Part one' }],
        ['tasks', { action: 'wait' }],
      ] as const;
      return { calls: [next[request.done.length] ?? next[1]] };
    },
  });
  room.runtime.work(works);
  room.mara.say(room.chat, '!task Write two poems');
  await room.rest();
  expect([(await room.task(1)).waits?.for, (await room.task(2)).status]).toEqual(['subtasks', 'build']);
  room.mara.say(room.chat, '!task cancel 1');
  await room.rest();
  expect([(await room.task(1)).status, (await room.task(2)).status]).toEqual(['cancelled', 'cancelled']);
});

it('tests of the plan have to pass as commands: what the model says of them does not count', async () => {
  const ran: string[] = [];
  const workTools: WorkTools = {
    ...noWorkTools,
    async test({ stage, number }, command) {
      ran.push(`${stage} ${number}: ${command}`);
      return { passed: ran.length > 1, output: `exit code ${ran.length > 1 ? 0 : 1}` };
    },
  };
  const room = await taskRoom({ workTools });
  const results: string[] = [];
  const done = ['submit_checks', { checks: [{ check: 1, passed: true, how: 'I think so' }] }] as const;
  const calls = [done, ['run_tests', {}], done, ['run_tests', {}], done] as const;
  room.runtime.work(
    worker({
      design: () => ({ calls: [['submit_plan', { steps: ['Write it'], checks: ['It works'], tests: 'pytest' }]] }),
      test(request) {
        const last = request.done.at(-1)?.calls.at(-1)?.result;
        if (last !== undefined) results.push(last);
        const next = calls[request.done.length];
        return { calls: next === undefined ? [] : [next] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a program');
  await room.rest();
  const refused = expect.stringContaining('the tests of the plan have not passed');
  expect(results).toEqual([refused, 'They failed.\nexit code 1', refused, 'They passed.\nexit code 0']);
  expect([ran, (await room.task()).status]).toEqual([['test 1: pytest', 'test 1: pytest'], 'complete']);
});

it('a plan with tests is not accepted where no commands can be run', async () => {
  const room = await taskRoom();
  const results: string[] = [];
  room.runtime.work(
    worker({
      design(request) {
        const last = request.done.at(-1)?.calls.at(-1)?.result;
        if (last !== undefined) results.push(last);
        const plan = { steps: ['Write it'], checks: ['It works'] };
        return { calls: [['submit_plan', last === undefined ? { ...plan, tests: 'pytest' } : plan]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a program');
  await room.rest();
  expect(results).toEqual([expect.stringContaining('no commands can be run here')]);
  expect((await room.task()).status).toBe('complete');
});

it('an agent tells people something now and then, and does not fill the thread', async () => {
  const room = await taskRoom();
  room.runtime.work(
    worker({
      build: ({ done }) =>
        done.length < 25
          ? { calls: [['tasks', { action: 'note', text: `News ${done.length}.` }]] }
          : { calls: [['submit_work', { summary: done.at(-1)?.calls[0]?.result ?? '' }]] },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(room.thread().filter(({ text }) => text.startsWith('News '))).toHaveLength(20);
  expect((await room.task()).result?.summary).toBe('You have told enough. Put the rest into the work.');
});
