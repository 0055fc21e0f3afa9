import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail server on this machine. */
export interface PostOffice {
  /** What it took, in order. */
  readonly mails: readonly ParsedMail[];
  readonly port: number;
  readonly user: string;
  readonly password: string;
  close(): void;
}

/** Starts a mail server that keeps what it gets. */
export async function postOffice(): Promise<PostOffice> {
  const mails: ParsedMail[] = [];
  const [user, password] = ['parley', 'a-mail-secret'];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (given, _session, done) =>
      given.username === user && given.password === password ? done(null, { user }) : done(new Error('no')),
    onData: (stream, _session, done) => void simpleParser(stream).then(mail => done(void mails.push(mail)), done),
  });
  // Who is killed in the middle breaks its connection.
  server.on('error', () => undefined);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { mails, port, user, password, close: () => server.close() };
}
