import { readFileSync } from 'node:fs';

/**
 * Loaded before Parley (`--import`): its clock is off by as many milliseconds as stand in the file of `CHAOS_CLOCK`; read at the start and
 * again on SIGUSR2. Timers and `performance.now()` go on as they are, as they do where somebody sets a machine's clock.
 */
const file = process.env.CHAOS_CLOCK ?? '';
const RealDate = Date;
let offMs = read();

function read(): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

process.on('SIGUSR2', () => {
  offMs = read();
});

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now() + offMs] : given, newTarget),
  apply: target => new target(target.now() + offMs).toString(),
  get: (target, name, receiver) => (name === 'now' ? () => target.now() + offMs : Reflect.get(target, name, receiver)),
});
