import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../src/system-clock.ts';

describe('The system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('calls once, and not when it is cancelled', () => {
    const called: string[] = [];
    systemClock.after(5, () => called.push('kept'));
    systemClock.after(5, () => called.push('cancelled'))();
    vi.advanceTimersByTime(50);
    expect(called).toEqual(['kept']);
  });

  it('waits longer than setTimeout can', () => {
    let runs = 0;
    const run = (): void => {
      runs += 1;
    };
    const days = 24 * 60 * 60 * 1000;
    systemClock.after(60 * days, run);
    vi.advanceTimersByTime(60 * days - 1);
    expect(runs).toBe(0);
    vi.advanceTimersByTime(1);
    expect(runs).toBe(1);
    systemClock.after(60 * days, run)();
    expect(vi.getTimerCount()).toBe(0);
  });
});
