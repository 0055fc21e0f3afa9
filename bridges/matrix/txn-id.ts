import { createHash } from 'node:crypto';
import type { AgentId } from '../../src/core/ids.ts';

/**
 * The transaction id of a delivery, the same for ever. Synapse keys an application service's transactions by path and service, not
 * by user, so the agent is part of it: otherwise two agents in one room could swallow each other's message.
 */
export function deliveryTxnId(agent: AgentId, deliveryId: string): string {
  const length = 24;
  return `p${createHash('sha256').update(`${agent}\0${deliveryId}`).digest('base64url').slice(0, length)}`;
}
