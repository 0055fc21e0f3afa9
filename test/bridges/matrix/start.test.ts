import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { makeOutage } from '../../../bridges/matrix/outage.ts';
import { registrationYaml } from '../../../bridges/matrix/registration.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { fakeWorld, type identity } from './fake-world.ts';

async function world(changes: Partial<typeof identity> = {}) {
  const made = await fakeWorld(changes);
  onTestFinished(() => made.close());
  return made;
}

describe('the start', () => {
  it('waits until the homeserver answers', async () => {
    const { bridge, homeserver, log } = await world();
    let left = 3;
    homeserver.intercept = () => (left-- > 0 ? { status: 503, body: {} } : null);
    await bridge.start(taking());
    expect(log.lines).toHaveLength(3);
  });

  it.each([
    ['as_token', { asToken: 'other' }, /does not know Parley's as_token/],
    ['hs_token', { hsToken: 'other' }, /another hs_token/],
    ['id', { registrationId: 'other' }, /under another id/],
  ])('says what to do about a wrong %s', async (_what, changes, remedy) => {
    const { bridge } = await world(changes as Partial<typeof identity>);
    const rejected = { code: 'REGISTRATION_REJECTED', retry: false, message: expect.stringMatching(remedy) };
    await expect(bridge.start(taking())).rejects.toMatchObject(rejected);
  });

  it('says what to do where the homeserver does not reach Parley', { timeout: 30_000 }, async () => {
    const { bridge, homeserver } = await world();
    homeserver.world.listenerUrl = 'http://127.0.0.1:9';
    const message = expect.stringMatching(/can't reach the registration's url/);
    await expect(bridge.start(taking())).rejects.toMatchObject({ code: 'REGISTRATION_REJECTED', message });
  });

  it('goes on with a homeserver that knows no ping', async () => {
    const { bridge, homeserver } = await world();
    const body = { errcode: 'M_UNRECOGNIZED', error: 'unknown endpoint' };
    homeserver.intercept = request => (request.endsWith('/ping') ? { status: 404, body } : null);
    await bridge.start(taking());
  });

  it('can be given up', async () => {
    const { bridge, homeserver } = await world();
    homeserver.intercept = () => ({ status: 503, body: {} });
    const failed = expect(bridge.start(taking())).rejects.toMatchObject({ code: 'BRIDGE_REQUEST_FAILED' });
    await bridge.stop();
    await failed;
  });
});

describe('an outage', () => {
  it('is noticed by requests that fail, and told when it is over', () => {
    let gone = 0;
    let back = 0;
    const { saw } = makeOutage('http://127.0.0.1:9', systemClock, {
      gone: () => {
        gone += 1;
      },
      back: () => {
        back += 1;
      },
    });
    for (const reached of [true, true, false, false, true, true, false, true]) saw(reached);
    expect([gone, back]).toEqual([2, 2]);
  });

  it('is noticed while nothing is requested', { timeout: 20_000 }, async () => {
    const sockets = new Set<{ destroy(): void }>();
    const listen = (port: number) =>
      new Promise<{ port: number; end: () => void }>(resolve => {
        const server = createServer(socket => sockets.add(socket));
        server.listen(port, '127.0.0.1', () => {
          const address = server.address();
          const end = () => {
            server.close();
            for (const socket of sockets) socket.destroy();
          };
          resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, end });
        });
      });
    let back = 0;
    const first = await listen(0);
    const outage = makeOutage(`http://127.0.0.1:${first.port}`, systemClock, {
      gone: () => undefined,
      back: () => {
        back += 1;
      },
    });
    outage.watch();
    await expect.poll(() => sockets.size, { timeout: 5_000 }).toBe(1);
    first.end();
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(back).toBe(0);
    const second = await listen(first.port);
    await expect.poll(() => back, { timeout: 5_000 }).toBe(1);
    outage.stop();
    second.end();
  });
});

describe('the registration', () => {
  it('claims the agents and the rooms of Parley only, on this server only', () => {
    const options = {
      id: 'parley',
      url: 'http://127.0.0.1:8070',
      asToken: 'a',
      hsToken: 'h',
      senderLocalpart: 'parley',
    };
    const yaml = parse(registrationYaml({ ...options, serverName: 'a.b.test:8448' }));
    expect(yaml).toMatchObject({ as_token: 'a', hs_token: 'h', sender_localpart: 'parley', rate_limited: false });
    expect(yaml['io.element.msc4190']).toBe(true);
    const [users] = yaml.namespaces.users;
    const claims = new RegExp(`^${users.regex}$`);
    expect(users.exclusive).toBe(true);
    expect('@agent-ada-2:a.b.test:8448').toMatch(claims);
    for (const id of [
      '@ada:a.b.test:8448',
      '@agent-ada:axb.test:8448',
      '@agent-Ada:a.b.test:8448',
      '@agent-:a.b.test:8448',
    ]) {
      expect(id).not.toMatch(claims);
    }
  });
});
