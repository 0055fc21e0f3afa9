import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../src/system-clock.ts';

describe('The system clock', () => {
  it('calls once, and not when it is cancelled', async () => {
    const called: string[] = [];
    systemClock.after(5, () => called.push('kept'));
    systemClock.after(5, () => called.push('cancelled'))();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(called).toEqual(['kept']);
  });

  it('waits longer than setTimeout can', () => {
    vi.useFakeTimers();
    const run = vi.fn();
    const days = 24 * 60 * 60 * 1000;
    systemClock.after(60 * days, run);
    vi.advanceTimersByTime(60 * days - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    systemClock.after(60 * days, run)();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
