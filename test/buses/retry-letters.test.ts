import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { retryLetters } from '../../src/buses/retry-letters.ts';
import type { DomainEvent } from '../../src/core/events/event.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { systemClock } from '../../src/system-clock.ts';
import { silentLog } from '../fakes/log.ts';

const events = join(import.meta.dirname, '..', 'fixtures', 'events');

it('hands on the event of a letter that an earlier Parley kept as today’s events look', async () => {
  const store = openMemoryStore({ clock: systemClock });
  const event = JSON.parse(await readFile(join(events, 'AttentionShifted.1.json'), 'utf8')) as DomainEvent;
  const kept = { group: 'audit', topic: event.topic, raw: null, error: '', attempts: 1, timestamp: 1, retry: true };
  await store.collection('dead_letters').insert([{ _id: 'audit/1', event, ...kept }]);
  const pushed: DomainEvent[] = [];
  await retryLetters({ store, clock: systemClock, log: silentLog }, () => event => {
    pushed.push(event);
    return true;
  });
  expect(event).toMatchObject({ schemaVersion: 1 });
  expect(pushed).toMatchObject([{ id: event.id, schemaVersion: 2, data: { turn: null } }]);
});
