import { memoryDisk, memorySandbox } from '../../../sandboxes/memory/sandbox.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { sandboxContract } from '../../contracts/sandbox.ts';
import { programs, testPrograms } from './programs.ts';

sandboxContract('the sandbox in memory', async limits => {
  const disk = memoryDisk();
  const made = () => memorySandbox({ clock: systemClock, programs, disk, limits });
  const sandbox = made();
  return { sandbox, programs: testPrograms, again: async () => made(), end: () => sandbox.close() };
});
