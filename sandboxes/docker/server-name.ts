import { Transform } from 'node:stream';

/**
 * Lets through what goes to a host. Many hosts stand behind one address, and which of them is meant a client says in the first words of TLS: where it says
 * another one, or hides it, the stream fails.
 */
export function onlyTo(host: string): Transform {
  let held: Buffer | null = Buffer.alloc(0);
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      if (held === null) return done(null, piece);
      held = Buffer.concat([held, piece]);
      const named = serverNameIn(held);
      if (named === 'more') return done();
      if (named !== 'no TLS' && !isThis(named, host)) return done(new Error(`This is not for ${host}.`));
      const all = held;
      held = null;
      done(null, all);
    },
  });
}

const isThis = (named: string, host: string): boolean => bare(named) === bare(host);
const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');

const mostBytes = 16 * 1024;
const [handshake, clientHello] = [22, 1];
const extensions = { serverName: 0, encryptedHello: 0xfe0d } as const;

/**
 * The name in what a client begins with; empty where it names nobody, or so that only the server can read it. `more`: it is not whole yet.
 * https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2
 */
function serverNameIn(bytes: Buffer): string {
  if (bytes.length === 0) return 'more';
  if (bytes[0] !== handshake) return 'no TLS';
  const hello = helloIn(bytes);
  if (hello === 'more') return bytes.length > mostBytes ? '' : 'more';
  try {
    return hello === null ? '' : nameIn(hello);
  } catch {
    return '';
  }
}

/** The message, put together from the records in which it comes; null: it is another one. */
function helloIn(bytes: Buffer): Buffer | 'more' | null {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    if (bytes[at] !== handshake) return null;
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    pieces.push(bytes.subarray(at + 5, end));
    at = end;
    const message = Buffer.concat(pieces);
    if (message.length < 4) continue;
    if (message[0] !== clientHello) return null;
    const length = message.readUIntBE(1, 3);
    if (message.length >= 4 + length) return message.subarray(4, 4 + length);
  }
  return 'more';
}

/** Throws where something ends too early. */
function nameIn(hello: Buffer): string {
  // Behind version and random come, each with its length: session, ciphers, compression.
  let at = 34;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  const end = at + 2 + hello.readUInt16BE(at);
  let name = '';
  for (at += 2; at < end; ) {
    const [type, length] = [hello.readUInt16BE(at), hello.readUInt16BE(at + 2)];
    at += 4;
    if (type === extensions.encryptedHello) return '';
    // A list of one: its length, the kind of name, and the name with its length.
    if (type === extensions.serverName) name = hello.toString('latin1', at + 5, at + 5 + hello.readUInt16BE(at + 3));
    at += length;
  }
  return name;
}
