import type { AgentSpeaker } from '../../src/core/floor/floor.ts';
import { agentId, bridgeName, messageId, turnId } from '../../src/core/ids.ts';

/** Ada, who waits with her answer to the message of that number. */
export function agentSpeaker(n: number): AgentSpeaker {
  const trigger = messageId(bridgeName('memory'), `$${n}`);
  const ada = agentId('ada');
  return {
    kind: 'agent',
    turn: turnId(trigger, ada),
    agent: ada,
    reason: 'asked by Mara',
    trigger,
    since: 0,
    direct: true,
  };
}
