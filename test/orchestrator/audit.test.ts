import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/core/audit.ts';
import { event } from '../../src/core/events/event.ts';
import { agentId, bridgeName, chatId, foreignMember, messageId } from '../../src/core/ids.ts';
import { expireAudit } from '../../src/orchestrator/audit/expire-audit.ts';
import { readAudit } from '../../src/orchestrator/audit/read-audit.ts';
import { ensureAgents } from '../../src/orchestrator/lifecycle/ensure-agents.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { testParley } from '../fakes/installation.ts';
import { readAll } from '../fakes/read-all.ts';

const bridge = bridgeName('memory');
const chat = chatId(bridge, '!lobby');
const mara = foreignMember(bridge, '@mara');
const message = messageId(bridge, '$1');
const asked = { chat, message, by: mara };
const told = ({ what, who, result }: AuditEntry) => ({ what, who, result });

const run = (number: number) =>
  event('CommandRun', {
    ...asked,
    message: messageId(bridge, `$${number}`),
    command: 'help',
    administrative: false,
    result: 'done',
  });

describe('the audit', () => {
  it('says who did what, where, with which result: commands, refusals, changes of rules', async () => {
    const { parley, store } = await testParley();
    await parley.bus.keep([
      event('CommandRun', { ...asked, command: 'floor strategy', administrative: true, result: 'done' }, message),
      event('CommandRefused', { ...asked, command: 'agent retire', needs: 'admin' }, message),
      event('FloorPolicyChanged', { chat, by: mara, cause: message, change: 'strategy', from: null, to: 'moderated' }),
    ]);
    const entries = (await readAudit(store, { limit: 100, chat })).reverse();
    expect(entries.map(told).sort((a, b) => a.what.localeCompare(b.what))).toEqual([
      { what: 'CommandRefused', who: mara, result: '!agent retire: refused, needs admin' },
      { what: 'CommandRun', who: mara, result: '!floor strategy: done' },
      { what: 'FloorPolicyChanged', who: mara, result: 'strategy: nothing → moderated' },
    ]);
    expect(entries).toMatchObject(entries.map(() => ({ chat, agent: null, timestamp: parley.clock.now() })));
  });

  it('has agents that come, change and go, and invitations that are accepted or declined', async () => {
    const { parley, store, bridge: network, settle } = await testParley();
    network.person('mara').createRoom({ invite: ['@agent-ada'] });
    const changed = sampleAgents.slice(1).map(wish => ({ ...wish, description: 'Another one.' }));
    await settle();
    await ensureAgents(parley, changed.slice(0, 1));
    for (const { _id } of sampleAgents) parley.queue.wake(topics.passages, _id);
    await settle();
    const entries = await readAll<AuditEntry>(after => readAudit(store, { limit: 3, after }));
    expect(new Set(entries.map(({ what, agent }) => `${what} ${agent}`))).toEqual(
      new Set([
        ...['ada', 'bruno', 'clara', 'parley'].map(id => `AgentIntroduced ${id}`),
        'InvitationAccepted ada',
        'AgentManifestChanged bruno',
        ...['ada', 'clara', 'parley'].map(id => `AgentRetired ${id}`),
      ]),
    );
    expect(entries.find(({ what }) => what === 'AgentManifestChanged')?.result).toBe('changed: description');
  });

  it('has a refused invitation before the agent is out of it', async () => {
    const {
      parley,
      store,
      bridge: network,
      settle,
      published,
    } = await testParley({
      settings: { access: everybodyIs('none') },
    });
    network.person('mara').createRoom({ invite: ['@agent-ada'] });
    await settle();
    expect(published('InvitationDeclined')).toHaveLength(1);
    expect(await readAudit(store, { limit: 1, who: network.person('mara').id })).toMatchObject([
      { what: 'InvitationDeclined', agent: 'ada', result: 'declined: not allowed' },
    ]);
    expect(parley.agents.has(agentId('ada'))).toBe(true);
  });

  it('has nothing of what people and agents say to each other', async () => {
    const { store, bridge: network, settle } = await testParley();
    const person = network.person('mara');
    const room = person.dm('@agent-ada');
    await settle();
    person.say(room, 'My secret');
    await settle();
    const entries = await readAudit(store, { limit: 100 });
    expect(new Set(entries.map(({ what }) => what))).toEqual(new Set(['AgentIntroduced', 'InvitationAccepted']));
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  it('is read page by page, newest first, all of it or that of a chat or a member', async () => {
    const { parley, store, clock } = await testParley();
    for (let number = 0; number < 7; number += 1) {
      await clock.advance(10);
      await parley.bus.keep([run(number)]);
    }
    const pages = await readAll<AuditEntry>(after => readAudit(store, { limit: 3, after, who: mara }));
    expect(pages.map(({ _id }) => _id)).toEqual([6, 5, 4, 3, 2, 1, 0].map(number => run(number).id));
    expect(await readAudit(store, { limit: 1000, chat: chatId(bridge, '!other') })).toEqual([]);
  });

  it('has one line of what is told twice', async () => {
    const { parley, store } = await testParley();
    await parley.bus.keep([run(1), run(1)]);
    await parley.bus.keep([run(1)]);
    expect(await readAudit(store, { limit: 10, chat })).toHaveLength(1);
  });

  it('waits for the disk for refusals and administrative acts, and for nothing else', async () => {
    const test = await testParley();
    const outlives: unknown[] = [];
    const audit = test.store.collection('audit');
    const insert = audit.insert;
    Object.assign(audit, {
      insert: (drafts: never, how: unknown) => {
        outlives.push(how);
        return insert(drafts);
      },
    });
    await test.parley.bus.keep([run(1)]);
    await test.parley.bus.keep([event('CommandRefused', { ...asked, command: 'agent retire', needs: 'admin' })]);
    expect(outlives).toEqual(['process', 'machine']);
  });

  it('forgets what is older than the configuration says, and the dead letters with it', async () => {
    const { parley, store, clock } = await testParley({ settings: { auditKeepMs: 1000 } });
    await store.collection('dead_letters').insert([
      {
        _id: 'page/1',
        group: 'page',
        topic: 'System',
        event: { ...run(1), timestamp: clock.now() } as never,
        raw: null,
        error: 'Error',
        attempts: 3,
        retry: false,
        timestamp: clock.now(),
      },
    ]);
    await clock.advance(1001);
    for (let number = 0; number < 250; number += 1) parley.bus.publish([run(number)]);
    await parley.bus.keep([run(250)]);
    await expireAudit(parley);
    expect(await readAudit(store, { limit: 1000 })).toHaveLength(251);
    expect(await store.collection('dead_letters').find({ limit: 10 })).toEqual([]);
    await clock.advance(1001);
    await expireAudit(parley);
    expect(await readAudit(store, { limit: 1000 })).toEqual([]);
  });

  it('is looked after by the sweep', async () => {
    const { store, clock } = await testParley({ settings: { auditKeepMs: 1000 } });
    expect(await readAudit(store, { limit: 10 })).toHaveLength(4);
    await clock.advance(5 * 60_000 + 1000);
    await clock.advance(0);
    expect(await readAudit(store, { limit: 10 })).toEqual([]);
  });
});

describe('commands in a room', () => {
  it('that are carried out or refused are in the audit, with who and where', async () => {
    const access = everybodyIs('user', { '@eve': 'guest' });
    const { store, bridge: network, settle } = await testParley({ settings: { access } });
    const [owner, eve] = [network.person('mara'), network.person('eve')];
    const room = owner.createRoom({ invite: ['@agent-ada', '@parley', '@eve'] });
    await settle();
    owner.say(room, '!stop');
    eve.say(room, '!stop');
    await settle();
    const entries = await readAudit(store, { limit: 100, chat: room });
    const commands = entries.filter(({ what }) => what.startsWith('Command')).map(told);
    expect(commands.sort((a, b) => a.what.localeCompare(b.what))).toEqual([
      { what: 'CommandRefused', who: eve.id, result: '!stop: refused, needs command' },
      { what: 'CommandRun', who: owner.id, result: '!stop: done' },
    ]);
  });
});
