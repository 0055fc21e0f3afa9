import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openBalancer } from './balancer.ts';

describe('the balancer of the chaos suite', () => {
  const ending: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0)) await end();
  });

  /** A bridge that answers with this status, and notes whom it heard. */
  async function bridge(status: number, heard: string[], name: string): Promise<number> {
    const server: Server = createServer((request, response) => {
      heard.push(`${name} ${request.method} ${request.url}`);
      request.resume();
      response.writeHead(status).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ending.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  async function put(ports: readonly number[], times = 1): Promise<number[]> {
    const balancer = await openBalancer(ports);
    ending.push(balancer.close);
    const statuses: number[] = [];
    for (let time = 1; time <= times; time += 1)
      statuses.push((await fetch(`${balancer.url}/transactions/${time}`, { method: 'PUT', body: '{}' })).status);
    return statuses;
  }

  it('gives requests to the bridges in turns', async () => {
    const heard: string[] = [];
    const ports = [await bridge(200, heard, 'one'), await bridge(200, heard, 'two')];
    expect(await put(ports, 2)).toEqual([200, 200]);
    expect(heard.toSorted()).toEqual(['one PUT /transactions/2', 'two PUT /transactions/1']);
  });

  it('asks the next one where a bridge is not there, or can not', async () => {
    const heard: string[] = [];
    const gone = await bridge(200, [], 'gone');
    await ending.splice(0)[0]?.();
    expect(await put([gone, await bridge(503, heard, 'busy'), await bridge(200, heard, 'one')], 3)).toEqual([
      200, 200, 200,
    ]);
    expect(heard.filter(line => line.startsWith('one'))).toHaveLength(3);
  });

  it('tells the homeserver that there is none', async () => {
    expect(await put([await bridge(500, [], 'ill')])).toEqual([502]);
  });
});
