import type { Command } from './command.ts';

/** `!help`, over all the commands there are. */
export const helpOver = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  usage: '!help',
  summary: 'Shows this.',
  async run({ scene, reply }) {
    const speak =
      scene.chat.chatType === 'private'
        ? 'Just write: every message is answered.'
        : 'Mention an agent (`@Ada`) or reply to one; without a mention, the one you last spoke to answers, or the one who knows best.';
    const list = commands().map(command => `- \`${command.usage}\` — ${command.summary}`);
    return reply(
      [speak, '', ...list, '', 'React to an answer with 🛑 to stop it, with 🔁 to have it made again.'].join('\n'),
    );
  },
});
