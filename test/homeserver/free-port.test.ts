import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { choosePort, isFree } from '../../src/homeserver/free-port.ts';

async function occupied(host: string): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>(resolve => {
    server.listen(0, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test.each(['127.0.0.1', '0.0.0.0'])(
  'a port that is taken on %s is not free; the next one is used and named',
  async host => {
    const port = await occupied(host);
    const lines: string[] = [];
    expect(await isFree(port)).toBe(false);
    const chosen = await choosePort([port], line => lines.push(line));
    expect(chosen).toBeGreaterThan(port);
    expect(lines).toEqual([`Port ${port} is in use, so the homeserver takes ${chosen}`]);
  },
);

test('the first candidate is taken without a word when it is free', async () => {
  const lines: string[] = [];
  expect(await choosePort([18_733, 18_734], line => lines.push(line))).toBe(18_733);
  expect(lines).toEqual([]);
});

test('says what to set when there is none', async () => {
  const port = 65_535;
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>(resolve => {
    server.listen(port, '127.0.0.1', resolve);
  });
  await expect(choosePort([port], () => {})).rejects.toMatchObject({ code: 'PORT_IN_USE' });
});
