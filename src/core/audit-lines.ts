import type { AuditEntry } from './audit.ts';
import type { Draft } from './document.ts';
import type { DataOf, DomainEvent, EventName } from './events/event.ts';
import { agentMember } from './ids.ts';

/** What the audit says of an event beside when, and whether a loss of power must not take it away: refusals, and what only some may do. */
interface Line extends Pick<AuditEntry, 'who' | 'chat' | 'agent' | 'result'> {
  readonly weighty: boolean;
}

type LineOf<Name extends EventName> = (data: DataOf<Name>) => Line | null;

const fromTo = (from: string | null, to: string | null): string => `${from ?? 'nothing'} → ${to ?? 'nothing'}`;

const nowhere = { chat: null, weighty: true } as const;

/** Who did what where with which result; an event that has no line here is none of the audit's business. */
const lines: { readonly [Name in EventName]?: LineOf<Name> } = {
  CommandRun: ({ by, chat, command, result, administrative }) => ({
    who: by,
    chat,
    agent: null,
    result: `!${command}: ${result}`,
    weighty: administrative,
  }),
  CommandRefused: ({ by, chat, command, needs }) => ({
    who: by,
    chat,
    agent: null,
    result: `!${command}: refused, needs ${needs}`,
    weighty: true,
  }),
  FloorPolicyChanged: ({ by, chat, change, from, to }) => ({
    who: by,
    chat,
    agent: null,
    result: from === null && to === null ? change : `${change}: ${fromTo(from, to)}`,
    weighty: true,
  }),
  // What a rule grants is the ordinary course of things.
  SpeakGranted: ({ by, chat, speaker }) =>
    by === null ? null : { who: by, chat, agent: null, result: `granted to ${speaker}`, weighty: false },
  SlotExpired: ({ chat, speaker }) => ({
    who: null,
    chat,
    agent: null,
    result: `${speaker}: the slot was over`,
    weighty: false,
  }),
  AccessChanged: ({ by, chat, member, from, to }) => ({
    who: by,
    chat,
    agent: null,
    result: `${member}: ${fromTo(from, to)}`,
    weighty: true,
  }),
  PowerChanged: ({ by, chat, sendLevel, levels }) => ({
    who: agentMember(by),
    chat,
    agent: null,
    result: [
      ...(sendLevel === null ? [] : [`sending needs ${sendLevel}`]),
      ...levels.map(({ member, level }) => `${member}: ${level ?? 'default'}`),
    ].join(', '),
    weighty: true,
  }),
  AgentIntroduced: ({ agent, by }) => ({ ...nowhere, who: by, agent, result: 'introduced' }),
  AgentRetired: ({ agent, by }) => ({ ...nowhere, who: by, agent, result: 'retired' }),
  AgentManifestChanged: ({ agent, by, changed }) => ({
    ...nowhere,
    who: by,
    agent,
    result: `changed: ${changed.join(', ')}`,
  }),
  InvitationAccepted: ({ by, chat, agent }) => ({ who: by, chat, agent, result: 'accepted', weighty: false }),
  InvitationDeclined: ({ by, chat, agent, why }) => ({
    who: by,
    chat,
    agent,
    result: `declined: ${why}`,
    weighty: true,
  }),
  BudgetNoted: ({ budget, period, percent }) => ({
    who: null,
    chat: null,
    agent: null,
    result: `${budget}, ${period}: ${percent} % used`,
    weighty: false,
  }),
  BudgetSpent: ({ budget, period, used, limit, unit }) => ({
    who: null,
    chat: null,
    agent: null,
    result: `${budget}, ${period}: refused at ${used} of ${limit} ${unit}`,
    weighty: true,
  }),
};

/** The line of the audit that an event makes, or null. `weighty`: it must outlive a loss of power. */
export function auditLine(event: DomainEvent): { readonly entry: Draft<AuditEntry>; readonly weighty: boolean } | null {
  const describe = lines[event.type] as LineOf<EventName> | undefined;
  const line = describe?.(event.data) ?? null;
  if (line === null) return null;
  const { weighty, ...said } = line;
  const { id, type, timestamp, correlationId } = event;
  return { entry: { _id: id, timestamp, what: type, correlationId, ...said }, weighty };
}
