import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { printEvents } from '../../../config/print-events.ts';
import { correlationOf, type EventName, event, eventTypes, versionOf } from '../../../src/core/events/event.ts';
import type { EventType } from '../../../src/core/events/event-type.ts';
import { cutFact, longestFact } from '../../../src/core/events/fields.ts';
import { readEvent } from '../../../src/core/events/read-event.ts';
import { agentId, bridgeName, chatId, commandTurnId, messageId, onceTurnId, turnId } from '../../../src/core/ids.ts';
import { samples } from './samples.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'test/fixtures/events');
const names = Object.keys(eventTypes) as EventName[];
const kept = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));

/** `PARLEY_EVENTS=write` adds shapes and examples of new types and versions; what is there is never changed. */
const isWriting = process.env.PARLEY_EVENTS === 'write';
const inJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function keepExample(name: EventName): void {
  const file = join(folder, `${name}.${versionOf(eventTypes[name])}.json`);
  const example = {
    ...event(name, samples[name], messageId(bridgeName('matrix'), '$question')),
    timestamp: 1767225600000,
  };
  if (!existsSync(file)) writeFileSync(file, inJson(example));
}

describe('the events', () => {
  it('are those of docs/events.md (npx node config/print-events.ts > docs/events.md)', () => {
    expect(readFileSync(join(root, 'docs/events.md'), 'utf8')).toBe(printEvents());
  });

  it('are each described, field by field', () => {
    for (const type of Object.values<EventType>(eventTypes)) expect(type.about).toMatch(/^[A-Z“].*\.$/);
    expect(printEvents()).not.toMatch(/\| *\|\n/);
  });

  it('keep their shape as long as they keep their version (a change is a new version, with an upgrade and a kept event)', () => {
    const shapes = Object.fromEntries(
      names.map(name => [`${name}.${versionOf(eventTypes[name])}`, z.toJSONSchema(eventTypes[name].data)]),
    );
    const file = join(root, 'test/fixtures/event-shapes.json');
    const read = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));
    if (isWriting) writeFileSync(file, inJson({ ...shapes, ...read() }));
    const known = read();
    for (const [name, shape] of Object.entries(shapes)) expect({ [name]: shape }).toEqual({ [name]: known[name] });
  });

  it('have one kept event of every version, and no other', () => {
    const wanted = names.flatMap(name =>
      Array.from({ length: versionOf(eventTypes[name]) }, (_, index) => `${name}.${index + 1}.json`),
    );
    if (isWriting) names.forEach(keepExample);
    expect(readdirSync(folder).sort()).toEqual(wanted.sort());
  });
});

describe.each(names)('%s', name => {
  const type: EventType = eventTypes[name];
  const made = event(name, samples[name]);

  it('is read again as it was published', () => {
    const published = { ...made, timestamp: 5 };
    expect(readEvent(JSON.parse(JSON.stringify(published)))).toEqual(published);
  });

  it('names itself by its data alone, and is ordered by one field of it', () => {
    expect(event(name, structuredClone(samples[name])).id).toBe(made.id);
    expect(made.id).toMatch(new RegExp(`^${name}:.*[^/]$`));
    expect(Object.keys(type.data.shape)).toContain(type.key);
    expect(made.key).toBe((samples[name] as Record<string, unknown>)[type.key]);
  });

  it('is still read in every version that there ever was', () => {
    for (let version = 1; version <= versionOf(type); version += 1) {
      const old = kept(`${name}.${version}.json`);
      expect(old).toMatchObject({ type: name, schemaVersion: version });
      expect(readEvent(old)).toMatchObject({ type: name, schemaVersion: versionOf(type) });
    }
  });
});

describe('reading an event', () => {
  const good = { ...event('MessageReceived', samples.MessageReceived), timestamp: 5 };

  it.each([
    ['no event at all', 'SpeakGranted'],
    ['a type that is not known', { ...good, type: 'WorldEnded' }],
    ['a type that every object has', { ...good, type: 'constructor' }],
    ['a newer version', { ...good, schemaVersion: 2 }],
    ['no version', { ...good, schemaVersion: 0 }],
    ['other data', { ...good, data: { chat: 'matrix:!a' } }],
    ['the topic of others', { ...good, topic: 'System' }],
    ['the place of another room', { ...good, key: 'matrix:!other:example.org' }],
    ['an id that is none', { ...good, id: 'x'.repeat(20_000) }],
    ['a text where none belongs', { ...good, data: { ...good.data, text: 'My secret' } }],
  ])('gives null for %s', (_what, value) => expect(readEvent(value)).toBeNull());
});

describe('what follows from one message', () => {
  const bridge = bridgeName('matrix');
  const message = messageId(bridge, '$a/b_c');
  const turn = turnId(message, agentId('ada'), 2);

  it('is correlated with it, over turns, rounds, commands and hand-overs', () => {
    const all = [message, turn, turnId(turn, agentId('bruno-2')), commandTurnId(message, agentId('parley'))];
    expect(new Set(all.map(correlationOf)).size).toBe(1);
    expect(correlationOf(messageId(bridge, '$other'))).not.toBe(correlationOf(message));
  });

  it('is correlated with the room where nobody said anything', () => {
    const once = onceTurnId(chatId(bridge, '!room'), 'introduction', agentId('ada'));
    expect(correlationOf(once)).toBe('matrix:!room');
  });

  it('says what it follows from', () => {
    const told = event('MessageSent', samples.MessageSent, samples.MessageSent.turn);
    expect(told).toMatchObject({ causationId: 'matrix:$question/ada', correlationId: 'matrix:$question' });
    const alone = event('MessageSent', samples.MessageSent);
    expect(alone).toMatchObject({ causationId: null, correlationId: alone.id });
  });
});

it('a fact that is too long is cut', () => {
  expect(cutFact('x'.repeat(500))).toHaveLength(longestFact);
  expect(cutFact('mentioned')).toBe('mentioned');
});
