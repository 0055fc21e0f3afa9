import { z } from 'zod';
import { roleOf } from '../../core/access.ts';
import { text } from '../../core/command/parameters.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { type Command, type CommandCall, command } from './command.ts';
import { byName } from './find-command.ts';
import { noCommand } from './no-command.ts';
import { mayHere } from './refuse.ts';
import { explained, usage } from './usage.ts';

export const help = command({
  name: 'help',
  summary: 'Shows what there is, or all about one command.',
  needs: null,
  parameters: z.object({ about: text('The command that is to be explained.').optional() }),
  example: 'help stop',
  async run({ about }, call) {
    return call.reply(about === undefined ? overview(call) : detail(about, call));
  },
});

/** Of more commands that belong together, one line each is told: else it is more than people read. */
const mostExplained = 4;

function detail(about: string, { commands, prefix, scene }: CommandCall): string {
  const line = about.startsWith(prefix) ? about.slice(prefix.length) : about.replace(/^\/+/, '');
  const found = byName(line, commands);
  const known = { prefix, access: scene.parley.settings.access };
  const named = found !== null && 'command' in found ? found.command : null;
  const head = line.split(/\s/u)[0]?.toLowerCase() ?? '';
  const family = commands.filter(
    ({ name }) => name === named?.name || (!/\s\S/u.test(line) && name.startsWith(`${head} `)),
  );
  if (family.length > mostExplained)
    return [
      ...family.slice(0, named === null ? 0 : 1).map(one => `${explained(one, known)}\n`),
      ...family.slice(named === null ? 0 : 1).map(one => `- \`${usage(one, prefix)}\` — ${one.summary}`),
      '',
      `\`${prefix}help ${family.at(-1)?.name}\` tells all about one of them.`,
    ].join('\n');
  if (family.length > 0) return family.map(one => explained(one, known)).join('\n\n');
  return noCommand({ unknown: line, near: found !== null && 'near' in found ? found.near : [] }, prefix);
}

function overview(call: CommandCall): string {
  const { scene, prefix, message } = call;
  const isAgentHere = agentsIn(scene.parley, scene.chat).some(({ role }) => role === 'agent');
  const speak = !isAgentHere
    ? 'I answer commands only. To talk, write to an agent, or invite one here.'
    : scene.chat.chatType === 'private'
      ? 'Just write: every message is answered.'
      : 'Mention an agent (`@Ada`) or reply to one; without a mention, the one you last spoke to answers, or the one who knows best.';
  const isGuest = roleOf(message.from, scene.parley.settings.access) === 'guest';
  return [
    speak,
    '',
    ...listed(call),
    '',
    isGuest
      ? 'You are a guest here; there is more for users.'
      : `\`${prefix}help stop\` tells more of one of them. Where another bot listens to \`${prefix}\`, too, write \`@parley stop\`. React to an answer with 🛑 to stop it, with 🔁 to have it made again.`,
  ].join('\n');
}

/** The commands that the asker may use; those of two words in the line of their first. */
function listed({ commands, scene, prefix, message }: CommandCall): string[] {
  const usable = commands.filter(({ needs }) => needs === null || mayHere(message.from, needs, scene));
  const heads = new Set(usable.map(({ name }) => name.split(' ')[0] ?? ''));
  return [...heads].map(head => lineOf(head, usable, prefix));
}

function lineOf(head: string, usable: readonly Command[], prefix: string): string {
  const own = usable.find(({ name }) => name === head);
  const family = usable
    .filter(({ name }) => name.startsWith(`${head} `))
    .map(({ name }) => name.slice(head.length + 1));
  const more =
    family.length === 0 ? '' : ` With ${family.map(word => `\`${word}\``).join(', ')}: \`${prefix}help ${head}\`.`;
  return own === undefined
    ? `- \`${prefix}${head} …\` —${more}`
    : `- \`${usage(own, prefix)}\` — ${own.summary}${more}`;
}
