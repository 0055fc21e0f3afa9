import { describe, expect, it } from 'vitest';
import { sharedClock } from '../src/shared-clock.ts';
import { heldClock } from './fakes/clock.ts';

const start = Date.UTC(2026, 0, 1);

/** A machine and a server, each with a clock that can be set. */
function apart() {
  const timers = heldClock(start);
  const set = { machineMs: 0, serverMs: 0, underWayMs: 0, away: false };
  /** What the line took beside what the timers tell. */
  let tookMs = 0;
  const now = (): number => timers.now() + tookMs;
  const machine = { now: () => now() + set.machineMs, after: timers.after };
  const clock = sharedClock({ machine, elapsed: () => now() - start });
  const server = {
    async serverTime() {
      if (set.away) throw new Error('The server is away.');
      tookMs += set.underWayMs / 2;
      const told = now() + set.serverMs;
      tookMs += set.underWayMs / 2;
      return told;
    },
  };
  return { clock, server, set, timers, ahead: () => clock.now() - now() };
}

describe('A clock that processes have in common', () => {
  it('goes by the machine until it follows a server, and by the server from then on', async () => {
    const { clock, server, set, ahead } = apart();
    set.machineMs = -57_000;
    expect(ahead()).toBe(-57_000);
    set.underWayMs = 80;
    await clock.follow(server);
    expect(ahead()).toBe(0);
  });

  it('goes on as it was when the clock of the machine is set, and when the server is away', async () => {
    const { clock, server, set, timers, ahead } = apart();
    await clock.follow(server);
    set.machineMs = 120_000;
    expect(ahead()).toBe(0);
    set.away = true;
    await timers.advance(60_000);
    expect(ahead()).toBe(0);
  });

  it('follows within ten seconds when the clock of the server is set', async () => {
    const { clock, server, set, timers, ahead } = apart();
    await clock.follow(server);
    set.serverMs = -5_000;
    await timers.advance(10_000);
    expect(ahead()).toBe(-5_000);
  });

  it('does not tremble with the line, and takes nothing that was under way for long', async () => {
    const { clock, server, set, timers, ahead } = apart();
    await clock.follow(server);
    set.serverMs = 200;
    await timers.advance(10_000);
    expect(ahead()).toBe(0);
    set.serverMs = 90_000;
    set.underWayMs = 600;
    await timers.advance(10_000);
    expect(ahead()).toBe(0);
  });

  it('goes by the machine where the server does not tell, or is away at first, until it does', async () => {
    const { clock, server, set, timers, ahead } = apart();
    set.machineMs = 3_000;
    await clock.follow({ serverTime: async () => null });
    expect(ahead()).toBe(3_000);
    set.away = true;
    await clock.follow(server);
    expect(ahead()).toBe(3_000);
    set.away = false;
    await timers.advance(10_000);
    expect(ahead()).toBe(0);
  });

  it('asks no more when it is ended', async () => {
    const { clock, server, set, timers, ahead } = apart();
    const end = await clock.follow(server);
    end();
    set.serverMs = 5_000;
    await timers.advance(60_000);
    expect(ahead()).toBe(0);
  });
});
