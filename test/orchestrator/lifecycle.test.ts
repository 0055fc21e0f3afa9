import { describe, expect, it } from 'vitest';
import { agentId } from '../../src/core/ids.ts';
import { ensureAgents } from '../../src/orchestrator/lifecycle/ensure-agents.ts';
import { ensureFirstRooms } from '../../src/orchestrator/lifecycle/first-rooms.ts';
import { leaveRetired } from '../../src/orchestrator/lifecycle/leave-retired.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { testParley } from '../fakes/installation.ts';

const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('It is not there.');
  return value;
};

describe('an agent that is not in the configuration any more', () => {
  it('is retired and leaves its rooms without a word', async () => {
    const { bridge, store, settle, parley, answers } = await testParley();
    const chat = bridge.person('mara').createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
    await settle();
    await ensureAgents(parley, sampleAgents.slice(1));
    await leaveRetired(parley);
    await settle();
    expect(await store.collection('agents').get(agentId('ada'))).toMatchObject({ status: 'retired' });
    expect([...bridge.network.room(chat).members.keys()]).not.toContain('agent:ada');
    expect(answers(chat)).toEqual([]);
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
