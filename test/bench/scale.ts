import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Benchmark, ms } from './result.ts';
import { quantile } from './stats.ts';

/** What the process with the many rooms measures of itself. Memory in bytes, waits in milliseconds. */
export interface ScaleFigures {
  readonly grantsPerSecond: number;
  /** From each message to the grant of its turn. */
  readonly waits: readonly number[];
  readonly heapPerRoom: number;
  readonly residentPerRoom: number;
}

const rooms = 1000;
const waves = 5;
const perSecond = 100;
const seconds = 20;

/** Many rooms in one process, with the store on the disk and a model that takes no time. */
export const scale: Benchmark = {
  key: 'i',
  title: `${rooms} rooms with 5 agents each, on the memory network`,
  async run() {
    const program = join(import.meta.dirname, 'programs', 'thousand-rooms.ts');
    const args = ['--expose-gc', program, ...[rooms, waves, perSecond, seconds].map(String)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
    const figures = JSON.parse(stdout) as ScaleFigures;
    const row = (what: string, parley: string) => ({
      key: 'i',
      what,
      parley,
      against: '–',
      ratio: '–',
      goal: '–',
      met: true,
    });
    const wait = (share: number): string => ms(quantile(figures.waits, share));
    const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
    return [
      row(
        `A message in each of ${rooms} rooms at once: turns granted and done a second`,
        figures.grantsPerSecond.toFixed(0),
      ),
      row(
        `From message to granted turn at ${perSecond} a second, median (p99) of ${figures.waits.length}`,
        `${wait(0.5)} (${wait(0.99)})`,
      ),
      row(
        'Heap (resident memory) of each room with an answer in it',
        `${kib(figures.heapPerRoom)} (${kib(figures.residentPerRoom)})`,
      ),
    ];
  },
};
