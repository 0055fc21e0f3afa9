import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import type { Ended, Workspace } from '../../../src/ports/sandbox.ts';
import { describeWith } from '../../servers.ts';
import { type DockerOpened, openDocker } from './fixtures.ts';

/** What hostile programs try, each as docs/security.md lists it. */
describeWith('sandbox', 'from inside a workspace', () => {
  let opened: DockerOpened;
  let workspace: Workspace;
  const signal = new AbortController().signal;
  const sh = (script: string, timeoutMs = 20_000): Promise<Ended> =>
    workspace.run({ argv: ['sh', '-c', script] }, { signal, timeoutMs });
  const python = (script: string): Promise<Ended> =>
    workspace.run({ argv: ['python3', '-c', script] }, { signal, timeoutMs: 20_000 });
  const printed = async (script: string): Promise<string> => (await sh(script)).stdout.text.trim();
  const placeOf = (...parts: readonly string[]): string => join(opened.given.root, ...parts);

  beforeAll(async () => {
    opened = await openDocker();
    workspace = await opened.sandbox.open({ agent: agentId('ada'), task: 'hostile' });
    const other = await opened.sandbox.open({ agent: agentId('ada'), task: 'other' });
    await other.files.write('secret.txt', 'of another task');
  });
  afterAll(() => opened?.end());

  it('the files of the host and of other tasks are not there', async () => {
    const secret = placeOf('host-secret');
    writeFileSync(secret, 'of the host');
    expect(await printed(`cat ${secret} 2>&1; ls ${opened.given.root} 2>&1`)).toMatch(
      /No such file[\s\S]*No such file/,
    );
    expect(await printed('find / -name secret.txt -o -name host-secret 2>/dev/null')).toBe('');
    expect(await printed('cat /etc/shadow 2>&1; cat /proc/1/root/etc/shadow 2>&1')).not.toMatch(/root:/);
    const mounts = await printed(
      "awk '$3 !~ /^(proc|tmpfs|sysfs|cgroup2?|devpts|mqueue|overlay)$/ {print $2}' /proc/mounts",
    );
    // Where users are mapped, no device can be made: the usual ones are those of the host, and what is hidden of /proc is its /dev/null.
    const isUsual = (place: string): boolean =>
      /^\/dev\/(full|null|random|tty|urandom|zero)$|^\/proc\/(asound|acpi|kcore|keys|latency_stats|timer_list|timer_stats|sched_debug)$/.test(
        place,
      );
    // Engines give files along with the name of the container; none has names that only the host knows.
    expect(
      mounts
        .split('\n')
        .filter(place => !['/etc/hostname', '/etc/hosts'].includes(place) && !isUsual(place))
        .sort(),
    ).toEqual(['/global', '/workspace']);
    const addresses = (await printed("grep -v '^#' /etc/hosts | awk '{print $1}'")).split('\n');
    expect(addresses.filter(address => !/^(127\.|::1$|f[ef]0[0-2]::|$)/.test(address))).toEqual([]);
    expect(await printed('grep -c host.containers /etc/hosts')).toBe('0');
  });

  it('what the agent shares between tasks can be read and not changed', async () => {
    writeFileSync(placeOf('ada', 'global', 'tools', 'mine.py'), 'print(1)');
    expect(
      await printed('cat /global/tools/mine.py; echo x 2>&1 > /global/tools/mine.py; rm /global/tools/mine.py 2>&1'),
    ).toMatch(/^print\(1\)[\s\S]*Read-only/);
    expect(readFileSync(placeOf('ada', 'global', 'tools', 'mine.py'), 'utf8')).toBe('print(1)');
  });

  it('the root is read-only, and so is what the kernel shows of itself', async () => {
    for (const place of [
      '/etc/passwd',
      '/usr/bin/x',
      '/opt/parley/main.js',
      '/sys/kernel/x',
      '/proc/sys/kernel/hostname',
      '/proc/sysrq-trigger',
    ])
      expect((await sh(`echo x > ${place}`)).exitCode, place).not.toBe(0);
    expect(await printed('cat /proc/kcore /proc/keys /proc/timer_list /sys/firmware/* 2>/dev/null | wc -c')).toBe('0');
    expect(await printed('ls /sys/fs/cgroup >/dev/null; mkdir /sys/fs/cgroup/x /sys/fs/cgroup/memory/x 2>&1')).not.toBe(
      '',
    );
  });

  it('there is no engine to be reached, and no device', async () => {
    expect(
      await printed('find / -xdev \\( -type s -o -type b \\) 2>/dev/null; ls /var/run/docker.sock /run 2>&1'),
    ).toMatch(/docker.sock.*No such/);
    expect(await printed('mknod /tmp/disk b 8 0 2>&1; echo')).toMatch(/not permitted/);
    expect(await printed('ls /dev')).not.toMatch(/\b(sd[a-z]|vd[a-z]|kvm|mem|kmem|fuse)\b/);
  });

  it('there are no rights, none to be had from a file, and no new namespaces', async () => {
    const status = await printed('grep -E "^(Cap|NoNewPrivs|Seccomp:|Uid)" /proc/self/status');
    expect(status).toMatch(/CapEff:\s+0{16}/);
    expect(status).toMatch(/CapBnd:\s+0{16}/);
    expect(status).toMatch(/NoNewPrivs:\s+1/);
    expect(status).toMatch(/Seccomp:\s+2/);
    expect(status).not.toMatch(/Uid:\s+0\b/);
    expect(await printed('find / -xdev -perm /6000 -type f 2>/dev/null')).toBe('');
    // A program that is set to run as its owner, by who could do that.
    const id = placeOf('ada', 'tasks', 'hostile', 'id');
    await sh('cp /usr/bin/id id');
    const { chownSync, chmodSync } = await import('node:fs');
    if (process.getuid?.() === 0) {
      chownSync(id, 0, 0);
      chmodSync(id, 0o4755);
      expect(await printed('./id -u')).not.toBe('0');
    }
    expect(
      await printed('unshare -Ur id 2>&1; unshare -n id 2>&1; mount -t tmpfs x /tmp 2>&1; /usr/sbin/chroot / id 2>&1'),
    ).toMatch(/not permitted[\s\S]*not permitted[\s\S]*(not permitted|denied|must be superuser)[\s\S]*not permitted/);
  });

  it('calls of the kernel that lead into other programs, or into itself, are refused', async () => {
    const calls = {
      ptrace: 101,
      process_vm_readv: 310,
      bpf: 321,
      keyctl: 250,
      io_uring_setup: 425,
      userfaultfd: 323,
      perf_event_open: 298,
      init_module: 175,
      setns: 308,
      pivot_root: 155,
      open_by_handle_at: 304,
      kexec_load: 246,
      reboot: 169,
      mount: 165,
    };
    const script = `
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
out = {}
for name, number in json.loads('${JSON.stringify(calls)}').items():
    ctypes.set_errno(0)
    out[name] = [libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno()]
import socket
for family in (38, 40, 31, 17):
    try: socket.socket(family, socket.SOCK_STREAM if family != 38 else socket.SOCK_SEQPACKET); out[str(family)] = 'open'
    except OSError as error: out[str(family)] = error.errno
print(json.dumps(out))`;
    const out = JSON.parse((await python(script)).stdout.text) as Record<string, unknown>;
    for (const name of Object.keys(calls)) expect([name, out[name]]).toEqual([name, [-1, 1]]);
    for (const family of ['38', '40', '31', '17']) expect([1, 97, 22], family).toContain(out[family]);
  });

  it('nothing of the network is there: no service of the host, no gateway, no metadata, no names, no IPv6', async () => {
    let reached = 0;
    const server = createServer(socket => {
      reached += 1;
      socket.destroy();
    });
    await new Promise<void>(resolve => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as { port: number };
    try {
      const script = `
import socket, os
def tried(host, port, family=socket.AF_INET, kind=socket.SOCK_STREAM):
    s = socket.socket(family, kind); s.settimeout(2)
    try: s.connect((host, port)); s.send(b'x'); return 'REACHED'
    except OSError as error: return type(error).__name__
for target in [('127.0.0.1', ${port}), ('172.17.0.1', ${port}), ('10.0.0.1', 80), ('169.254.169.254', 80), ('8.8.8.8', 53), ('1.1.1.1', 443)]: print(target, tried(*target))
print('udp', tried('8.8.8.8', 53, kind=socket.SOCK_DGRAM), tried('255.255.255.255', 67, kind=socket.SOCK_DGRAM))
for target in [('::1', ${port}), ('fd00:ec2::254', 80), ('2606:4700::1111', 443), ('fe80::1', 80)]: print(target, tried(*target, family=socket.AF_INET6))
for name in ['example.org', 'metadata.google.internal', 'secret-text.attacker.example', 'host.docker.internal']:
    try: print(name, 'RESOLVED', socket.gethostbyname(name))
    except OSError as error: print(name, 'unknown')
print(os.listdir('/sys/class/net'))`;
      const out = (await python(script)).stdout.text;
      expect(out).not.toMatch(/REACHED|RESOLVED/);
      expect(out).toContain("['lo']");
      expect(reached).toBe(0);
    } finally {
      server.close();
    }
  });

  it('a fork bomb fills its own workspace only, and is over with its command', async () => {
    const ended = await sh('bomb() { bomb | bomb & }; bomb; sleep 30', 1500);
    expect(ended.killed).toBe('time');
    expect(await printed('ps -eo args= | grep -c bomb')).toMatch(/^[012]$/);
    expect(Number(await printed('ls -d /proc/[0-9]* | wc -l'))).toBeLessThan(10);
  });

  it('memory that runs out ends the command, and not the workspace', async () => {
    const ended = await python('x = []\nwhile True: x.append(bytearray(10_000_000))');
    expect([ended.killed, ended.signal]).toEqual(['memory', 'SIGKILL']);
    expect(await printed('echo still here')).toBe('still here');
    // Memory that is disguised as files.
    expect(
      (await sh('head -c 400M /dev/zero > /tmp/flood; head -c 400M /dev/zero > /dev/shm/flood')).exitCode,
    ).not.toBe(0);
    await sh('rm -f /tmp/flood /dev/shm/flood');
    expect(await printed('echo still here')).toBe('still here');
  });

  it.each([
    ['many files', 'n=0; while :; do n=$((n+1)); head -c 8M /dev/zero > flood.$n; done'],
    [
      'files without names',
      `python3 -c "import os\nkept = []\nwhile True:\n f = open('nameless', 'wb'); os.unlink('nameless'); f.write(bytes(30_000_000)); f.flush(); kept.append(f)"`,
    ],
  ])('a disk flood of %s is ended', async (_what, flood) => {
    expect(await sh(flood)).toMatchObject({ killed: 'disk', exitCode: null });
    expect((await sh('rm -f flood*')).exitCode).toBe(0);
    await workspace.files.write('more', 'x');
  });

  it('a file can not be longer than all may be, and what is full takes no more until something is deleted', async () => {
    expect((await sh('yes > flood')).exitCode).not.toBe(0);
    await expect(workspace.files.write('more', 'x'.repeat(1_000_000))).rejects.toMatchObject({
      code: 'WORKSPACE_FULL',
    });
    await workspace.files.remove('flood');
    await workspace.files.write('more', 'x'.repeat(1_000_000));
  });

  it('a link out of the workspace leads nowhere, for the tools of the agent', async () => {
    const outside = { code: 'WORKSPACE_OUTSIDE' };
    await sh(
      'ln -s /etc passwords; ln -s /etc/hostname name; ln -s / root; ln -s ../../../.. up; ln -s src/real inside; echo real > src/real',
    );
    for (const path of ['name', 'passwords/hostname', 'root/etc/hostname', 'up/etc/hostname'])
      await expect(workspace.files.read(path), path).rejects.toMatchObject(outside);
    await expect(workspace.files.write('passwords/x', 'x')).rejects.toMatchObject(outside);
    await expect(workspace.files.write('root/tmp/x/y', 'x')).rejects.toMatchObject(outside);
    await expect(workspace.files.list('passwords')).rejects.toMatchObject(outside);
    await expect(workspace.files.remove('root/tmp')).rejects.toMatchObject(outside);
    await expect(workspace.files.move('src/real', 'root/tmp/real')).rejects.toMatchObject(outside);
    await expect(workspace.run({ argv: ['pwd'], folder: 'passwords' }, { signal })).rejects.toMatchObject(outside);
    expect(new TextDecoder().decode((await workspace.files.read('inside')).bytes)).toBe('real\n');
    // What is written takes the place of a link, and what is removed is the link.
    await workspace.files.write('name', 'mine');
    expect(await workspace.files.remove('passwords')).toBe(true);
    expect(await printed('cat name; ls /etc/hostname')).toBe('mine/etc/hostname');
    await expect(workspace.files.read('pipe')).rejects.toMatchObject({ code: 'WORKSPACE_NO_FILE' });
    await sh('mkfifo pipe');
    await expect(workspace.files.read('pipe')).rejects.toMatchObject({ code: 'WORKSPACE_NO_FILE' });
  });

  it('links made against Parley itself win nothing when it moves, measures or deletes', async () => {
    const secret = placeOf('kept');
    mkdirSync(secret);
    writeFileSync(join(secret, 'kept.txt'), 'kept');
    const key = { agent: agentId('ada'), task: 'traps' };
    const trapped = await opened.sandbox.open(key);
    await trapped.stop();
    const task = placeOf('ada', 'tasks', 'traps');
    for (const name of ['one', 'output/two']) symlinkSync(secret, join(task, name));
    expect(await opened.sandbox.archive(key)).toBe(true);
    await opened.sandbox.open(key);
    expect(await opened.sandbox.remove(key)).toBe(true);
    expect(existsSync(task)).toBe(false);
    expect(readdirSync(secret)).toEqual(['kept.txt']);
  });

  it('hard links reach nothing of others, as no other files are on the same mount', async () => {
    for (const target of ['/etc/passwd', '/global/tools/mine.py', '/opt/parley/main.js'])
      expect((await sh(`ln ${target} hard`)).exitCode, target).not.toBe(0);
  });

  it('a program that wants to outlive its call is killed, however it hides', async () => {
    const hiding = [
      'nohup sh -c "while :; do echo x >> alive; sleep 0.02; done" >/dev/null 2>&1 &',
      'setsid sh -c "(trap \\"\\" TERM HUP INT; while :; do echo x >> alive; sleep 0.02; done) &" >/dev/null 2>&1',
      'env -i setsid setsid sh -c "cd /workspace; while :; do echo x >> alive; sleep 0.02; done" </dev/null >/dev/null 2>&1 &',
      "python3 -c \"import os,time\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nfor fd in range(3): os.close(fd)\nwhile True:\n open('/workspace/alive','a').write('x'); time.sleep(0.02)\"",
    ];
    for (const how of hiding) {
      await sh(`rm -f alive; ${how}\nsleep 0.3`);
      const size = existsSync(placeOf('ada', 'tasks', 'hostile', 'alive')) ? await sizeOf('alive') : -1;
      expect(size, how).toBeGreaterThan(0);
      await sleep(200);
      expect(await sizeOf('alive'), how).toBe(size);
    }
  });

  it('is killed, too, while other calls go on, which are left alone', async () => {
    const stop = new AbortController();
    const beside = workspace.run({ argv: ['sh', '-c', 'sleep 3; echo done'] }, { signal });
    const hidden = workspace.run(
      {
        argv: [
          'sh',
          '-c',
          'env -i setsid sh -c "cd /workspace; while :; do echo x >> alive2; sleep 0.02; done" </dev/null >/dev/null 2>&1 & sleep 60',
        ],
      },
      { signal: stop.signal },
    );
    hidden.catch(() => undefined);
    await sleep(800);
    stop.abort(new Error('enough'));
    await expect(hidden).rejects.toThrow('enough');
    const size = await sizeOf('alive2');
    await sleep(200);
    expect(await sizeOf('alive2')).toBe(size);
    expect((await beside).stdout.text).toBe('done\n');
  });

  async function sizeOf(path: string): Promise<number> {
    return (await workspace.files.read(path)).size;
  }
});
