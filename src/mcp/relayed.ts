import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { ParleyError } from '../core/errors.ts';
import type { RunInWorkspace, WorkPlace } from '../ports/work-tools.ts';
import { relayProgram } from './relay-program.ts';

interface Given {
  readonly command: readonly string[];
  readonly run: RunInWorkspace | undefined;
  readonly place: WorkPlace;
  readonly signal: AbortSignal;
}

const timeoutMs = 90_000;
const outputBytes = 64 * 1024;

/**
 * A line to a program in a workspace. Commands there get their input at once, so each request is one run of the program: it is greeted anew, asked, and
 * ended when it has answered.
 */
export function relayed(given: Given): Transport {
  let greeting: JSONRPCMessage | null = null;
  const transport: Transport = {
    start: async () => undefined,
    async send(message) {
      // What the program is told beside requests it is told by the relay.
      if (!('method' in message) || !('id' in message)) return;
      const isGreeting = message.method === 'initialize';
      if (isGreeting) greeting = message;
      const answer = await ask(given, isGreeting || greeting === null ? [message] : [greeting, initialized, message]);
      transport.onmessage?.(answer);
    },
    close: async () => transport.onclose?.(),
  };
  return transport;
}

const initialized: JSONRPCMessage = { jsonrpc: '2.0', method: 'notifications/initialized' };

async function ask(
  { command, run, place, signal }: Given,
  messages: readonly JSONRPCMessage[],
): Promise<JSONRPCMessage> {
  if (run === undefined)
    throw new ParleyError('SANDBOX_MISSING', 'There is nothing to run it in: no sandbox is there.');
  const input = JSON.stringify({ command, messages });
  const argv = ['python3', '-I', '-c', relayProgram] as const;
  const { exitCode, stdout, stderr } = await run(place, { argv, input }, { signal, timeoutMs, outputBytes });
  if (exitCode !== 0) throw new Error(`it ended without an answer: ${stderr.text.slice(0, 300)}`);
  return JSONRPCMessageSchema.parse(JSON.parse(stdout.text));
}
