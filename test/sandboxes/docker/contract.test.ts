import { sandboxContract } from '../../contracts/sandbox.ts';
import { describeWith } from '../../servers.ts';
import { openDocker } from './fixtures.ts';

describeWith('sandbox', 'the engine', () => {
  sandboxContract('the sandbox in containers', limits => openDocker(limits));
});
