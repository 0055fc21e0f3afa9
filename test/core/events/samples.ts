import type { DataOf, EventName } from '../../../src/core/events/event.ts';
import {
  agentId,
  agentMember,
  bridgeName,
  chatId,
  foreignMember,
  messageId,
  taskId,
  turnId,
} from '../../../src/core/ids.ts';

const bridge = bridgeName('matrix');
const chat = chatId(bridge, '!lobby:example.org');
const message = messageId(bridge, '$question');
const mara = foreignMember(bridge, '@mara:example.org');
const agent = agentId('ada');
const turn = turnId(message, agent);
const speaker = { chat, speaker: 'agent:ada' as typeof mara, turn, since: 1 };
const said = { messageType: 'text', replyTo: null, thread: null } as const;
const command = { chat, message, by: mara, command: 'floor strategy' };
const task = { task: taskId(message), chat, nth: 2 };
const leave = { tool: 'email', hash: '3f2a' };
const budget = { budget: 'agent:ada', period: '2026-01-01', unit: 'tokens', limit: 1000, used: 800 } as const;

/** Data of every type of event as it is today. */
export const samples: { readonly [Name in EventName]: DataOf<Name> } = {
  AgentIntroduced: { agent, version: 1, by: null, name: 'Ada' },
  AgentRetired: { agent, version: 2, by: mara },
  AgentManifestChanged: { agent, version: 3, by: null, changed: ['description'] },
  AgentStatusUpdated: { agent, version: null, turn, why: 'begins', from: 'idle', to: 'active' },
  AttentionShifted: { agent, turn, from: null, to: chat, reason: 'mentioned' },
  ChatCreated: { chat, bridge: 'matrix', createdBy: null },
  ChatUpdated: { chat, version: 2, changed: ['topic'] },
  ChatClosed: { chat, cause: message },
  ParticipantJoined: { chat, member: mara, cause: message },
  ParticipantLeft: { chat, member: mara, by: mara, why: 'left', cause: message },
  AccessChanged: { chat, by: mara, cause: message, member: mara, from: null, to: 'admin' },
  SpeakRequested: { ...speaker, reason: 'mentioned', trigger: message },
  SpeakGranted: { ...speaker, reason: 'mentioned', trigger: message, by: null, endsAt: null },
  SpeakReleased: { ...speaker, how: 'ended' },
  SlotExpired: { chat, speaker: speaker.speaker, turn, startedAt: 1, endedAt: 2 },
  FloorPolicyChanged: { chat, by: mara, cause: message, change: 'strategy', from: 'default', to: 'moderated' },
  MessageReceived: { chat, message, from: mara, fromPerson: true, ...said },
  MessageSent: { chat, message, agent, turn, part: 0, hop: 1, ...said },
  MessageEdited: { chat, message, edit: messageId(bridge, '$edit'), by: mara },
  MessageRedacted: { chat, message, by: mara },
  DeliveryFailed: { chat, agent, turn, part: 0, code: 'BRIDGE_FORBIDDEN' },
  TaskCreated: { ...task, nth: 1, by: mara, number: 1, complexity: 3, parent: null },
  TaskAssigned: { ...task, by: null, agent, from: null },
  TaskStageChanged: { ...task, by: agentMember(agent), agent, from: 'design', to: 'build' },
  TaskProgressed: { ...task, agent, percent: 40 },
  TaskQuestionAsked: { ...task, agent },
  ApprovalRequested: { ...task, agent, ...leave, expiresAt: 5 },
  ApprovalGiven: { ...task, by: mara, ...leave, granted: true },
  TaskCompleted: { ...task, agent, tokens: 1200, files: 1 },
  TaskFailed: { ...task, agent, tokens: 1200, from: 'build' },
  TaskCancelled: { ...task, by: mara, from: 'test' },
  CommandRun: { ...command, administrative: true, result: 'done' },
  CommandRefused: { ...command, needs: 'admin' },
  InvitationAccepted: { chat, agent, by: mara, version: 2 },
  InvitationDeclined: { chat, agent, by: mara, version: 2, why: 'not allowed' },
  PowerChanged: { chat, by: agent, change: '7', sendLevel: 50, levels: [{ member: mara, level: null }] },
  BudgetNoted: { ...budget, percent: 80 },
  BudgetSpent: { ...budget, cause: turn },
};
