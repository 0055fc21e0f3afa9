import { expect, test } from 'vitest';
import { startProviderServer } from './support/provider-server.ts';
import { collect, dialogue } from './support/requests.ts';
import { never, runtimeWith, scripted } from './support/runtimes.ts';
import { wires } from './support/wire.ts';

test('a server that refuses to count tokens is asked without, from then on', async () => {
  await using server = await startProviderServer();
  const whole = wires[0]?.whole ?? { body: '' };
  server.react(call =>
    call.body.includes('stream_options')
      ? { status: 400, body: JSON.stringify({ error: { message: 'Unrecognized field: stream_options' } }) }
      : whole,
  );
  const runtime = runtimeWith({ models: [scripted(server.url)] });
  for (const calls of [2, 3]) {
    const { text, error } = await collect(runtime.reply(dialogue('Hi'), never()));
    expect(error).toBeNull();
    expect(text).toBe('Hello room');
    expect(server.calls).toHaveLength(calls);
  }
});
