import { isParleyError } from '../../core/errors.ts';
import type { AgentId } from '../../core/ids.ts';
import type { Envelope, MembershipChanged } from '../../core/message.ts';
import { canJoin } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { markInvited } from './agent-chats.ts';

/** An invited agent goes in, if whoever invites may do so; else it declines without a word. */
export async function answerInvitation(
  agent: AgentId,
  event: Envelope & MembershipChanged,
  parley: Installation,
): Promise<void> {
  const bridge = bridgeFor(parley, event.chat);
  if (bridge === null || !canJoin(bridge)) return;
  try {
    if (parley.settings.mayInvite(event.from)) {
      await markInvited(parley, { agent, chat: event.chat, by: event.from });
      await bridge.join(event.chat, agent);
    } else {
      parley.log.info(
        { chat: event.chat, agent, by: event.from },
        'Declined an invitation: this member may not invite agents.',
      );
      await bridge.leave(event.chat, agent);
    }
  } catch (error) {
    if (!isParleyError(error, 'BRIDGE_FORBIDDEN')) throw error;
    parley.log.info({ chat: event.chat, agent, err: error }, 'An invitation does not hold any more.');
  }
}
