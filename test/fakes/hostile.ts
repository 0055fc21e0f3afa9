import { createHash } from 'node:crypto';

type Content = Readonly<Record<string, unknown>>;

/** What somebody knows who wants to read a room that they are not in, or to break those who are. */
export interface Prey {
  readonly room: string;
  /** Of the room’s sessions. */
  readonly sessions: readonly string[];
  /** A device that they send to, and its key. */
  readonly target: { readonly user: string; readonly device: string; readonly key: string };
  /** Their own device. */
  readonly own: { readonly device: string; readonly key: string };
  /** Contents of `m.room.encrypted` that others have sent to rooms, and the id of one of these messages. */
  readonly sealed: readonly Content[];
  readonly said: string;
  /** Contents of `m.room.encrypted` that were sealed for devices by a device of theirs, for whichever. */
  readonly mail: readonly Content[];
}

const olm = 'm.olm.v1.curve25519-aes-sha2';
const megolm = 'm.megolm.v1.aes-sha2';
const secrets = ['master', 'self_signing', 'user_signing'].map(name => `m.cross_signing.${name}`);
const largest = 20_000;

/** The same bytes for the same seed. */
const junk = (seed: string, length = 32): string => {
  let text = '';
  for (let at = 0; text.length < length; at += 1)
    text += createHash('sha256').update(`${seed} ${at}`).digest('base64url');
  return text.slice(0, length);
};
/** What may be a message of any session, as far as its form goes. https://spec.matrix.org/v1.16/olm-megolm/megolm/#message-format */
function sealedJunk(seed: string, index = 0): string {
  const head = [3, 0x08, index, 0x12, 80];
  const rest = Buffer.from(junk(seed, 80 + 8 + 64), 'latin1');
  return Buffer.concat([Buffer.from(head), rest])
    .toString('base64')
    .replace(/=+$/, '');
}

const nthOf = <T>(all: readonly T[], nth: number): T | undefined => all[nth % all.length];

interface Letter {
  readonly type: string;
  readonly content: Content;
}

type Make<T> = (prey: Prey, nth: number) => T;

const key: Make<Content> = ({ room, sessions }, nth) => ({
  algorithm: megolm,
  room_id: room,
  session_id: nthOf(sessions, nth),
  session_key: junk(`key ${nth}`, 300),
});

const asked: Make<Content> = ({ room, sessions, own }, nth) => ({
  action: 'request',
  requesting_device_id: own.device,
  request_id: `request ${nth}`,
  body: { algorithm: megolm, room_id: room, session_id: nthOf(sessions, nth), sender_key: own.key },
});

const envelope = ({ target, own }: Prey, body: string, type = 0): Content => ({
  algorithm: olm,
  sender_key: own.key,
  ciphertext: { [target.key]: { type, body } },
});

/** What is sealed for the device, with another body. */
function changedMail(prey: Prey, nth: number, change: (body: string) => string): Content {
  const whole = nthOf(prey.mail, nth);
  const ciphertext = Object.entries(Object(whole?.ciphertext) as Record<string, { type: number; body: string }>);
  const changed = ciphertext.map(([to, { type, body }]) => [to, { type, body: change(body) }]);
  return { ...whole, ciphertext: Object.fromEntries(changed) };
}

const verification: Make<Content> = ({ own }, nth) => ({
  from_device: own.device,
  methods: ['m.sas.v1'],
  transaction_id: `flow ${nth}`,
  timestamp: Date.now(),
});

