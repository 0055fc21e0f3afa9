import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { onInterrupt } from '../../src/cli/interrupt.ts';

function interrupted() {
  const process = new EventEmitter();
  let time = 0;
  let ended = 0;
  const signal = onInterrupt(
    process,
    () => {
      ended += 1;
    },
    () => time,
  );
  const press = (name: string, afterMs = 0) => {
    time += afterMs;
    process.emit(name);
  };
  return { signal, press, ended: () => ended };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks for an end', name => {
  const { signal, press, ended } = interrupted();
  expect(signal.aborted).toBe(false);
  press(name);
  expect(signal.aborted).toBe(true);
  expect(ended()).toBe(0);
});

test('a second Ctrl-C ends at once, but not the same one passed on by npm', () => {
  const { press, ended } = interrupted();
  press('SIGINT');
  press('SIGINT', 20);
  expect(ended()).toBe(0);
  press('SIGINT', 2_000);
  expect(ended()).toBe(1);
});
