import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded before Parley (`--import`): at SIGUSR2 the process collects its garbage, and prints what it uses. A process that was started with
 * `--expose-gc` could do no more, but the options of Node would be others than a user's.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
let count = 0;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

process.on('SIGUSR2', () => {
  const asked = cpuMs();
  collect();
  setTimeout(() => {
    collect();
    count += 1;
    const usage = { ...process.memoryUsage(), cpuMs: { asked, told: cpuMs() } };
    console.log(`bench usage ${count} ${JSON.stringify(usage)} end ${count}`);
  }, 200);
});
