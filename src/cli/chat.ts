import { createInterface } from 'node:readline/promises';
import { loadConfig } from '../../config/load.ts';
import { openLog } from '../telemetry/log.ts';
import { painter } from './colours.ts';
import type { CliContext } from './context.ts';
import type { TerminalChat } from './main-functions.ts';
import { printable } from './printable.ts';

/** Talks to one agent, line by line, until the input ends. */
export async function runChat(context: CliContext, name?: string): Promise<number> {
  const { env, cwd, stdin, stdout, signal } = context;
  const config = await loadConfig({ env, cwd });
  const log = openLog({ level: 'silent', texts: false, to: { write: () => {} } });
  const { openChat } = await context.loadMain();
  const chat = await openChat({ config, env, agent: name ?? null, log, signal });
  const paint = painter(stdout, env);
  const prompt = paint('bold', 'You: ');
  const lines = createInterface({ input: stdin, terminal: false, signal });
  try {
    const { agent, model } = chat;
    stdout.write(`${paint('bold', agent.name)}: ${agent.description}\n`);
    stdout.write(`${paint('dim', `Model: ${model}. An empty line or Ctrl-D ends the conversation.`)}\n\n${prompt}`);
    for await (const line of lines) {
      if (line.trim() === '') break;
      await printAnswers(chat, line, context);
      stdout.write(`\n${prompt}`);
    }
    stdout.write('\n');
    return 0;
  } finally {
    lines.close();
    await chat.close();
    log.close();
  }
}

/** Prints what is new of each message. Where a message was changed and not only continued, it is printed anew. */
async function printAnswers(chat: TerminalChat, line: string, { stdout, env, signal }: CliContext): Promise<void> {
  const paint = painter(stdout, env);
  let current: { readonly id: string; readonly text: string } | undefined;
  for await (const { id, from, text } of chat.say(line, signal)) {
    const continued = current?.id === id && text.startsWith(current.text);
    if (continued) stdout.write(printable(text.slice(current?.text.length)));
    else stdout.write(`${current === undefined ? '' : '\n\n'}${paint('cyan', `${from}: `)}${printable(text)}`);
    current = { id, text };
  }
  stdout.write('\n');
}
