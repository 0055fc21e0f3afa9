import { escaped } from '../../core/addressing.ts';
import type { Agent } from '../../core/agent.ts';
import { closest, isSlipOf } from '../../core/closest.ts';
import { complete } from '../../core/command/read-arguments.ts';
import { type AgentId, agentMember } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Command } from './command.ts';

export type Found =
  | {
      readonly command: Command;
      /** What stands behind the name. */
      readonly line: string;
      /** Whether it stands in plain words behind a call of the orchestrator: then it may also be no command. */
      readonly inWords?: true;
    }
  | {
      readonly unknown: string;
      /** The commands that may have been meant, the likeliest first. */
      readonly near: readonly string[];
    };

const longestName = 40;
const nameAndRest = /^(\p{L}[\p{L}\d-]*)(?=\s|$)\s*([\s\S]*)$/u;

/**
 * What stands behind the prefix of a text that is meant as a command, known or not; null where it is none. A command begins the message:
 * quotations, code blocks (also indented ones) and lists begin with something else.
 */
export function commandLine(text: string, prefix: string): string | null {
  const start = /^(?:[^\S\n]*\n)* {0,3}(?=\S)/u.exec(text)?.[0].length ?? 0;
  const line = text.slice(start).trimEnd();
  return line.startsWith(prefix) && /^\p{L}/u.test(line.slice(prefix.length)) ? line.slice(prefix.length) : null;
}

/**
 * What stands behind a call of the orchestrator that begins a message: `@Parley queue`, `Parley: !queue` where the network says that it is a
 * mention. The way to a command that no other bot in the room can take for its own.
 */
export function calledLine(
  { text, mentions }: Pick<SaidMessage, 'text' | 'mentions'>,
  { keepers }: Pick<Known, 'keepers'>,
): string | null {
  for (const { _id, name } of keepers) {
    const marked = mentions.includes(agentMember(_id)) ? '@?' : '@';
    const names = [name, `agent-${_id}`, _id].filter(one => one !== '').map(one => escaped(one));
    const called = new RegExp(`^\\s{0,3}${marked}(?:${names.join('|')})(?::[\\w.:-]*\\w)?[,:]?\\s+(?=\\S)`, 'iu').exec(
      text,
    );
    if (called === null) continue;
    return text.slice(called[0].length).trimEnd();
  }
  return null;
}

/** Who answers commands when they are called by name. */
export const keepersOf = (agents: ReadonlyMap<AgentId, Agent>): Agent[] =>
  [...agents.values()].filter(({ role }) => role === 'orchestrator');

interface Known {
  readonly prefix: string;
  readonly commands: readonly Command[];
  /** Who may be called by name for a command. */
  readonly keepers: readonly Pick<Agent, '_id' | 'name'>[];
}

/**
 * The command that a message is, or the wrong name; null where it is none. `/` works for the names that are known, as far as a client sends
 * it (Element takes `/` for itself, and sends it on when it is written twice).
 */
export function findCommand(said: Pick<SaidMessage, 'text' | 'messageType' | 'mentions'>, known: Known): Found | null {
  const { text, messageType } = said;
  const { prefix, commands } = known;
  if (media.has(messageType)) return inCaption(text, known);
  if (messageType !== 'text') return null;
  const line = commandLine(text, prefix);
  if (line !== null) return byName(line, commands);
  const slashed = commandLine(text, '/') ?? commandLine(text, '//');
  const called = slashed === null ? calledLine(said, known) : null;
  const isPrefixed = called?.startsWith(prefix) ?? false;
  const found = byName(slashed ?? called?.slice(isPrefixed ? prefix.length : 0) ?? '', commands);
  if (found === null || !('command' in found)) return null;
  return called === null || isPrefixed ? found : { ...found, inWords: true };
}

const media: ReadonlySet<SaidMessage['messageType']> = new Set(['image', 'file', 'audio', 'video']);

function inCaption(text: string, { prefix, commands }: Known): Found | null {
  const line = commandLine(text, prefix);
  const found = line === null ? null : byName(line, commands);
  return found !== null && 'command' in found && found.command.takesFiles ? found : null;
}

/** The command that a line names, by one word or two; the second may be cut short where it still tells. Null for what can be no name. */
export function byName(line: string, commands: readonly Command[]): Found | null {
  const [, head = '', rest = ''] = nameAndRest.exec(line) ?? [];
  if (head === '') return null;
  const first = head.toLowerCase();
  const own = commands.find(({ name, aliases }) => name === first || aliases.includes(first));
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  const [, second = '', behind = ''] = nameAndRest.exec(rest) ?? [];
  const meant = `${first} ${second.toLowerCase()}`;
  const names = family.map(({ name }) => name);
  const found = names.includes(meant) || !maySayAnything(own, second, behind) ? complete(meant, names) : undefined;
  const deeper = second === '' ? undefined : family.find(({ name }) => name === found);
  if (deeper !== undefined) return { command: deeper, line: behind };
  const slip = slipOf({ first, second, behind }, names);
  if (slip !== null) return slip;
  if (own !== undefined && (rest === '' || family.length === 0 || own.parameters.length > 0))
    return { command: own, line: rest };
  return family.length === 0 ? unknownName(first, commands) : unknownOf(first, rest, family);
}

const shortest = 3;

/** Whether a command takes what people say in their own words, so that `A poem` is no word that was cut short. */
const maySayAnything = (own: Command | undefined, second: string, behind: string): boolean =>
  own?.parameters[0]?.type === 'text' && (second.length < shortest || !/^(?:#?\d|["“]|$)/u.test(behind));

/**
 * `!task shwo 3` is hardly a wish: what would be one of the commands but for a slip, and has nothing or the number of a task behind it. Null: it is none.
 */
function slipOf(
  { first, second, behind }: { readonly first: string; readonly second: string; readonly behind: string },
  names: readonly string[],
): Found | null {
  const word = second.toLowerCase();
  const words = names.map(name => name.slice(first.length + 1));
  if (!words.includes('new') || !isSlipOf(word, words) || !/^(?:#?\d{1,9}|this)?$/iu.test(behind)) return null;
  const meant = `${first} ${closest(word, words) ?? ''}`.trim();
  return { unknown: `${first} ${second}`, near: [meant, `${first} new ${`${second} ${behind}`.trim()}`] };
}

function unknownName(first: string, commands: readonly Command[]): Found {
  const names = commands.flatMap(({ name, aliases }) => [name.split(' ')[0] ?? '', ...aliases]);
  const near = closest([...first].slice(0, longestName).join(''), names);
  return { unknown: first, near: near === undefined ? [] : [near] };
}

function unknownOf(first: string, rest: string, family: readonly Command[]): Found {
  const second = (rest.split(/\s/u)[0] ?? '').slice(0, longestName);
  const words = family.map(({ name }) => name.slice(first.length + 1));
  const near = second === '' ? undefined : closest(second, words);
  const meant = near === undefined ? words : [near];
  return { unknown: `${first} ${second}`.trim(), near: meant.map(word => `${first} ${word}`) };
}
