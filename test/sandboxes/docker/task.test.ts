import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { isEnded } from '../../../src/core/tasks/task.ts';
import { pageOf } from '../../../src/documents/page-of.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { describeWith } from '../../servers.ts';
import { taskRoom } from '../../tasks/support/room.ts';
import { type Stages, worker } from '../../tasks/support/worker.ts';
import { openDocker } from './fixtures.ts';

const MiB = 1024 * 1024;
const csv = {
  name: 'sales.csv',
  mimeType: 'text/csv',
  data: new TextEncoder().encode('month,sum\nApril,3\nMay,7\nMay,9\n'),
};

const plot = `
import pandas, matplotlib.pyplot as plt
from reportlab.pdfgen import canvas
means = pandas.read_csv('attached/sales.csv').groupby('month')['sum'].mean()
means.plot.bar(); plt.savefig('output/plot.png')
page = canvas.Canvas('output/report.pdf'); page.drawString(72, 720, f"May: {means['May']}"); page.save()
print(means.to_dict())`;

/** The calls of a stage, one a step; each gets what the one before gave. */
const inTurn =
  (...calls: readonly [string, Record<string, unknown>][]): NonNullable<Stages['build']> =>
  request => {
    const call = calls[request.done.length];
    if (call === undefined) throw new Error(`unexpected: ${JSON.stringify(request.done.at(-1))}`);
    return { calls: [call] };
  };

describeWith('sandbox', 'a task in a workspace', () => {
  async function room(stages: Stages) {
    const { sandbox, end } = await openDocker({ memoryBytes: 512 * MiB, processes: 256 });
    onTestFinished(end);
    const all = await taskRoom({ workTools: workspaceTools({ sandbox, clock: systemClock, grants: [], pageOf }) });
    all.runtime.work(worker(stages));
    const untilEnded = async (): Promise<void> => {
      for (const until = Date.now() + 45_000; Date.now() < until; await sleep(100)) {
        // What is tried again after a pause is tried again.
        await all.clock.advance(1000);
        if (isEnded((await all.task().catch(() => ({ status: 'design' }))) as never)) return all.rest();
      }
      const { status, waits } = await all.task();
      throw new Error(
        `the task did not end: ${JSON.stringify({ status, waits, thread: all.thread(), logged: all.logged.slice(-3) })}`,
      );
    };
    return { ...all, untilEnded };
  }

  it('makes a plot and a PDF of an attached CSV, and hands both over', async () => {
    const seen: string[] = [];
    const { mara, chat, untilEnded, task, files, bridge } = await room({
      build: request => {
        seen.push(request.done.at(-1)?.calls[0]?.result ?? '');
        return inTurn(
          ['python', { code: plot }],
          [
            'submit_work',
            { summary: 'The means.', files: [{ path: 'output/plot.png' }, { path: 'output/report.pdf' }] },
          ],
        )(request, new AbortController().signal);
      },
    });
    mara.say(chat, '!task Plot the monthly average', { messageType: 'file', attachment: csv });
    await untilEnded();
    expect(seen.at(-1)).toContain("{'April': 3.0, 'May': 8.0}");
    expect(await task()).toMatchObject({ status: 'complete' });
    const handed = files().slice(1);
    expect(handed.map(({ text, attachment }) => [text, attachment?.mimeType])).toEqual([
      ['plot.png', 'image/png'],
      ['report.pdf', 'application/pdf'],
    ]);
    const [png = new Uint8Array(), pdf = new Uint8Array()] = handed.map(({ attachment }) =>
      bridge.network.contents.get(attachment?.source ?? ''),
    );
    expect(Buffer.from(png).subarray(1, 4).toString()).toBe('PNG');
    expect(Buffer.from(pdf).subarray(0, 4).toString()).toBe('%PDF');
  });

  it('is sent back where its tests fail, whatever the program prints, and goes on when they pass', async () => {
    const source = (sign: string): [string, Record<string, unknown>] => [
      'change_files',
      {
        action: 'write',
        path: 'src/add.py',
        content: `def add(a, b):\n    print('1 passed')\n    return a ${sign} b\n`,
      },
    ];
    const tests = 'from add import add\ndef test_add(): assert add(1, 2) == 3\n';
    let builds = 0;
    const { mara, chat, untilEnded, task } = await room({
      design: () => ({
        calls: [['submit_plan', { steps: ['Write it'], checks: ['It adds'], tests: 'cd src && python3 -m pytest -q' }]],
      }),
      build: request => {
        if (request.done.length === 0) builds += 1;
        return inTurn(
          // Not of the same length: Python takes what it compiled a moment ago for the same, within one second.
          source(builds === 1 ? '-' : '+ 0 +'),
          ['change_files', { action: 'write', path: 'src/test_add.py', content: tests }],
          ['submit_work', { summary: 'A sum.', files: [{ path: 'src/add.py' }] }],
        )(request, new AbortController().signal);
      },
      test: request =>
        inTurn(['run_tests', {}], ['submit_checks', { checks: [{ check: 1, passed: builds > 1, how: 'ran it' }] }])(
          request,
          new AbortController().signal,
        ),
    });
    mara.say(chat, '!task Write a sum');
    await untilEnded();
    expect(builds).toBe(2);
    expect(await task()).toMatchObject({ status: 'complete', sendBacks: 1 });
  });
});
