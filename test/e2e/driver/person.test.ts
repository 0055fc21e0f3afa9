import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../servers.ts';
import { isComplete } from './answer.ts';
import { ExternalSynapse } from './external-synapse.ts';
import { MatrixError } from './matrix-http.ts';
import { newPerson } from './people.ts';
import type { Person } from './person.ts';
import { newTimeTraveller, timeTravellers } from './time-traveller.ts';

describeWith('synapse', 'the driver that acts as a person', () => {
  let synapse: ExternalSynapse;
  let mara: Person;
  let otto: Person;
  let room: string;

  beforeAll(async () => {
    synapse = await ExternalSynapse.start({ registrations: [timeTravellers] });
    const admin = await synapse.admin('admin', 'secret');
    mara = await newPerson(admin, 'Mara');
    otto = await newPerson(admin, 'Otto');
    room = await mara.createRoom({ invite: [otto.id] });
    await otto.watch.until('an invitation', () => otto.watch.invites.get(room));
    await otto.join(room);
  });
  afterAll(async () => {
    mara?.stop();
    otto?.stop();
    await synapse?.stop();
  });

  const mark = (state: string, trigger: string, part = 0) => ({
    'net.parley': { turn: `turn-${trigger}`, part, state, trigger },
  });

  it('folds edits into the message that they edit, and knows when an answer is complete', async () => {
    const trigger = await mara.say(room, 'a question');
    const id = await otto.say(room, 'half', { extra: mark('streaming', trigger) });
    const begun = await mara.waitForStart(room, trigger);
    expect([begun.text, isComplete(begun)]).toEqual(['half', false]);
    await otto.edit(room, id, 'half and whole', { extra: mark('complete', trigger) });
    const answer = await mara.waitForAnswer(room, { to: trigger, from: otto.id });
    expect(answer.text).toBe('half and whole');
    expect(answer.message.versions.map(version => version.content.body)).toEqual(['half', 'half and whole']);
  });

  it('has a device, so that a message is said once, also where the homeserver was killed before it answered', async () => {
    const content = { msgtype: 'm.text', body: 'said once' };
    const first = await mara.sendAs('txn-of-mara', room, { type: 'm.room.message', content });
    await synapse.kill();
    await synapse.startAgain();
    expect(await mara.sendAs('txn-of-mara', room, { type: 'm.room.message', content })).toBe(first);
  });

  it('ignores an edit by somebody else', async () => {
    const id = await otto.say(room, 'mine');
    await mara.edit(room, id, 'yours');
    const marker = await otto.say(room, 'marker');
    await mara.waitForMessage(room, message => message.id === marker);
    expect(mara.message(room, id).body).toBe('mine');
  });

  it('puts the parts of an answer together', async () => {
    const trigger = await mara.say(room, 'a long question');
    await otto.say(room, 'one', { extra: mark('complete', trigger) });
    await otto.say(room, 'two', { extra: mark('complete', trigger, 1) });
    await mara.waitForMessage(room, message => message.body === 'two');
    expect(mara.answers(room, trigger).map(answer => answer.text)).toEqual(['one\n\ntwo']);
  });

  it('sees reactions, redactions, replies and threads', async () => {
    const id = await otto.say(room, 'a root');
    await mara.react(room, id, '👍');
    const reply = await mara.say(room, 'in a thread', { thread: id, replyTo: id });
    await otto.redact(room, id);
    await mara.watch.until('the redaction', () => (mara.message(room, id).redacted ? true : undefined));
    expect(mara.view(room).reactions(id)).toEqual([{ sender: mara.id, key: '👍' }]);
    expect(mara.message(room, reply)).toMatchObject({ thread: id, replyTo: id });
  });

  it('sees who types, and who came and went', async () => {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/typing/${encodeURIComponent(otto.id)}`;
    await otto.request('PUT', path, { body: { typing: true, timeout: 20_000 } });
    await mara.watch.until('typing', () => mara.view(room).typing.find(typing => typing.users.includes(otto.id)));
    const other = await mara.createRoom({ invite: [otto.id] });
    await otto.join(other);
    await mara.waitForMembership(other, otto.id, 'join');
    await mara.kick(other, otto.id);
    await mara.waitForMembership(other, otto.id, 'leave');
    await mara.ban(other, otto.id);
    await mara.waitForMembership(other, otto.id, 'ban');
    expect(mara.view(other).members()).toEqual([mara.id]);
  });

  it('uploads, downloads, and says what the homeserver refused', async () => {
    const mxc = await mara.upload(new TextEncoder().encode('hello'), 'text/plain');
    const file = await otto.download(mxc);
    expect(file.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await file.text()).toBe('hello');
    const refused = otto.request('GET', '/_matrix/client/v3/rooms/!none:parley.test/members');
    await expect(refused).rejects.toThrow(MatrixError);
  });

  it('speaks in the past', async () => {
    const traveller = await newTimeTraveller(synapse);
    const past = await traveller.createRoom({ invite: [mara.id] });
    await mara.watch.until('an invitation', () => mara.watch.invites.get(past));
    await mara.join(past);
    const anHourAgo = Date.now() - 3_600_000;
    const id = await traveller.sayAt(past, anHourAgo, 'long ago');
    const message = await mara.waitForMessage(past, seen => seen.id === id);
    expect(message.sentAt).toBe(anHourAgo);
    traveller.stop();
  });

  it('is not slowed down by limits, and follows on after the homeserver was killed', async () => {
    for (let number = 0; number < 15; number += 1) await mara.say(room, `message ${number}`);
    await synapse.kill();
    await synapse.startAgain();
    const id = await mara.say(room, 'after the crash');
    await otto.waitForMessage(room, message => message.id === id);
  });
});
