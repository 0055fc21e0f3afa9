import type { Socket } from 'node:net';
import { describe, expect, it, test } from 'vitest';
import { dial, type Resolve } from '../../src/egress/dial.ts';
import { isPublicAddress } from '../../src/egress/public-address.ts';
import { countedServer } from './counted-server.ts';
import { forbidden, forbiddenAddresses, resolvesTo } from './forbidden.ts';

const { signal } = new AbortController();
const refused = { code: 'ADDRESS_REFUSED' };

describe('addresses that lead inwards', () => {
  const here = countedServer();

  it.each(forbidden)('%s is not connected to', async host => {
    const answer = await dial({ host, port: here.port, signal }).catch(error => error as { code: string });
    expect(['ADDRESS_REFUSED', 'SITE_UNREACHABLE']).toContain((answer as { code: string }).code);
    expect(here.reached).toBe(0);
  });

  it.each(forbiddenAddresses)('a name that resolves to %s is not connected to', async address => {
    const resolve = resolvesTo(address);
    await expect(dial({ host: 'innocent.example', port: here.port, signal }, resolve)).rejects.toMatchObject(refused);
    expect(here.reached).toBe(0);
  });

  it('one bad address among good ones is enough', async () => {
    const resolve: Resolve = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    await expect(dial({ host: 'mixed.example', port: here.port, signal }, resolve)).rejects.toMatchObject(refused);
    expect(here.reached).toBe(0);
  });

  it('a name that changes what it resolves to is resolved once, and wins nothing', async () => {
    let asked = 0;
    const resolve: Resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '192.0.2.1' : '127.0.0.1', family: 4 }];
    };
    await expect(dial({ host: 'rebinding.example', port: here.port, signal }, resolve)).rejects.toMatchObject(refused);
    expect([asked, here.reached]).toEqual([1, 0]);
  });

  it('the operator may name a host in the own network', async () => {
    const resolve = resolvesTo('127.0.0.1');
    const socket: Socket = await dial({ host: 'packages.internal', port: here.port, signal, internal: true }, resolve);
    socket.destroy();
    await expect.poll(() => here.reached).toBe(1);
    here.reached = 0;
  });

  it('a name that nobody knows, and nobody who answers, are told apart from what is refused', async () => {
    const unreachable = { code: 'SITE_UNREACHABLE', retry: true };
    await expect(dial({ host: 'x.invalid', port: here.port, signal }, async () => [])).rejects.toMatchObject(
      unreachable,
    );
    const resolve = resolvesTo('127.0.0.1');
    await expect(dial({ host: 'x', port: 1, signal, internal: true }, resolve)).rejects.toMatchObject(unreachable);
    await expect(
      dial({ host: 'x', port: here.port, signal: AbortSignal.abort(new Error('stop')), internal: true }, resolve),
    ).rejects.toThrow('stop');
  });

  it('a name that is never resolved holds up nobody who breaks off', async () => {
    const stop = new AbortController();
    const dialled = dial(
      { host: 'slow.example', port: here.port, signal: stop.signal },
      () => new Promise(() => undefined),
    );
    stop.abort(new Error('stop'));
    await expect(dialled).rejects.toThrow('stop');
  });
});

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '93.184.215.14',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001:82b::200e',
])('%s is public', address => expect(isPublicAddress(address, [])).toBe(true));

test('an address of this machine is not, and neither is what is no address', () => {
  expect(isPublicAddress('8.8.8.8', ['8.8.8.8'])).toBe(false);
  for (const text of ['', 'example.org', '8.8.8', '8.8.8.8.8', '2606:4700::1111%eth0', ' 8.8.8.8'])
    expect(isPublicAddress(text, [])).toBe(false);
});
