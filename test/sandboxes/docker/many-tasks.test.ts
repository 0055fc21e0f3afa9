import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { pageOf } from '../../../src/documents/page-of.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { describeWith } from '../../servers.ts';
import { taskRoom } from '../../tasks/support/room.ts';
import { worker } from '../../tasks/support/worker.ts';
import { openDocker } from './fixtures.ts';

const many = 50;
const patienceMs = 120_000;

/** Writes its number into its workspace, waits until all the others have begun, too, and hands in what stands there. */
function works(begun: Set<string>) {
  return worker({
    async build({ conversation, done }) {
      const [, number = ''] = /"title":"Number (\d+)"/.exec(conversation[0]?.text ?? '') ?? [];
      begun.add(number);
      if (done.length === 0) return { calls: [['shell', { command: `echo ${number} >> output/mine; sleep 0.2` }]] };
      for (const end = Date.now() + patienceMs; begun.size < many && Date.now() < end; ) await sleep(20);
      if (done.length === 1) return { calls: [['shell', { command: 'cat output/mine' }]] };
      const result = done.at(-1)?.calls[0]?.result ?? '';
      return { calls: [['submit_work', { summary: result, files: [{ path: 'output/mine' }] }]] };
    },
  });
}

describeWith('sandbox', 'fifty tasks at once', () => {
  it('are done in fifty containers beside each other, each with its own files, and nothing is left of them', async () => {
    const { sandbox, given, end } = await openDocker(
      { memoryBytes: 96 * 1024 * 1024 },
      { running: many, perAgent: many },
    );
    onTestFinished(end);
    const tasks = { perAgent: many, perRoom: many, stepsPerStage: 40, tokens: 1_000_000, approvalMs: 1 };
    const room = await taskRoom({
      workTools: workspaceTools({ sandbox, clock: systemClock, grants: [], pageOf }),
      settings: { access: everybodyIs('admin'), tasks },
    });
    const begun = new Set<string>();
    room.runtime.work(works(begun));
    for (let number = 1; number <= many; number += 1) {
      room.mara.say(room.chat, `!task Number ${number}`);
      // Nobody may give more than thirty commands in a minute.
      if (number % 25 === 0) await room.clock.advance(61_000);
    }
    const all = () => room.store.collection('tasks').find({ limit: many + 1 });
    const containers = () =>
      given.engine.use(docker =>
        docker.listContainers({ all: true, filters: { label: [`parley.installation=${given.installation}`] } }),
      );
    let most = 0;
    for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(200)) {
      await room.clock.advance(1_000);
      most = Math.max(most, (await containers()).length);
      const found = await all();
      if (found.length === many && found.every(({ open }) => !open)) break;
    }
    const done = await all();
    expect(done.filter(({ status }) => status !== 'complete').map(({ failure }) => failure)).toEqual([]);
    expect(
      done.map(({ title, result }) => result?.summary === `Exit code 0.\nstdout:\n${title.slice('Number '.length)}`),
    ).toEqual(Array.from({ length: many }, () => true));
    expect(most).toBe(many);
    await sandbox.close();
    expect(await containers()).toEqual([]);
  }, 300_000);
});
