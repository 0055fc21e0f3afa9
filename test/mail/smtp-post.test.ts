import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, it, onTestFinished } from 'vitest';
import { smtpPost } from '../../src/mail/smtp-post.ts';
import type { Mail } from '../../src/ports/mail.ts';

const { signal } = new AbortController();
const rules = { allow: ['*'], templates: new Map(), attachmentBytes: 1_000_000, perTask: 10 };
const mail: Mail = {
  messageId: '<parley.1@example.org>',
  date: Date.UTC(2026, 0, 2),
  to: ['mara@example.org', 'tom@example.org'],
  subject: 'Grüße: 1 < 2',
  text: 'See **this**\n\n![x](https://evil.example/?secret) <b>no</b> [link](javascript:alert)',
  attachments: [{ name: 'plot.png', mimeType: 'image/png', data: new Uint8Array([1, 2, 3]) }],
};

interface Got {
  readonly user: string | undefined;
  readonly to: string[];
  readonly mail: ParsedMail;
}

/** A mail server of its own, and a way to it. */
async function serving(options: SMTPServerOptions = {}, more: Partial<Parameters<typeof smtpPost>[0]['server']> = {}) {
  const got: Got[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData(stream, { user, envelope }, done) {
      simpleParser(stream).then(parsed => {
        got.push({ user: user as string | undefined, to: envelope.rcptTo.map(({ address }) => address), mail: parsed });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>(resolve => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  return { got, post: postAt(port, more) };
}

const postAt = (port: number, more: object = {}) =>
  smtpPost({
    server: { host: '127.0.0.1', port, security: 'none', user: null, password: null, ...more },
    from: 'parley@parley.example.org',
    rules,
  });

it('sends text, safe HTML and files, with an id, a date and a sender', async () => {
  const { got, post } = await serving({}, { user: 'parley', password: 'right' });
  expect(await post.send(mail, signal)).toEqual({ outcome: 'sent', refused: [] });
  const [{ user, to, mail: read } = {} as Got] = got;
  expect([user, to, post.domain]).toEqual(['parley', mail.to, 'parley.example.org']);
  expect([read.messageId, read.subject, read.date?.getTime(), read.from?.text]).toEqual([
    mail.messageId,
    mail.subject,
    mail.date,
    'parley@parley.example.org',
  ]);
  expect(read.text?.trim()).toBe(mail.text);
  expect(read.html).toContain('<strong>this</strong>');
  expect(read.html).not.toMatch(/<img|<b>|href="javascript/);
  expect(read.headers.get('auto-submitted')).toBe('auto-generated');
  expect(read.attachments.map(({ filename, contentType, content }) => [filename, contentType, [...content]])).toEqual([
    ['plot.png', 'image/png', [1, 2, 3]],
  ]);
});

it('tells whom the server refuses, and what it says when it refuses all', async () => {
  const refusing = (who: string): SMTPServerOptions => ({
    onRcptTo: ({ address }, _session, done) => (address.startsWith(who) ? done(new Error('no such user')) : done()),
  });
  const one = await serving(refusing('tom'));
  expect(await one.post.send(mail, signal)).toEqual({ outcome: 'sent', refused: ['tom@example.org'] });
  const all = await serving(refusing(''));
  expect(await all.post.send(mail, signal)).toMatchObject({
    outcome: 'refused',
    why: expect.stringContaining('no such user'),
  });
  const full = await serving({
    onData: (stream, _session, done) => void stream.resume().on('end', () => done(new Error('disk full'))),
  });
  expect(await full.post.send(mail, signal)).toMatchObject({
    outcome: 'refused',
    why: expect.stringContaining('disk full'),
  });
});

it('a wrong password, a server that is away and one without TLS are refusals, and no password is told', async () => {
  const wrong = await serving({}, { user: 'parley', password: 'very-secret' });
  const { why, outcome } = (await wrong.post.send(mail, signal)) as { outcome: string; why: string };
  expect([outcome, why.includes('very-secret')]).toEqual(['refused', false]);
  expect(await postAt(1).send(mail, signal)).toMatchObject({ outcome: 'refused' });
  const plain = await serving({}, { security: 'starttls' });
  expect(await plain.post.send(mail, signal)).toMatchObject({ outcome: 'refused' });
  expect([wrong.got, plain.got]).toEqual([[], []]);
});

/** A server that hangs up, or says nothing more, when the mail comes. */
async function breaking(then: (socket: Socket) => void): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.write('220 hello\r\n');
    socket.on('data', data => {
      const line = data.toString();
      if (line.startsWith('DATA')) socket.write('354 go on\r\n');
      else if (/^(?:EHLO|MAIL|RCPT)/.test(line)) socket.write('250 ok\r\n');
      else then(socket);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('can be tried out: it logs in and sends nothing', async () => {
  const right = await serving({ authOptional: false }, { user: 'parley', password: 'right' });
  expect(await right.post.tryOut(signal)).toBeNull();
  const wrong = await serving({ authOptional: false }, { user: 'parley', password: 'very-secret' });
  expect(await wrong.post.tryOut(signal)).toContain('wrong password');
  expect(await postAt(1).tryOut(signal)).toContain('ECONNREFUSED');
  expect([right.got, wrong.got]).toEqual([[], []]);
});

it('a connection that breaks after the mail has begun says nothing about it', async () => {
  const port = await breaking(socket => socket.destroy());
  expect(await postAt(port).send(mail, signal)).toMatchObject({ outcome: 'unknown' });
});

it('is broken off at once', async () => {
  const stop = new AbortController();
  const port = await breaking(() => stop.abort(new Error('stopped')));
  await expect(postAt(port).send(mail, stop.signal)).rejects.toThrow('stopped');
});