const letters: readonly Make<Letter>[] = [
  (prey, nth) => ({ type: 'm.room_key', content: key(prey, nth) }),
  (prey, nth) => ({
    type: 'm.forwarded_room_key',
    content: { ...key(prey, nth), sender_key: prey.own.key, forwarding_curve25519_key_chain: [] },
  }),
  (prey, nth) => ({ type: 'm.room_key_request', content: asked(prey, nth) }),
  (prey, nth) => ({
    type: 'm.room_key_request',
    content: { ...asked(prey, nth), requesting_device_id: `UNKNOWN${nth}` },
  }),
  ({ own }, nth) => ({
    type: 'm.secret.request',
    content: {
      action: 'request',
      name: nthOf(secrets, nth),
      requesting_device_id: own.device,
      request_id: `secret ${nth}`,
    },
  }),
  (_prey, nth) => ({
    type: 'm.secret.send',
    content: { request_id: `secret ${nth}`, secret: junk(`secret ${nth}`, 43) },
  }),
  (prey, nth) => ({ type: 'm.room.encrypted', content: envelope(prey, junk(`body ${nth}`, 400), nth % 3) }),
  // Replayed; for another device; changed; cut off.
  (prey, nth) => ({ type: 'm.room.encrypted', content: nthOf(prey.mail, nth) ?? {} }),
  (prey, nth) => {
    const [body] = Object.values(Object(nthOf(prey.mail, nth)?.ciphertext) as Record<string, { body: string }>);
    return { type: 'm.room.encrypted', content: envelope(prey, body?.body ?? '') };
  },
  (prey, nth) => ({
    type: 'm.room.encrypted',
    content: changedMail(prey, nth, body => body.replace(/.{10}$/, junk(`end ${nth}`, 10))),
  }),
  (prey, nth) => ({
    type: 'm.room.encrypted',
    content: changedMail(prey, nth, body => body.slice(0, nth % Math.max(1, body.length))),
  }),
  (prey, nth) => ({ type: 'm.key.verification.request', content: verification(prey, nth) }),
  (prey, nth) => ({
    type: 'm.key.verification.start',
    content: { ...verification(prey, nth), method: 'm.sas.v1', hashes: ['sha256'], key_agreement_protocols: ['x'] },
  }),
  (_prey, nth) => ({
    type: 'm.key.verification.mac',
    content: { transaction_id: `flow ${nth}`, mac: { [`ed25519:${junk(`mac ${nth}`, 10)}`]: 'x' }, keys: 'x' },
  }),
  ({ room, sessions, own }, nth) => ({
    type: 'm.room_key.withheld',
    content: {
      algorithm: megolm,
      room_id: room,
      session_id: nthOf(sessions, nth),
      sender_key: own.key,
      code: 'm.unverified',
      reason: junk(`reason ${nth}`),
    },
  }),
  ({ room }, nth) => ({
    type: 'io.element.msc4268.room_key_bundle',
    content: { room_id: room, file: { url: `mxc://else.test/${nth}` } },
  }),
  (_prey, nth) => ({ type: 'm.dummy', content: nth % 50 === 0 ? { junk: junk(`dummy ${nth}`, largest) } : {} }),
  (_prey, nth) => ({ type: `org.else.${nth}`, content: { nested: [[[nth]], null, { nth }] } }),
];

/** A message to a device: of each kind in turns. */
export const hostileLetter: Make<Letter> = (prey, nth) =>
  nthOf(letters, nth)?.(prey, nth) ?? { type: 'm.dummy', content: {} };

const cut = (ciphertext: unknown, length: number): string => String(ciphertext).slice(0, length);

const contents: readonly Make<Content>[] = [
  (_prey, nth) => ({
    algorithm: megolm,
    session_id: junk(`session ${nth}`, 43),
    ciphertext: sealedJunk(`text ${nth}`),
  }),
  // What others have said, under another name; as a correction of what they have said; changed; cut off.
  ({ sealed }, nth) => ({ ...nthOf(sealed, nth) }),
  ({ sealed, said }, nth) => ({ ...nthOf(sealed, nth), 'm.relates_to': { rel_type: 'm.replace', event_id: said } }),
  ({ sealed }, nth) => {
    const whole = nthOf(sealed, nth);
    return { ...whole, ciphertext: `${cut(whole?.ciphertext, -20)}${junk(`end ${nth}`, 20)}` };
  },
  ({ sealed }, nth) => ({ ...nthOf(sealed, nth), ciphertext: cut(nthOf(sealed, nth)?.ciphertext, nth % 60) }),
  ({ sessions, own }, nth) => ({
    algorithm: megolm,
    session_id: nthOf(sessions, nth),
    device_id: own.device,
    sender_key: own.key,
    ciphertext: sealedJunk(`text ${nth}`, 1),
  }),
  (prey, nth) => envelope(prey, junk(`room ${nth}`, 300)),
  (_prey, nth) => ({ algorithm: nth % 2 === 0 ? 'm.else.v9' : megolm, ciphertext: nth % 2 === 0 ? { nth } : 'AwgA' }),
];

/** The content of an `m.room.encrypted` in a room: of each kind in turns. */
export const hostileContent: Make<Content> = (prey, nth) => nthOf(contents, nth)?.(prey, nth) ?? {};
