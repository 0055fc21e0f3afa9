import { engineAt } from '../../../../sandboxes/docker/engine.ts';
import { dockerSandbox } from '../../../../sandboxes/docker/sandbox.ts';
import { agentId } from '../../../../src/core/ids.ts';
import { systemClock } from '../../../../src/system-clock.ts';

/** A Parley that is killed: opens a workspace, runs something in it, and tells so. */
const [given = '{}'] = process.argv.slice(2);
const sandbox = dockerSandbox({
  ...JSON.parse(given),
  engine: engineAt(process.env.PARLEY_TEST_SANDBOX ?? null),
  clock: systemClock,
  lives: async () => true,
});
const workspace = await sandbox.open({ agent: agentId('ada'), task: 'killed' });
const argv = ['sh', '-c', 'echo begun; while :; do echo x >> alive; sleep 0.05; done'] as const;
const onOutput = (): void => void process.stdout.write('running\n');
await workspace.run({ argv }, { signal: new AbortController().signal, onOutput });
