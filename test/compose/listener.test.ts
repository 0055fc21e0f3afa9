import { expect, it } from 'vitest';
import { newListener } from '../../src/compose/listener.ts';

it('gives nobody longer than a minute to send a request', async () => {
  const listener = newListener();
  await listener.ready();
  expect(listener.server.requestTimeout).toBe(60_000);
  await listener.close();
});
