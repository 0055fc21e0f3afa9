import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/core/message.ts';
import { border } from './border.ts';
import { rawEvent } from './events.ts';

const timeout = 60_000;
const isWhole = ({ _id, chat, from, timestamp }: ChatEvent): boolean =>
  [_id, chat, from].every(id => id.isWellFormed() && id.length < 300 && !/[\u0000-\u001F]/.test(id)) &&
  Number.isSafeInteger(timestamp);

const surrogate = fc.integer({ min: 0xd800, max: 0xdfff }).map(code => String.fromCharCode(code));
const control = fc.integer({ min: 0, max: 31 }).map(code => String.fromCharCode(code));
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  surrogate,
  control,
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '@agent-ada:parley.test',
    '$event',
    '!room',
    '',
    'a'.repeat(70_000),
  ),
);
const anything = fc.oneof(nasty, fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(null, -1, 1e308, true, [], {}));
const type = fc.constantFrom(
  ...['m.room.message', 'm.reaction', 'm.room.redaction', 'm.room.member', 'm.room.name', 'm.room.topic'],
  ...['m.room.encryption', 'm.room.encrypted', 'm.sticker', 'constructor', '__proto__'],
);
const contentKeys = [
  ...['body', 'msgtype', 'url', 'info', 'filename', 'formatted_body', 'm.mentions', 'm.new_content', 'm.relates_to'],
  ...['membership', 'displayname', 'redacts', 'name', 'topic', 'net.parley', 'geo_uri', '__proto__'],
];
const msgtype = fc.constantFrom('m.text', 'm.image', 'm.location', 'm.notice', 'constructor');
const relation = fc.dictionary(
  fc.constantFrom('rel_type', 'event_id', 'key', 'm.in_reply_to', 'is_falling_back'),
  anything,
);
const content = fc.oneof(
  anything,
  fc.dictionary(fc.constantFrom(...contentKeys), anything),
  fc.record({ msgtype, body: anything, 'm.relates_to': fc.oneof(relation, anything) }, { requiredKeys: [] }),
);
const eventKeys = [
  'event_id',
  'room_id',
  'sender',
  'origin_server_ts',
  'state_key',
  'unsigned',
  'redacts',
  'prev_content',
];
const event = fc
  .tuple(type, content, fc.dictionary(fc.constantFrom(...eventKeys), anything, { maxKeys: 3 }))
  .map(([kind, inside, changes]) => rawEvent({ type: kind, content: inside, ...changes }));

describe('whatever comes to the border', () => {
  it('is taken, skipped with one line, or refused, and never breaks it', { timeout }, async () => {
    const { put, taken, log } = border();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 4, arbitrary: event }, anything), { maxLength: 8 }),
        async events => {
          const [lines, calls] = [log.lines.length, taken.events.length];
          const { status, body } = await put({ body: JSON.stringify({ events }) });
          expect([status, body]).toEqual([200, '{}']);
          expect(log.lines.length - lines).toBeLessThanOrEqual(events.length);
          expect(taken.events.slice(calls).every(isWhole)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('gives every event that is not usable exactly one line', { timeout }, async () => {
    const { put, log, taken } = border();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(null, 7, 'x'), fc.array(nasty)), { maxLength: 5 }),
        async events => {
          const before = log.lines.length;
          expect((await put({ body: JSON.stringify({ events }) })).status).toBe(200);
          expect(log.lines.length - before).toBe(events.length);
        },
      ),
      { numRuns: 200 },
    );
    expect(taken.calls).toBe(0);
  });

  it('is the fault of the caller where it is no transaction', { timeout }, async () => {
    const { put, taken, log } = border();
    const bytes = fc.uint8Array({ maxLength: 200 }).map(raw => Buffer.from(raw));
    const cut = event.chain(one => {
      const whole = Buffer.from(JSON.stringify({ events: [one] }));
      return fc.nat(whole.length - 2).map(length => whole.subarray(0, length));
    });
    const other = fc.jsonValue().map(value => Buffer.from(JSON.stringify(value)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, cut, other), async body => {
        const before = log.lines.length;
        expect((await put({ body })).status).toBe(400);
        expect(log.lines.length - before).toBe(1);
      }),
      { numRuns: 500 },
    );
    expect(taken.calls).toBe(0);
  });

  it('may have any token but the right one', { timeout }, async () => {
    const { put, taken } = border();
    const token = fc.string({ maxLength: 100 }).filter(text => /^[\x21-\x7e]*$/.test(text) && text !== 'hs-secret');
    await fc.assert(
      fc.asyncProperty(token, async wrong => {
        expect((await put({ token: wrong, body: JSON.stringify({ events: [rawEvent()] }) })).status).toBe(403);
      }),
      { numRuns: 300 },
    );
    expect(taken.calls).toBe(0);
  });

  it('may be deep or huge', { timeout }, async () => {
    const { put, taken } = border();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const inside = (value: string, key: string): string =>
      JSON.stringify({ events: [rawEvent({ [key]: 'HERE' })] }).replace('"HERE"', value);
    for (const value of [deep, objects]) {
      for (const key of ['content', 'unsigned', 'event_id', 'extra']) {
        expect((await put({ body: inside(value, key) })).status).toBe(200);
      }
      expect((await put({ body: `{"events":${value}}` })).status).toBeLessThan(500);
      expect((await put({ body: `{"events":[${value}]}` })).status).toBe(200);
      expect((await put({ body: value })).status).toBe(400);
    }
    expect((await put({ body: `{"events":[],"x":"${'x'.repeat(65 * 1024 * 1024)}"}` })).status).toBe(413);
    expect(taken.events.every(isWhole)).toBe(true);
  });

  it('can claim what it likes in net.parley', async () => {
    const { put, taken } = border();
    const forged = { msgtype: 'm.text', body: 'x', 'net.parley': { turn: 't', state: 'complete', trigger: '$1' } };
    await put({ body: JSON.stringify({ events: [rawEvent({ content: forged })] }) });
    expect(taken.events[0]).toMatchObject({ from: 'matrix:@mara:parley.test', messageType: 'text' });
    expect(JSON.stringify(taken.events)).not.toContain('complete');
  });
});
