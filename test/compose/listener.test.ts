import { expect, it } from 'vitest';
import { freePort, newListener } from '../../src/compose/listener.ts';
import { freePorts } from '../e2e/driver/child.ts';

it('gives nobody longer than a minute to send a request', async () => {
  const listener = newListener();
  await listener.ready();
  expect(listener.server.requestTimeout).toBe(60_000);
  await listener.close();
});

it('gives the same port again to a process that begins anew a moment later', async () => {
  const [wished = 0] = await freePorts(1);
  expect([await freePort(wished, '127.0.0.1'), await freePort(wished, '127.0.0.1')]).toEqual([wished, wished]);
});
