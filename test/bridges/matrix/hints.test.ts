import { describe, expect, it } from 'vitest';
import { matrix } from '../../../bridges/matrix/names.ts';
import { makePresence } from '../../../bridges/matrix/presence.ts';
import { showTyping } from '../../../bridges/matrix/typing.ts';
import { agentId, chatId } from '../../../src/core/ids.ts';
import { heldClock } from '../../fakes/clock.ts';
import { names } from './fake-world.ts';
import { keptLog } from './kept-log.ts';
import { recordedRequests } from './recorded-requests.ts';

const ada = agentId('ada');
const chat = chatId(matrix, '!room');

function setUp(answer?: () => unknown) {
  const clock = heldClock();
  const { requests, lines } = recordedRequests(answer);
  return { clock, lines, options: { requests, names, clock, log: keptLog() } };
}

describe('typing', () => {
  const on = 'PUT /rooms/!room/typing/@agent-ada:parley.test {"typing":true,"timeout":30000}';
  const off = 'PUT /rooms/!room/typing/@agent-ada:parley.test {"typing":false}';

  it('is renewed every 20 s and ends once', async () => {
    const { clock, lines, options } = setUp();
    const stop = showTyping(options, chat, ada);
    await clock.advance(45_000);
    stop();
    stop();
    await clock.advance(60_000);
    expect(lines).toEqual([on, on, on, off]);
    expect(clock.pending()).toBe(0);
  });

  it('is not shown for an answer that is there at once', async () => {
    const { clock, lines, options } = setUp();
    showTyping(options, chat, ada)();
    await clock.advance(1_000);
    expect(lines).toEqual([]);
  });

  it('does not matter when it fails', async () => {
    const { clock, lines, options } = setUp(() => {
      throw new Error('down');
    });
    const stop = showTyping(options, chat, ada);
    await clock.advance(25_000);
    stop();
    await clock.advance(0);
    expect(lines).toEqual([on, on, off]);
    expect(options.log.lines.every(({ level }) => level === 'debug')).toBe(true);
  });
});

describe('presence', () => {
  const as = (presence: string, status = '') =>
    `PUT /presence/@agent-ada:parley.test/status {"presence":"${presence}"${status}}`;

  it('is renewed before the homeserver forgets it, until the agent is offline', async () => {
    const { clock, lines, options } = setUp();
    const presence = makePresence(options);
    await presence.set(ada, 'online', 'thinks');
    await clock.advance(50_000);
    expect(lines).toEqual(Array(3).fill(as('online', ',"status_msg":"thinks"')));
    await presence.set(ada, 'offline', null);
    await clock.advance(100_000);
    expect(lines.slice(3)).toEqual([as('offline')]);
    expect(clock.pending()).toBe(0);
  });

  it('is kept up for the agents set last only, and ends with the bridge', async () => {
    const { clock, lines, options } = setUp();
    const presence = makePresence(options);
    for (let index = 0; index < 10_000; index += 1) await presence.set(agentId(`a${index}`), 'online', null);
    lines.length = 0;
    await clock.advance(25_000);
    expect(lines).toHaveLength(50);
    expect(lines.at(-1)).toContain('@agent-a9999:');
    lines.length = 0;
    await presence.stop();
    await clock.advance(100_000);
    expect(lines).toHaveLength(50);
    expect(lines.every(line => line.includes('offline'))).toBe(true);
  });
});
