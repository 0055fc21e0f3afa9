import { expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../../src/ports/store.ts';
import { openMongoStore } from '../../../src/stores/mongo/store.ts';
import { setting } from '../../contracts/store/fixtures.ts';
import { heldClock } from '../../fakes/clock.ts';
import { type MongoSet, mongoSet } from '../../fakes/mongo-set.ts';
import { describeWith } from '../../servers.ts';
import { signedServer } from './signed-server.ts';

describeWith('mongodb', 'A replica set of two members, with a user', () => {
  const server = signedServer({ user: 'parley', password: 's3cret' });

  const addressOf = (set: Pick<MongoSet, 'hosts'>, options = 'replicaSet=rs0&serverSelectionTimeoutMS=4000'): string =>
    `${server()
      .newDatabase()
      .replace(/\/\/[^/]*/, `//parley:s3cret@${set.hosts}`)}?authSource=admin&${options}`;

  async function opened(options?: string): Promise<{ set: MongoSet; store: Store }> {
    const set = await mongoSet(server().port);
    onTestFinished(() => set.close());
    const store = await openMongoStore({ url: addressOf(set, options), clock: heldClock() });
    onTestFinished(() => store.close());
    return { set, store };
  }

  it('is found by any of its members, and only the primary is read and written', async () => {
    const { set, store } = await opened();
    const settings = store.collection('settings');
    expect(await settings.insert([setting('a')])).toEqual(['inserted']);
    expect(await settings.get('a')).not.toBeNull();
    expect(set.refused).toEqual([]);
    const [, other = ''] = set.hosts.split(',');
    const again = await openMongoStore({ url: addressOf({ hosts: other }), clock: heldClock() });
    onTestFinished(() => again.close());
    expect(await again.collection('settings').insert([setting('a')])).toEqual(['inserted']);
    expect(set.refused).toEqual([]);
  });

  it('has most members confirm what outlives the machine, in their journals, and the primary alone what need not', async () => {
    const { set, store } = await opened();
    await store.collection('settings').insert([setting('a')]);
    await store.collection('settings').insert([setting('b')], 'process');
    const concerns = set.asked.filter(({ insert }) => insert === 'settings').map(({ writeConcern }) => writeConcern);
    expect(concerns).toEqual([{ w: 'majority', j: true }, { w: 1 }].map(concern => expect.objectContaining(concern)));
  });

  it('may elect another primary in the middle: every write is done once, and nobody hears of it', {
    timeout: 60_000,
  }, async () => {
    const { set, store } = await opened();
    const settings = store.collection('settings');
    const answers: Promise<unknown>[] = [];
    for (let at = 0; at < 60; at++) {
      if (at % 20 === 10) set.stepDown();
      answers.push(settings.insert([setting(`${100 + at}`)]));
      if (at % 7 === 0) await answers.at(-1);
    }
    expect(await Promise.all(answers)).toEqual(answers.map(() => ['inserted']));
    expect(set.refused.length).toBeGreaterThan(0);
    expect(await settings.find({ limit: 100 })).toHaveLength(60);
  });

  it('does a write whose answer was lost once: the driver asks again by its number', async () => {
    const { set, store } = await opened();
    const settings = store.collection('settings');
    await settings.insert([setting('count', '0')]);
    set.loseAnswer();
    expect(await settings.insert([setting('a')])).toEqual(['inserted']);
    set.loseAnswer();
    const read = await settings.get('count');
    expect(read && (await settings.replace({ ...read, value: '1' }))).toMatchObject({ version: 2 });
  });

  it('without a primary is waited for, told as passing, and used again as soon as there is one', {
    timeout: 60_000,
  }, async () => {
    const { set, store } = await opened('replicaSet=rs0&serverSelectionTimeoutMS=700');
    const settings = store.collection('settings');
    await settings.insert([setting('a')]);
    set.stepDown({ elect: false });
    const failure = await settings.insert([setting('b')]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STORE_FAILED', retry: true });
    expect(String(failure)).not.toContain('s3cret');
    set.elect();
    await expect
      .poll(() => settings.insert([setting('b')]).catch(() => null), { timeout: 20_000 })
      .toEqual(['inserted']);
  });

  it('where most members are behind says so as passing, and what was written is found', async () => {
    const { set, store } = await opened();
    const settings = store.collection('settings');
    set.setLag(true);
    await expect(settings.insert([setting('a')])).rejects.toMatchObject({ code: 'STORE_FAILED', retry: true });
    set.setLag(false);
    expect(await settings.insert([setting('a')])).toEqual(['exists']);
  });

  it.each([
    ['of another name', 'replicaSet=other', /is no member of the replica set other\. Correct replicaSet/],
    ['without a primary', 'replicaSet=rs0', /has no primary now/],
  ])('%s is told at the start', async (_, options, words) => {
    const set = await mongoSet(server().port);
    onTestFinished(() => set.close());
    set.stepDown({ elect: false });
    const url = addressOf(set, `${options}&serverSelectionTimeoutMS=700`);
    await expect(openMongoStore({ url, clock: heldClock() })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringMatching(words),
    });
  });
});
