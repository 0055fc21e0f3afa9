import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded before Parley (`--import`): at SIGUSR2 the process collects its garbage, and prints what it uses. A process that was started with
 * `--expose-gc` could do no more, but the options of Node would be others than a user's.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
let count = 0;

process.on('SIGUSR2', () => {
  collect();
  setTimeout(() => {
    collect();
    count += 1;
    const { user, system } = process.cpuUsage();
    const usage = { ...process.memoryUsage(), cpuMs: (user + system) / 1000 };
    console.log(`bench usage ${count} ${JSON.stringify(usage)} end ${count}`);
  }, 200);
});
