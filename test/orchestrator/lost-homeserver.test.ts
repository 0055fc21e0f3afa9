import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import type { Agent } from '../../src/core/agent.ts';
import { agentId, agentMember } from '../../src/core/ids.ts';
import { ensureFirstRooms } from '../../src/orchestrator/lifecycle/first-rooms.ts';
import { forgetHomeserver } from '../../src/orchestrator/lifecycle/forget-homeserver.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';

const orchestratorOf = (agents: readonly Agent[]): Agent => {
  const found = agents.find(agent => agent.role === 'orchestrator');
  if (found === undefined) throw new Error('There is no orchestrator.');
  return found;
};

function firstRooms({ parley, store, bridge }: TestParley) {
  const agents = [...parley.agents.values()];
  const owner = bridge.person('mara').id;
  return ensureFirstRooms({ store, bridge, agents, orchestrator: orchestratorOf(agents) }, owner);
}

describe('a homeserver that has lost its database', () => {
  it('gets its agents and rooms anew', async () => {
    const first = await testParley();
    const { store, clock } = first;
    const settings = store.collection('settings');
    await firstRooms(first);
    await settings.insert([
      { _id: 'settled:@mara', value: '!1' },
      { _id: 'other', value: 'kept' },
    ]);
    await first.settle();
    await first.crash();
    await forgetHomeserver(store, first.bridge.name);
    await forgetHomeserver(store, first.bridge.name);
    expect((await settings.find({ limit: 100 })).map(({ _id }) => _id)).toEqual(['other']);
    expect((await store.collection('agents').find({ limit: 100 })).map(agent => agent.provisioned)).toEqual(
      Array.from({ length: 4 }, () => ({})),
    );

    // Ids of another range, as no homeserver gives the same twice.
    const network = memoryNetwork({ clock });
    for (let spent = 0; spent < 100; spent += 1)
      network.rooms.delete(network.makeRoom('group', agentMember(agentId('parley'))).id);
    const second = await testParley({ bridge: memoryBridge(network), store, clock });
    const { lobby } = await firstRooms(second);
    await second.settle();
    expect([...network.accounts.keys()].sort()).toEqual(['ada', 'bruno', 'clara', 'parley']);
    second.bridge.person('mara').say(lobby, 'Ada, are you there?');
    await second.settle();
    expect(second.answers(lobby)).toMatchObject([{ agent: 'ada' }]);
  });
});
