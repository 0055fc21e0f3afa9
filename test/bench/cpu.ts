import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for programs, whatever it counts by itself. */
const msPerTick = 10;

/** Milliseconds of CPU that a process has used so far. Linux only. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything: the state is the third field, the times are the 14th and 15th.
  const [, ...fields] = stat.slice(stat.lastIndexOf(')')).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}
