import { describe, expect, it } from 'vitest';
import { agentId } from '../../src/core/ids.ts';
import { ensureFirstRooms } from '../../src/orchestrator/lifecycle/first-rooms.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { testParley } from '../fakes/installation.ts';

const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('It is not there.');
  return value;
};

describe('an agent that is not in the configuration any more', () => {
  it('is retired at the next start and leaves its rooms, with a farewell where it had spoken', async () => {
    const first = await testParley();
    const mara = first.bridge.person('mara');
    const silent = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
    const spoken = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
    await first.settle();
    mara.say(spoken, '@Ada hello');
    await first.settle();
    await first.crash();
    const { bridge, store, clock } = first;
    const { settle, answers, parley } = await testParley({ bridge, store, clock, wishes: sampleAgents.slice(1) });
    await settle();
    await clock.advance(2_000);
    expect(await store.collection('agents').get(agentId('ada'))).toMatchObject({ status: 'retired', passage: null });
    expect(parley.agents.has(agentId('ada'))).toBe(false);
    for (const room of [silent, spoken])
      expect([...bridge.network.room(room).members.keys()]).not.toContain('agent:ada');
    expect(answers(silent)).toEqual([]);
    expect(answers(spoken).at(-1)).toMatchObject({ agent: 'ada', text: expect.stringContaining('Goodbye') });
    expect(first.published('AgentRetired')).toEqual([]);
  });
});

describe('the first rooms', () => {
  const owner = '@mara';

  it('are made once, and an agent that is new comes into the lobby', async () => {
    const { bridge, store, settle, parley } = await testParley();
    bridge.person('mara');
    const all = [...parley.agents.values()];
    const orchestrator = must(all.find(agent => agent.role === 'orchestrator'));
    const withAgents = (count: number) =>
      ensureFirstRooms(
        { store, bridge, agents: [...all.slice(0, count), orchestrator], orchestrator },
        bridge.memberAt(owner),
      );
    const first = await withAgents(2);
    const again = await withAgents(2);
    await settle();
    const later = await withAgents(3);
    await settle();
    expect(again).toEqual(first);
    expect(later.lobby).toBe(first.lobby);
    expect(later.direct).toHaveLength(3);
    expect([...bridge.network.room(later.lobby).members.keys()]).toContain('agent:clara');
  });
});
