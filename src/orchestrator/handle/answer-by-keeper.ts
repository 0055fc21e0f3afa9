import { calledAgents } from '../../core/addressing.ts';
import { commandTurnId } from '../../core/ids.ts';
import { keeperAsked } from '../../core/keeper.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { AgentCard, Room } from '../../core/room.ts';
import { asideTurn, type Decision, scriptedTurn } from '../../core/take-turns.ts';
import { nothing, type Scene } from './handling.ts';

const mostNamed = 5;

/**
 * The orchestrator says who it is where it is spoken to; no model speaks for it, so that it is always the same. Agents that the message
 * calls too answer beside it. Null where the message is not for it.
 */
export async function answerByKeeper(
  message: SaidMessage,
  { scene, room, others }: { scene: Scene; room: Room; others: () => Promise<Decision> },
): Promise<Decision | null> {
  const keeper = keeperAsked(message, room);
  if (keeper === null) return null;
  const colleagues = room.agents.filter(({ role }) => role === 'agent');
  const decision = calledAgents(message, colleagues).length > 0 ? await others() : nothing(scene);
  const { _id, chat, thread } = message;
  const about = { chat, agent: keeper._id, trigger: _id, reason: 'asked who it is', thread };
  const text = whoItIs(keeper, colleagues, scene);
  const aside = asideTurn(scriptedTurn({ _id: commandTurnId(_id, keeper._id), ...about }, text, true));
  return { ...decision, asides: [...(decision.asides ?? []), aside] };
}

function whoItIs(keeper: AgentCard, here: readonly AgentCard[], { parley }: Scene): string {
  const prefix = parley.settings.commandPrefix;
  const all = [...parley.agents.values()].filter(({ role }) => role === 'agent');
  const names = (here.length > 0 ? here : all).slice(0, mostNamed).map(({ name }) => `**${name}**`);
  const talk = here.length > 0 ? 'To talk, mention one of the agents here' : 'To talk, write to one of the agents';
  return [
    `I’m **${keeper.name}**. I keep order in the rooms and answer commands: \`${prefix}help\` shows them. I don’t talk otherwise.`,
    names.length === 0 ? '' : ` ${talk}: ${names.join(', ')}.`,
  ].join('');
}
