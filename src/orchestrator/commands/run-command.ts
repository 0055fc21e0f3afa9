import { calledAgents } from '../../core/addressing.ts';
import { closest } from '../../core/closest.ts';
import { commandTurnId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { AgentCard } from '../../core/room.ts';
import { asideTurn, type Decision, scriptedTurn } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { agentsFor } from '../rooms/room-view.ts';
import { agents } from './agents.ts';
import type { Command } from './command.ts';
import { helpOver } from './help.ts';
import { stop } from './stop.ts';

/** Every command, in the order of `!help`. A new one is a file beside this one and a word here. */
const commands: readonly Command[] = [helpOver(() => commands), agents, stop];

/** Whether a text is meant as a command, known or not. */
export const isCommand = (text: string): boolean => /^\s*!\p{L}/u.test(text);

/** Carries out a message that is a command (`!name …`). Null when it is none, or nobody is there to answer it. */
export async function runCommand(message: SaidMessage, scene: Scene): Promise<Decision | null> {
  const [, name, rest = ''] = /^!(\p{L}[\p{L}\d-]*)(?:\s+([\s\S]*))?$/u.exec(message.text.trim()) ?? [];
  const speaker = commandSpeaker(message, scene);
  if (name === undefined || speaker === null) return null;
  const reply = replyAs(speaker, message, scene);
  const command = commands.find(candidate => candidate.name === name.toLowerCase());
  if (command) return command.run({ message, rest: rest.trim(), scene, reply });
  return isForUs(name, message, scene) ? reply(unknown(name)) : nothing(scene);
}

/** Other bots have commands, too: in a group, what is neither nearly one of ours nor calls one of us is meant for them. */
const isForUs = (name: string, message: SaidMessage, { parley, chat }: Scene): boolean =>
  chat.chatType === 'private' ||
  isNearlyOurs(name) ||
  calledAgents(message, agentsFor(parley, chat, message)).length > 0;

const isNearlyOurs = (name: string): boolean => {
  const names = commands.map(command => command.name);
  return closest(name.slice(0, longestName), names) !== undefined;
};

const longestName = 40;

const unknown = (name: string): string =>
  `There is no command \`!${[...name].slice(0, longestName).join('')}\`. \`!help\` shows what there is.`;

/** The orchestrator answers commands; where it isn't in the room, the first agent does. */
function commandSpeaker(message: SaidMessage, { parley, chat }: Scene): AgentCard | null {
  const here = agentsFor(parley, chat, message);
  return here.find(agent => agent.role === 'orchestrator') ?? here[0] ?? null;
}

function replyAs(speaker: AgentCard, message: SaidMessage, scene: Scene) {
  return (text: string, { floor }: Pick<Scene, 'floor'> = scene): Decision => {
    const turn = scriptedTurn(
      {
        _id: commandTurnId(message._id, speaker._id),
        chat: message.chat,
        agent: speaker._id,
        trigger: message._id,
        reason: 'command',
        thread: message.thread,
      },
      text,
      true,
    );
    return { floor, turns: [], asides: [asideTurn(turn)] };
  };
}
