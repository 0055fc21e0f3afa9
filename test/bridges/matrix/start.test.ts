import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { registrationYaml } from '../../../bridges/matrix/registration.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { heldClock } from '../../fakes/clock.ts';
import { fakeWorld, type identity } from './fake-world.ts';

async function world(changes: Partial<typeof identity> = {}) {
  const clock = heldClock();
  const waiting: string[] = [];
  const made = await fakeWorld(changes, { clock, onWaiting: line => waiting.push(line) });
  onTestFinished(() => made.close());
  return { ...made, clock, waiting };
}

/** Lets the longest pause between two tries go by, again and again, until what waits for the homeserver has an end. */
async function passTime({ clock, log }: Awaited<ReturnType<typeof world>>, start: Promise<void>): Promise<void> {
  let over = false;
  const ended = start.finally(() => {
    over = true;
  });
  ended.catch(() => undefined);
  for (let failures = 1; !over; failures += 1) {
    await expect.poll(() => over || log.lines.length >= failures, { interval: 1 }).toBe(true);
    await clock.advance(10_000);
  }
  return ended;
}

describe('the start', () => {
  it('waits until the homeserver answers', async () => {
    const here = await world();
    let left = 3;
    here.homeserver.intercept = request => (request.endsWith('/ping') && left-- > 0 ? { status: 503, body: {} } : null);
    await passTime(here, here.bridge.start(taking()));
    expect(here.log.lines).toHaveLength(3);
  });

  it('tells the person once what it waits for, and gives up after two minutes', async () => {
    const here = await world();
    const begun = here.clock.now();
    here.homeserver.intercept = () => ({ status: 503, body: {} });
    await expect(passTime(here, here.bridge.start(taking()))).rejects.toMatchObject({
      code: 'HOMESERVER_UNREACHABLE',
      message: expect.stringMatching(/within 2 minutes.*503.*parley check/),
    });
    expect(here.clock.now() - begun).toBeLessThanOrEqual(130_000);
    expect(here.waiting).toEqual([expect.stringMatching(/at most 2 minutes.*503.*See that the homeserver runs/)]);
  });

  it('says nothing of a homeserver that needs a moment', async () => {
    const here = await world();
    let left = 1;
    here.homeserver.intercept = request => (request.endsWith('/ping') && left-- > 0 ? { status: 503, body: {} } : null);
    await passTime(here, here.bridge.start(taking()));
    expect(here.waiting).toEqual([]);
  });

  const calledBackWith = (status: number) => ({
    status: 502,
    body: { errcode: 'M_BAD_STATUS', error: 'HTTP', status },
  });

  it('waits for a load balancer before Parley to see that Parley is there', async () => {
    const here = await world();
    let left = 2;
    here.homeserver.intercept = request => (request.endsWith('/ping') && left-- > 0 ? calledBackWith(502) : null);
    await passTime(here, here.bridge.start(taking()));
    expect(here.log.lines).toHaveLength(2);
  });

  it('gives up after half a minute where that never sees it, and at once where something else answers', async () => {
    const here = await world();
    here.homeserver.intercept = request => (request.endsWith('/ping') ? calledBackWith(503) : null);
    const begun = here.clock.now();
    await expect(passTime(here, here.bridge.start(taking()))).rejects.toMatchObject({
      code: 'REGISTRATION_REJECTED',
      message: expect.stringContaining('load balancer'),
    });
    expect(here.clock.now() - begun).toBeGreaterThanOrEqual(30_000);
    here.homeserver.intercept = request => (request.endsWith('/ping') ? calledBackWith(403) : null);
    await expect(here.bridge.start(taking())).rejects.toThrow('another hs_token');
  });

  it('goes on once the homeserver has called back, whatever that says of it', async () => {
    const here = await world();
    here.homeserver.world.failsAfterPing = true;
    await here.bridge.start(taking());
    expect(here.log.lines).toEqual([]);
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

  it('says what to do where the homeserver does not reach Parley', async () => {
    const here = await world();
    here.homeserver.world.listenerUrl = 'http://127.0.0.1:9';
    const message = expect.stringMatching(/can't reach the registration's url/);
    const rejected = { code: 'REGISTRATION_REJECTED', message };
    await expect(passTime(here, here.bridge.start(taking()))).rejects.toMatchObject(rejected);
  });

  it('goes on with a homeserver that knows no ping', async () => {
    const { bridge, homeserver } = await world();
    const body = { errcode: 'M_UNRECOGNIZED', error: 'unknown endpoint' };
    homeserver.intercept = request => (request.endsWith('/ping') ? { status: 404, body } : null);
    await bridge.start(taking());
  });

  it('can be given up at any time', async () => {
    const { bridge, homeserver, log } = await world();
    homeserver.intercept = () => ({ status: 503, body: {} });
    const failed = expect(bridge.start(taking())).rejects.toMatchObject({ code: 'BRIDGE_REQUEST_FAILED' });
    await expect.poll(() => log.lines.length).toBe(1);
    await bridge.stop();
    await failed;
  });
});

describe('the registration', () => {
  it('claims the agents and the rooms of Parley only, on this server only', () => {
    const options = {
      id: 'parley',
      url: 'http://127.0.0.1:8070',
      asToken: 'a',
      hsToken: 'h',
      senderLocalpart: 'parley-service',
      keeperLocalpart: 'parley',
    };
    const yaml = parse(registrationYaml({ ...options, serverName: 'a.b.test:8448' }));
    expect(yaml).toMatchObject({
      as_token: 'a',
      hs_token: 'h',
      sender_localpart: 'parley-service',
      rate_limited: false,
    });
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
