import { expect, it } from 'vitest';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { agentId } from '../../../src/core/ids.ts';
import { setLimit } from '../../../src/orchestrator/budgets/set-limit.ts';
import { pauseAgent } from '../../../src/orchestrator/lifecycle/change-agent.ts';
import { noSignals } from '../../../src/ports/signals.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { type Common, processOf } from '../../fakes/crew.ts';

it('a process whose signals are lost knows within half a minute which agents and limits others have changed', async () => {
  const clock = heldClock();
  const deaf: Common = {
    store: openMemoryStore({ clock }),
    network: memoryNetwork({ clock }),
    signals: () => noSignals,
  };
  const [a, b] = [await processOf(deaf, 'a', { role: 'all' }), await processOf(deaf, 'b', { role: 'worker' })];
  const ada = agentId('ada');
  const by = a.bridge.person('mara').id;
  await pauseAgent(a.parley, { agent: ada, by });
  await setLimit(a.parley, { holder: { scope: 'agent', id: ada }, limit: { tokens: 5 }, when: 'always', by });
  await b.clock.advance(30_000);
  expect(b.parley.agents.get(ada)?.paused).toMatchObject({ by });
  expect(b.parley.limits.of({ scope: 'agent', id: ada }, '2026-01-01')).toMatchObject({ tokens: 5 });
  b.orchestrator.stop();
});
