import { roleOf } from '../../core/access.ts';
import { takesTurns } from '../../core/agent.ts';
import { spoke } from '../../core/floor/slot.ts';
import { agentOf, type MemberId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import { answerPerson, type Decision } from '../../core/take-turns.ts';
import { runCommand } from '../commands/run-command.ts';
import { strategyOf } from '../floor/floor-rules.ts';
import type { Installation } from '../installation.ts';
import { roomFor } from '../rooms/room-view.ts';
import { answerByKeeper } from './answer-by-keeper.ts';
import { meantButAway, pausedNotice } from './away-agents.ts';

import { type Handle, nothing, type Scene } from './handling.ts';
import { mergeBurst } from './merge-burst.ts';

/** Somebody says something: a command is carried out, anything else may be answered. Notices and bots never wake an agent. */
export const handleSaid: Handle<SaidMessage> = async (message, scene) => {
  const { parley, floor } = scene;
  const silent = agentOf(message.from) !== null || message.fromPerson === false || message.messageType === 'notice';
  if (silent || message.status === 'redacted' || isIgnored(message.from, parley)) return nothing(scene);
  if (parley.clock.now() - message.timestamp > parley.settings.answerWithinMs) {
    parley.log.info({ message: message._id, chat: message.chat }, 'Read but not answered: it is too old.');
    return { floor: { ...floor, turnsSincePerson: 0 }, turns: [] };
  }
  const heard = { ...scene, floor: spoke({ ...floor, turnsSincePerson: 0 }, message.from, parley.clock.now()) };
  return (await runCommand(message, heard)) ?? decideAnswer(message, heard);
};

/** Whether this member is never answered. */
const isIgnored = (member: MemberId, { settings }: Pick<Installation, 'settings'>): boolean =>
  roleOf(member, settings.access) === 'none';

/** Who answers a person's message. */
async function decideAnswer(message: SaidMessage, scene: Scene): Promise<Decision> {
  const { parley, chat, floor } = scene;
  const room = await roomFor(parley, chat, message);
  const { away, nobodyElse } = meantButAway(message, room);
  const { thread } = message;
  const notices = away.flatMap(agent => pausedNotice(parley, { chat, agent, thread }) ?? []);
  if (nobodyElse) return { floor, turns: [], asides: notices };
  const there = { ...room, agents: room.agents.filter(takesTurns) };
  const given = { room: there, strategy: strategyOf(parley, chat), now: parley.clock.now() };
  const others = () => mergeBurst(answerPerson(message, floor, given), message, scene);
  const decision = (await answerByKeeper(message, { scene, room: there, others })) ?? (await others());
  return notices.length === 0 ? decision : { ...decision, asides: [...(decision.asides ?? []), ...notices] };
}
