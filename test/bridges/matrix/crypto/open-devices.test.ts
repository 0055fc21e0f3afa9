import { describe, expect, it } from 'vitest';
import { agentId } from '../../../../src/core/ids.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { agentIds } from '../../../bench/agents-folder.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer } from './key-server.ts';
import { ada, engineAt } from './two-sides.ts';

const minute = 60_000;

/** An engine, and how many devices it has opened so far: for each the homeserver is asked how far its keys are. */
function scene() {
  const server = keyServer();
  const made = engineAt(server, openMemoryStore({ clock: heldClock() }));
  const opened = () => server.sent.filter(({ method, path }) => method === 'GET' && path.includes('account_data'));
  return { ...made, opened: () => opened().length };
}

describe('The devices that are open', () => {
  it('are a hundred at most: who was not needed for the longest time makes room', { timeout: 60_000 }, async () => {
    const { engine, opened } = scene();
    const agents = agentIds(101).map(agentId);
    const [first, second, third] = agents;
    if (first === undefined || second === undefined || third === undefined) throw new Error('no agents');
    for (const agent of agents.slice(0, 100)) await engine.prepare(agent);
    await engine.prepare(first);
    expect(opened()).toBe(100);
    await engine.prepare(agents[100] ?? first);
    for (const agent of [first, third]) await engine.prepare(agent);
    expect(opened()).toBe(101);
    await engine.prepare(second);
    expect(opened()).toBe(102);
    await engine.close();
  });

  it('are closed ten minutes after they were used last', async () => {
    const { engine, opened, clock } = scene();
    await engine.prepare(ada);
    await clock.advance(9 * minute);
    await engine.prepare(ada);
    await clock.advance(9 * minute);
    await engine.prepare(ada);
    expect(opened()).toBe(1);
    await clock.advance(10 * minute);
    await engine.prepare(ada);
    expect(opened()).toBe(2);
    await engine.close();
  });
});
