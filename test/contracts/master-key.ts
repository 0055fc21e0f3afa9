import { describe, expect, it } from 'vitest';
import { canRenew, type MasterKey, type RenewableMasterKey } from '../../src/ports/keys.ts';

export interface MasterKeyUnderTest {
  readonly key: MasterKey;
  /** The same key as another process sees it. */
  readonly elsewhere: () => MasterKey;
  /** Another key, of the same kind. */
  readonly other: () => MasterKey;
}

type OpenForTest = () => MasterKeyUnderTest | Promise<MasterKeyUnderTest>;

const secret = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
const same = (one: Uint8Array): number[] => [...one];

/** What every master key does, wherever it is. `open` gives one that has wrapped nothing yet. */
export function masterKeyContract(name: string, open: OpenForTest): void {
  describe(`${name} keeps the contract of a master key`, () => {
    wrappingContract(open);
    renewingContract(open);
  });
}

function wrappingContract(open: OpenForTest): void {
  it('gives back what it wrapped, in another process too', async () => {
    const { key, elsewhere } = await open();
    const wrapped = await key.wrap(secret, 'data key 1');
    expect(same(await key.unwrap(wrapped, 'data key 1'))).toEqual(same(secret));
    expect(same(await elsewhere().unwrap(wrapped, 'data key 1'))).toEqual(same(secret));
  });

  it('wraps keys of any length up to 1,024 bytes', async () => {
    const { key } = await open();
    for (const length of [1, 16, 64, 1024]) {
      const long = new Uint8Array(length).fill(9);
      expect(same(await key.unwrap(await key.wrap(long, 'a'), 'a'))).toEqual(same(long));
    }
  });

  it('shows nothing of the key, and never wraps it the same way twice', async () => {
    const { key } = await open();
    const [one, two] = [await key.wrap(secret, 'a'), await key.wrap(secret, 'a')];
    expect(one.text).not.toBe(two.text);
    for (const form of ['hex', 'base64', 'latin1'] as const) {
      expect(one.text).not.toContain(Buffer.from(secret).toString(form).slice(2, 20));
    }
  });

  it('has one name, which stands with what it wraps', async () => {
    const { key, elsewhere, other } = await open();
    const name = await key.name();
    expect((await key.wrap(secret, 'a')).master).toBe(name);
    expect(await elsewhere().name()).toBe(name);
    expect(await other().name()).not.toBe(name);
  });

  it('refuses another purpose, and a text that was changed', async () => {
    const { key } = await open();
    const wrapped = await key.wrap(secret, 'data key 1');
    await expect(key.unwrap(wrapped, 'data key 2')).rejects.toMatchObject({ code: 'KEY_WRONG' });
    const turned = (wrapped.text.startsWith('A') ? 'B' : 'A') + wrapped.text.slice(1);
    for (const text of [turned, '', 'x', wrapped.text.slice(0, -8)]) {
      await expect(key.unwrap({ ...wrapped, text }, 'data key 1')).rejects.toMatchObject({ code: 'KEY_WRONG' });
    }
  });

  it('refuses what another key wrapped', async () => {
    const { key, other } = await open();
    await key.wrap(secret, 'a');
    const foreign = await other().wrap(secret, 'a');
    await expect(key.unwrap(foreign, 'a')).rejects.toMatchObject({ code: 'KEY_WRONG' });
  });
}

function renewingContract(open: OpenForTest): void {
  const renewable = async (skip: (why: string) => never) => {
    const opened = await open();
    if (!canRenew(opened.key)) return skip('It is renewed from outside.');
    return { ...opened, key: opened.key as RenewableMasterKey };
  };

  it('renewed, it has another name and still unwraps what was before', async context => {
    const { key, elsewhere } = await renewable(context.skip);
    const running = elsewhere();
    const [before, name] = [await key.wrap(secret, 'a'), await key.name()];
    await key.renew();
    expect(await key.name()).not.toBe(name);
    const after = await key.wrap(secret, 'a');
    for (const one of [key, running, elsewhere()]) {
      expect(same(await one.unwrap(before, 'a'))).toEqual(same(secret));
      expect(same(await one.unwrap(after, 'a'))).toEqual(same(secret));
    }
  });

  it('forgets former keys, and never the one that wraps now', async context => {
    const { key } = await renewable(context.skip);
    const before = await key.wrap(secret, 'a');
    await key.renew();
    await key.renew();
    const after = await key.wrap(secret, 'a');
    await key.forgetFormer();
    await key.forgetFormer();
    await expect(key.unwrap(before, 'a')).rejects.toMatchObject({ code: 'KEY_WRONG' });
    expect(same(await key.unwrap(after, 'a'))).toEqual(same(secret));
  });
}
