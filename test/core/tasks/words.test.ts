import { describe, expect, it } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import { taskCard } from '../../../src/core/tasks/card-text.ts';
import { estimateComplexity } from '../../../src/core/tasks/complexity.ts';
import { filePath, mimeTypeOf } from '../../../src/core/tasks/file-path.ts';
import { meantTask } from '../../../src/core/tasks/find-task.ts';
import { parseMoment } from '../../../src/core/tasks/parse-moment.ts';
import { sampleTask } from './sample-task.ts';

describe('the complexity of a task', () => {
  it.each([
    ['Write a haiku about autumn', 0, 1],
    ['What is the capital of France?', 0, 2],
    ['Plot the monthly average of this CSV', 1, 4],
    ['Write a Python script that reads a CSV, plots it and has tests', 0, 7],
    [
      'Build a production web server with a database, tests, a Docker pipeline, encryption and a complete report. Also compare all frameworks',
      2,
      10,
    ],
  ])('of %j is estimated', (text, files, expected) => expect(estimateComplexity(text, files)).toBe(expected));

  it('is 1 to 10 whatever is written', () => {
    for (const text of [
      '',
      'x'.repeat(20_000),
      '- a\n'.repeat(500),
      'code test report all and then also '.repeat(50),
    ]) {
      const level = estimateComplexity(text, 99);
      expect([Number.isInteger(level), level >= 1, level <= 10]).toEqual([true, true, true]);
    }
  });
});

describe('which task is meant', () => {
  const tasks = [
    sampleTask({ number: 12, title: 'Write a haiku' }),
    sampleTask({ number: 1, title: 'Plot the sales' }),
    sampleTask({ number: 13, title: 'Write a poem', completedAt: 5 }),
    sampleTask({ number: 20, title: 'Write a letter', completedAt: 5 }),
  ];
  const numbers = (words: string) => {
    const meant = meantTask(words, tasks);
    return 'task' in meant ? meant.task.number : 'among' in meant ? meant.among.map(({ number }) => number) : 'none';
  };

  it.each<[string, number | number[] | 'none']>([
    ['12', 12],
    ['#1', 1],
    ['2', 20],
    ['write a haiku', 12],
    ['PLOT', 1],
    ['“Write a haiku”', 12],
    ['"#1"', 1],
    ['hai', 12],
    ['sales plot', 1],
    ['write', 12],
    ['write a le', 20],
    ['a poem', 13],
    ['nothing', 'none'],
    ['', 'none'],
    ['#', 'none'],
    ['?!', 'none'],
  ])('%j', (words, expected) => expect(numbers(words)).toEqual(expected));

  it('is asked where several are, the open ones before those that have ended', () => {
    const two = [sampleTask({ number: 3, title: 'Write one' }), sampleTask({ number: 4, title: 'Write two' })];
    expect(meantTask('write', [...two, ...tasks.slice(2)])).toMatchObject({
      problem: 'several',
      among: [{ number: 3 }, { number: 4 }],
    });
  });
});

describe('a moment', () => {
  const now = Date.UTC(2026, 0, 1);
  it.each<[string, number | 'none' | null]>([
    ['2h', now + 7_200_000],
    ['in 30 min', now + 1_800_000],
    ['1.5 days', now + 129_600_000],
    ['2 weeks', now + 14 * 86_400_000],
    ['2026-01-02 18:00', Date.UTC(2026, 0, 2, 18)],
    ['2026-01-02T18:00Z', Date.UTC(2026, 0, 2, 18)],
    ['2026-01-02', Date.UTC(2026, 0, 2, 23, 59)],
    ['none', 'none'],
    ['2025-12-31', null],
    ['2026-13-45', null],
    ['99999 weeks', null],
    ['soon', null],
    ['0h', null],
    ['', null],
  ])('%j', (text, expected) => expect(parseMoment(text, now)).toBe(expected));
});

describe('the path of a file', () => {
  it.each<[string, string | null]>([
    ['output/plot.png', 'output/plot.png'],
    ['./output//plot.png', 'output/plot.png'],
    ['\\output\\plot.png', 'output/plot.png'],
    ['/etc/passwd', 'etc/passwd'],
    ['a/../../b', null],
    ['..', null],
    ['.', null],
    ['', null],
    ['a\nb', null],
    ['x'.repeat(300), null],
  ])('%j', (given, expected) => expect(filePath(given)).toBe(expected));

  it('tells what it is by its ending', () => {
    expect(['a.PNG', 'b.tar.gz', 'c', 'd.csv'].map(mimeTypeOf)).toEqual([
      'image/png',
      'application/octet-stream',
      'application/octet-stream',
      'text/csv',
    ]);
  });
});

describe('a card', () => {
  const facts = { agent: 'Ada', now: 90_000 };

  it('tells title, number, stage, progress, complexity, who, time and tokens', () => {
    const plan = {
      steps: [
        { text: 'one', done: true },
        { text: 'two', done: false },
      ],
      checks: [],
      tests: null,
    };
    const card = taskCard(
      sampleTask({ status: 'build', stageProgress: 50, plan, tokens: 12_345, assignedTo: agentId('ada'), priority: 3 }),
      facts,
    );
    expect(card.split('\n').slice(0, 4)).toEqual([
      '**Task #1:** Write a haiku',
      '🛠 build · complexity 1 · priority high · Ada · 1 min · 12k tokens',
      '▰▰▰▰▱▱▱▱▱▱ design → **build 50 %** → test → review',
      '1 of 2 steps of the plan are done.',
    ]);
  });

  it('offers 🔁 where it does something: on what failed or was cancelled, and is not forgotten', () => {
    const last = (given: Parameters<typeof sampleTask>[0]) => taskCard(sampleTask(given), facts).split('\n').at(-1);
    expect(last({ status: 'failed', completedAt: 5 })).toBe('React here: 🔁 do it again.');
    expect(last({ status: 'cancelled', completedAt: 5 })).toBe('React here: 🔁 do it again.');
    expect(last({ status: 'complete', completedAt: 5 })).toBe('What came of it stands in the thread.');
    expect(last({ status: 'failed', completedAt: 5, description: '' })).toBe('What was wanted is forgotten.');
  });

  it('shows of a title nothing that marks up, mentions or hides', () => {
    const title = '[x](https://evil.example) **@room** `!task`\u202e <b>\n# hi';
    expect(taskCard(sampleTask({ title }), facts).split('\n')[0]).toBe(
      '**Task #1:** \\[x\\]\\(https\\://evil\\.example\\) \\*\\*\\@room\\*\\* \\`\\!task\\` \\<b\\> \\# hi',
    );
  });
});
