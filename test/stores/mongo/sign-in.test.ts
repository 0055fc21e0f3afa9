import { expect, it, onTestFinished } from 'vitest';
import { describeMongo, openMongoStore } from '../../../src/stores/mongo/store.ts';
import { setting } from '../../contracts/store/fixtures.ts';
import { heldClock } from '../../fakes/clock.ts';
import { describeWith } from '../../servers.ts';
import { signedServer } from './signed-server.ts';

const clock = heldClock();
const password = 's3cret:/?#[]@%';

describeWith('mongodb', 'A MongoDB that asks who one is (SCRAM)', () => {
  const server = signedServer({ user: 'parley', password });

  const address = (who: string, options = 'authSource=admin'): string =>
    server().newDatabase().replace('//', `//${who}`).concat(`?serverSelectionTimeoutMS=2000&${options}`);
  const known = `parley:${encodeURIComponent(password)}@`;
  const refusal = (url: string): Promise<unknown> =>
    openMongoStore({ url, clock }).then(
      store => store.close(),
      (error: unknown) => error,
    );

  it('lets in who is known, and says nothing of the password', async () => {
    const url = address(known);
    const store = await openMongoStore({ url, clock });
    onTestFinished(() => store.close());
    expect(await store.collection('settings').insert([setting('a')])).toEqual(['inserted']);
    expect(await describeMongo(url)).toMatch(/^MongoDB [\d.]+ at mongodb:\/\/127\.0\.0\.1:\d+\/test_\w+$/);
  });

  it.each([
    ['a wrong password', 'parley:s3cret-too@', 'authSource=admin'],
    ['a user that nobody knows', 'mara:s3cret@', 'authSource=admin'],
    ['a user that stands in another database', known, 'authSource=elsewhere'],
    ['a way to sign in that the server lacks', known, 'authSource=admin&authMechanism=PLAIN'],
  ])('refuses %s in words', async (_, who, options) => {
    const error = await refusal(address(who, options));
    expect(error).toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringMatching(/does not accept its user and password .*authSource=admin/),
      retry: false,
    });
    expect(String(error)).not.toContain('s3cret');
  });

  it('refuses who does not say who they are', async () => {
    expect(await refusal(address('', ''))).toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringMatching(/lets nobody in without a user.*user:password@/),
      retry: false,
    });
  });

  it('lets a store go on that signed in, after a restart', { timeout: 60_000 }, async () => {
    const store = await openMongoStore({ url: address(known), clock });
    onTestFinished(() => store.close());
    const settings = store.collection('settings');
    await settings.insert([setting('a')]);
    await server().kill();
    await server().start();
    await expect.poll(() => settings.get('a').catch(() => null), { timeout: 20_000 }).not.toBeNull();
  });
});
