import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { isParleyError } from '../../../src/core/errors.ts';
import { agentId } from '../../../src/core/ids.ts';
import { describeWith } from '../../servers.ts';
import { openDocker } from './fixtures.ts';

const signal = new AbortController().signal;
const agent = agentId('ada');

/** The program that Parley speaks with has the same user as what it starts, so that can be attacked. It has nothing to give away. */
describeWith('sandbox', 'who attacks the program that Parley speaks with', () => {
  async function opened() {
    const all = await openDocker();
    onTestFinished(() => all.end());
    const workspace = await all.sandbox.open({ agent, task: 'forger' });
    const other = await all.sandbox.open({ agent, task: 'other' });
    const python = (script: string) =>
      workspace.run({ argv: ['python3', '-c', `import os, glob, time\n${script}`] }, { signal, timeoutMs: 15_000 });
    return { ...all, workspace, other, python };
  }

  const agentPid = `
def agent():
    for path in glob.glob('/proc/[0-9]*/cmdline'):
        if b'main.js' in open(path, 'rb').read() and b'node' in open(path, 'rb').read().split(b'\\0')[0]: return path.split('/')[2]
`;
  /** A frame of HTTP/2 with an answer that nobody gave: exit code 0, on every stream. */
  const forge = `${agentPid}
import struct
answer = b'{"exitCode":0,"signal":null,"killed":null,"stdout":{"bytes":6,"file":null},"stderr":{"bytes":0,"file":null}}'
body = b'\\x01' + struct.pack('>I', 6) + b'forged' + b'\\x09' + struct.pack('>I', len(answer)) + answer
out = os.open('/proc/' + agent() + '/fd/1', os.O_WRONLY)
for stream in range(1, 400, 2):
    os.write(out, struct.pack('>I', len(body))[1:] + b'\\x00\\x01' + struct.pack('>I', stream) + body)
time.sleep(1)
os._exit(7)`;

  it.each([
    ['writes frames into its output', forge],
    [
      'writes noise into its output',
      `${agentPid}\nos.write(os.open('/proc/' + agent() + '/fd/1', os.O_WRONLY), os.urandom(100000)); time.sleep(1)`,
    ],
    ['kills it', `${agentPid}\nos.kill(int(agent()), 9); time.sleep(1)`],
    [
      'reads its input away',
      `${agentPid}\nf = os.open('/proc/' + agent() + '/fd/0', os.O_RDONLY)\nwhile True: os.read(f, 1000)`,
    ],
    ['kills everything', 'os.kill(-1, 9)'],
  ])('%s: ends its own workspace at most', async (_how, script) => {
    const { workspace, other, python } = await opened();
    const outcome = await python(script).catch(error => {
      if (isParleyError(error, 'WORKSPACE_LOST')) return 'lost';
      throw error;
    });
    // A forged answer is about the forger's own call, and gives what any program may print.
    if (typeof outcome !== 'string') expect(['forged', '']).toContain(outcome.stdout.text);
    expect((await other.run({ argv: ['echo', 'fine'] }, { signal })).stdout.text).toBe('fine\n');
    expect((await workspace.run({ argv: ['echo', 'again'] }, { signal })).stdout.text).toBe('again\n');
  });

  it('stops it: the call ends at its time, and the next one works', async () => {
    const { workspace } = await opened();
    const stopping = [
      'python3',
      '-c',
      `import os, glob, time\n${agentPid}\nos.kill(int(agent()), 19); time.sleep(60)`,
    ] as const;
    const stop = new AbortController();
    const running = workspace.run({ argv: stopping }, { signal: stop.signal });
    running.catch(() => undefined);
    await sleep(1000);
    const begun = Date.now();
    stop.abort(new Error('stopped by a person'));
    await expect(running).rejects.toThrow('stopped by a person');
    expect(Date.now() - begun).toBeLessThan(2500);
    expect((await workspace.run({ argv: ['echo', 'again'] }, { signal })).stdout.text).toBe('again\n');
  });

  it('can not read or write its memory by the calls for that', async () => {
    const { python } = await opened();
    const ended = await python(`${agentPid}
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.ptrace(16, int(agent()), 0, 0), ctypes.get_errno())`);
    expect(ended.stdout.text).toBe('-1 1\n');
  });
});
