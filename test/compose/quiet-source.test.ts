import { expect, it } from 'vitest';
import { untilNobodyWorks } from '../../src/compose/quiet-source.ts';
import { processId } from '../../src/core/ids.ts';
import { joinCrew } from '../../src/orchestrator/crew/join-crew.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { silentLog } from '../fakes/log.ts';
import { openSealed } from '../stores/sealed/installations.ts';

it('a process that was frozen while its store was moved does not go on there when it wakes up', async () => {
  const clock = heldClock();
  const frozen = heldClock();
  const store = openMemoryStore({ clock });
  const seen: string[] = [];
  const self = { id: processId('frozen'), role: 'all', host: 'here', pid: 1 } as const;
  const onLost = (): void => void seen.push('lost');
  const crew = await joinCrew({ store, clock: frozen, elapsed: clock.now, log: silentLog, self, onLost });
  const waiting: number[] = [];
  await untilNobodyWorks(store, {
    onWaiting: count => void waiting.push(count),
    elapsed: clock.now,
    pause: ms => clock.advance(ms),
  });
  await frozen.advance(60_000);
  expect([waiting, seen, crew.holds()]).toEqual([[1], ['lost'], false]);
});

it('a process that still lives is waited for', async () => {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  const self = { id: processId('living'), role: 'all', host: 'here', pid: 1 } as const;
  const onLost = (): void => undefined;
  const crew = await joinCrew({ store, clock, elapsed: clock.now, log: silentLog, self, onLost });
  let isOver = false;
  const over = untilNobodyWorks(store, {
    onWaiting: () => undefined,
    elapsed: clock.now,
    pause: ms => clock.advance(ms),
  }).then(() => {
    isOver = true;
  });
  await clock.advance(30_000);
  expect(isOver).toBe(false);
  await crew.leave();
  await over;
});

it('a process whose record is sealed is waited for by who sees only what is sealed, as a copy does', async () => {
  const clock = heldClock();
  const beneath = openMemoryStore({ clock });
  const { store } = await openSealed({ beneath, clock });
  const self = { id: processId('living'), role: 'all', host: 'here', pid: 1 } as const;
  const onLost = (): void => undefined;
  const crew = await joinCrew({ store, clock, elapsed: clock.now, log: silentLog, self, onLost });
  const waiting: number[] = [];
  let isOver = false;
  const over = untilNobodyWorks(beneath, {
    onWaiting: count => void waiting.push(count),
    elapsed: clock.now,
    pause: ms => clock.advance(ms),
  }).then(() => {
    isOver = true;
  });
  await clock.advance(30_000);
  expect([waiting, isOver]).toEqual([[1], false]);
  await crew.leave();
  await over;
});
