import { calledAgents } from '../../core/addressing.ts';
import { isSlipOf } from '../../core/closest.ts';
import { readArguments } from '../../core/command/read-arguments.ts';
import { event } from '../../core/events/event.ts';
import { countCommand, mostCommandsAMinute } from '../../core/floor/flood.ts';
import { commandTurnId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { AgentCard } from '../../core/room.ts';
import { asideTurn, type Decision, scriptedTurn } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { agentsFor } from '../rooms/room-view.ts';
import { allCommands } from './all-commands.ts';
import type { Command, CommandCall } from './command.ts';
import { directoryOf } from './directory.ts';
import type { Found } from './find-command.ts';
import { findIn } from './is-command.ts';
import { noCommand } from './no-command.ts';
import { mayHere, refuse } from './refuse.ts';
import { usage } from './usage.ts';

/** Carries out a message that is a command (`!name …`). Null when it is none, or nobody is there to answer it. */
export async function runCommand(message: SaidMessage, given: Scene): Promise<Decision | null> {
  const found = findIn(message, given.parley);
  const speaker = commandSpeaker(message, given);
  if (found === null || speaker === null) return null;
  const known = 'command' in found ? found : null;
  if (!('command' in found) && !isForUs(found, message, given)) return nothing(given);
  if (known?.inWords && 'problem' in prepare(known, message, given)) return null;
  const prefix = given.parley.settings.commandPrefix;
  const permission = known === null ? 'command' : known.command.needs;
  if (permission !== null && !mayHere(message.from, permission, given)) {
    const name = known?.command.name ?? 'commands';
    const shown = known === null ? 'To use commands' : `\`${prefix}${name}\``;
    return refuse(message, { permission, what: { name, shown } }, given);
  }
  const { floor, verdict } = isUrgent(found) ? runNow(given) : countedNow(message, given);
  const scene = { ...given, floor };
  if (verdict === 'ignore') return nothing(scene);
  const call: CommandCall = { message, scene, commands: allCommands, prefix, reply: replyAs(speaker, message, scene) };
  if (verdict === 'tell') return call.reply(tooMany);
  return 'command' in found ? carryOut(found, call) : call.reply(noCommand(found, prefix));
}

const countedNow = ({ from }: SaidMessage, { floor, parley }: Scene) => countCommand(floor, from, parley.clock.now());

type Named = Extract<Found, { command: Command }>;

/** What stops an answer is heard however often it comes. */
const isUrgent = (found: Found): boolean => 'command' in found && found.command.name === 'stop';
const runNow = ({ floor }: Scene) => ({ floor, verdict: 'run' as const });

const tooMany = `Those were ${mostCommandsAMinute} commands within a minute. What comes now is not done; write it again when a minute has passed. \`stop\` works all the time.`;

/** What is asked for, or what is wrong with it. Plain words that are no such command may be meant otherwise: `@Parley who are you?`. */
function prepare({ command, line }: Named, message: SaidMessage, scene: Scene) {
  const read = readArguments(line, command.parameters, () => directoryOf(scene, message));
  return 'problem' in read ? read : command.prepare(read.values);
}

const sentence = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;

async function carryOut(found: Named, call: CommandCall): Promise<Decision> {
  const { command } = found;
  const { message, scene, prefix } = call;
  const { name, needs } = command;
  const prepared = prepare(found, message, scene);
  if ('problem' in prepared) {
    return call.reply(
      `${sentence(prepared.problem)} It is written \`${usage(command, prefix)}\`; \`${prefix}help ${name}\` tells more.${asWish(found, call)}`,
    );
  }
  const decision = await prepared.run(call);
  const told = { chat: scene.chat._id, message: message._id, by: message.from, command: name };
  const administrative = needs !== null && needs !== 'command';
  const ran = [event('CommandRun', { ...told, administrative, result: 'done' }, message._id)];
  if (administrative) await scene.parley.bus.keep(ran);
  else scene.parley.bus.publish(ran);
  return decision;
}

/** `!task List the rivers of Europe` was hardly meant as a list of tasks. */
function asWish({ command: { name }, line }: Named, { commands, prefix }: CommandCall): string {
  const head = firstWord(name);
  const isWish = commands.some(one => one.name === `${head} new`) && /^[^#\d"“]\S*\s+\S/u.test(line);
  return isWish ? ` To have a ${head} done that begins with these words, write \`${prefix}${head} new …\`.` : '';
}

/** Other bots have commands, too: in a group, what is neither nearly one of ours nor calls one of us is meant for them. */
const isForUs = (
  { unknown, near }: Exclude<Found, { command: Command }>,
  message: SaidMessage,
  { parley, chat }: Scene,
): boolean =>
  chat.chatType === 'private' ||
  near.some(one => firstWord(one) === firstWord(unknown)) ||
  isSlipOf(firstWord(unknown), near.map(firstWord)) ||
  calledAgents(message, agentsFor(parley, chat, message)).length > 0;

const firstWord = (name: string): string => name.split(' ')[0] ?? '';

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
