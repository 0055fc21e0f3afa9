import { expect, it, onTestFinished } from 'vitest';
import type { CodeHost } from '../../src/ports/code-host.ts';
import type { FakeGithub } from '../fakes/github.ts';

const { signal } = new AbortController();

/** What every server of repositories must do. `open` gives one with a token that is right, and what stands behind it. */
export function codeHostContract(
  open: (token?: string) => Promise<{ readonly host: CodeHost; readonly world: FakeGithub }>,
): void {
  const opened = async (token?: string) => {
    const all = await open(token);
    onTestFinished(() => all.world.close());
    return all;
  };

  it('opens an issue, and reads it with what was said', async () => {
    const { host, world } = await opened();
    const posted = await host.openIssue({ title: 'It takes away', body: 'It should add.', mark: 'm1' }, signal);
    expect(posted).toEqual({ number: 1, url: 'https://github.com/acme/app/issues/1' });
    await host.comment({ number: 1, body: 'I see.', mark: 'm2' }, signal);
    expect(await host.issues('open', signal)).toEqual([
      { number: 1, title: 'It takes away', state: 'open', author: 'mara' },
    ]);
    const read = await host.issue(1, signal);
    expect([read.body, read.comments]).toEqual([
      expect.stringMatching(/^It should add\.\n\n<!-- /),
      [{ author: 'mara', body: expect.stringMatching(/^I see\./) }],
    ]);
    expect(await host.pulls('open', signal)).toEqual([]);
    expect(world.items).toHaveLength(1);
  });

  it('opens a pull request, finds it by its branch, and reads it', async () => {
    const { host, world } = await opened();
    world.branches(() => ['main', 'fix/add']);
    expect([await host.hasBranch('fix/add', signal), await host.hasBranch('fix', signal)]).toEqual([true, false]);
    const branches = { head: 'fix/add', base: 'main' };
    expect(await host.openPullOf(branches, signal)).toBeNull();
    const posted = await host.openPull({ ...branches, title: 'Adds', body: 'Now it adds.', mark: 'm' }, signal);
    expect(await host.openPullOf(branches, signal)).toEqual(posted);
    expect(await host.pulls('open', signal)).toEqual([
      { number: 1, title: 'Adds', state: 'open', author: 'mara', ...branches },
    ]);
    expect(await host.pull(1, signal)).toMatchObject({
      ...branches,
      merged: false,
      files: [{ path: 'add.py' }],
      more: false,
    });
    expect(await host.issues('open', signal)).toEqual([]);
  });

  it('posts once under one mark, also where the answer was lost', async () => {
    const { host, world } = await opened();
    world.branches(() => ['main', 'fix']);
    const acts = [
      () => host.openIssue({ title: 'T', body: 'B', mark: 'i' }, signal),
      () => host.openPull({ head: 'fix', base: 'main', title: 'T', body: 'B', mark: 'p' }, signal),
      () => host.comment({ number: 1, body: 'B', mark: 'c' }, signal),
    ];
    for (const act of acts) {
      world.breakOff(1);
      const posted = await act();
      expect(await act()).toEqual(posted);
    }
    expect([world.items.length, world.comments.length]).toEqual([2, 1]);
    await host.openIssue({ title: 'T', body: 'B', mark: 'another' }, signal);
    expect(world.items).toHaveLength(3);
  });

  it('says what is wrong, and gives no secret away', async () => {
    const { host, world } = await opened();
    await expect(host.issue(99, signal)).rejects.toMatchObject({ code: 'CODE_HOST_REFUSED' });
    await expect(
      host.openPull({ head: 'none', base: 'main', title: 'T', body: 'B', mark: 'p' }, signal),
    ).rejects.toThrow('head is invalid');
    for (const [status, code] of [
      [403, 'CODE_HOST_REFUSED'],
      [503, 'CODE_HOST_UNREACHABLE'],
      [429, 'CODE_HOST_UNREACHABLE'],
    ] as const) {
      world.refuse(status);
      await expect(host.issues('open', signal)).rejects.toMatchObject({ code });
    }
    const { host: stranger } = await opened('wrong');
    const failed = await stranger.issues('open', signal).catch((error: Error) => error);
    expect([failed, JSON.stringify(failed)]).toEqual([
      expect.objectContaining({ code: 'CODE_HOST_REFUSED' }),
      expect.not.stringContaining('wrong'),
    ]);
  });

  it('ends at once with the signal', async () => {
    const { host } = await opened();
    await expect(host.issues('open', AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
}
