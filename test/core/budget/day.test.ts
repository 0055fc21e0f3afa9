import { expect, it } from 'vitest';
import { dayOf, isTimeZone } from '../../../src/core/budget/day.ts';

const midnight = Date.UTC(2026, 10, 21);

it.each([
  [midnight - 1, 'UTC', '2026-11-20'],
  [midnight, 'UTC', '2026-11-21'],
  [midnight, 'America/New_York', '2026-11-20'],
  [midnight - 3_600_000, 'Europe/Berlin', '2026-11-21'],
  [Date.UTC(2026, 2, 29, 21, 59, 59), 'Europe/Berlin', '2026-03-29'],
  [Date.UTC(2026, 2, 29, 22), 'Europe/Berlin', '2026-03-30'],
  [midnight, 'Pacific/Kiritimati', '2026-11-21'],
])('%i in %s is on %s', (now, timeZone, day) => {
  expect(dayOf(now, timeZone)).toBe(day);
});

it('knows which time zones there are', () => {
  expect(['UTC', 'Europe/Berlin', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
