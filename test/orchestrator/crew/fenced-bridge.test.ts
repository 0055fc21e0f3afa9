import { expect, it } from 'vitest';
import { memoryBridge } from '../../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { agentId } from '../../../src/core/ids.ts';
import { fencedBridge } from '../../../src/orchestrator/crew/fenced-bridge.ts';
import { heldClock } from '../../fakes/clock.ts';

it('changes nothing for a process that was given up, and still says whether the network is well', async () => {
  const bridge = { ...memoryBridge(memoryNetwork({ clock: heldClock() })), isWell: async () => true };
  const fenced = fencedBridge(bridge, { holds: () => false });
  await expect(fenced.setPresence(agentId('ada'), 'online', '')).rejects.toMatchObject({ code: 'PROCESS_GIVEN_UP' });
  expect(await fenced.isWell()).toBe(true);
});
