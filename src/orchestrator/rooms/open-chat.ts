import { may } from '../../core/access.ts';
import type { Chat } from '../../core/chat.ts';
import { isParleyError, mayPass } from '../../core/errors.ts';
import { chatChanges } from '../../core/events/chat-changes.ts';
import { type AgentId, agentMember, agentOf, type ChatId, type MemberId, onceTurnId } from '../../core/ids.ts';
import { plainName } from '../../core/plain-name.ts';
import { asideTurn, scriptedTurn } from '../../core/take-turns.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { canLink, canMakeRooms, type MakesRooms } from '../../ports/bridge-capabilities.ts';
import { change } from '../change.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { mayOpenAnother } from './opened-chats.ts';
import { refreshChat } from './refresh-chat.ts';
import { displayName } from './room-view.ts';

export interface WantedChat {
  /** Names the wish: the same again is the same chat. */
  readonly cause: string;
  readonly from: Chat;
  /** The person for whom it is opened: they are invited, lead it, and by their rights it is decided. */
  readonly by: MemberId;
  /** The agent that wants it; null: the person said so. */
  readonly opener: AgentId | null;
  /** Who else is to be there: agents, and people of the room. */
  readonly members: readonly MemberId[];
  readonly about: string | null;
}

/** Where the chat is, as Markdown; or why it is not opened, in plain words. */
export type OpenedChat =
  | { readonly chat: ChatId; readonly where: string; readonly names: readonly string[] }
  | { readonly refused: string };

const mostMembers = 20;
const mostAbout = 300;
const mostName = 60;

/** Opens a chat with chosen members in which the person for whom it is can read. May be repeated. */
export async function openChat(parley: Installation, wanted: WantedChat): Promise<OpenedChat> {
  const bridge = bridgeFor(parley, wanted.from._id);
  if (!may(wanted.by, 'invite', parley.settings.access)) return { refused: 'Who asks for it may not invite agents.' };
  if (bridge === null || !canMakeRooms(bridge)) return { refused: 'This chat network has no rooms that can be made.' };
  const plan = planOf(parley, wanted);
  if (plan.invite.length > mostMembers) return { refused: `A chat is opened for at most ${mostMembers} members.` };
  const owner = wanted.opener === null ? wanted.by : agentMember(wanted.opener);
  if (!(await mayOpenAnother(parley, owner, wanted.cause))) {
    return { refused: 'Those were too many chats within an hour. Use one that is there, or ask again later.' };
  }
  try {
    return await open(parley, wanted, { bridge, plan });
  } catch (error) {
    if (!isParleyError(error) || mayPass(error)) throw error;
    parley.log.warn({ chat: wanted.from._id, err: error }, 'A chat could not be opened.');
    return { refused: 'The chat network did not let me make the room.' };
  }
}

type Plan = Omit<Parameters<MakesRooms['ensureRoom']>[0], 'key'> & { readonly agents: readonly AgentId[] };

/**
 * One person with one agent talk in a direct chat; in all else the orchestrator is there, too, and keeps order. What comes from an encrypted room
 * goes on in one, and stands neither in its name nor in its topic, which are never encrypted.
 */
function planOf(parley: Installation, { by, from, opener, members, about }: WantedChat): Plan {
  const { encrypted } = from;
  const all = new Set([...(opener === null ? [] : [agentMember(opener)]), ...members]);
  const agents = [...all]
    .flatMap(member => agentOf(member) ?? [])
    .filter(id => parley.agents.get(id)?.role === 'agent');
  const people = new Set([by, ...[...all].filter(member => agentOf(member) === null)]);
  const [first, ...others] = agents;
  const topic = about === null || encrypted ? null : inOneLine(about);
  if (first !== undefined && others.length === 0 && people.size === 1) {
    return { as: first, kind: 'private', name: null, topic, encrypted, invite: [by], agents };
  }
  const maker = [...parley.agents.values()].find(({ role }) => role === 'orchestrator')?._id ?? first ?? opener;
  const names = agents.map(agent => parley.agents.get(agent)?.name ?? agent).join(', ');
  const invite = [...people, ...agents.filter(agent => agent !== maker).map(agentMember)];
  const name = (topic ?? names).slice(0, mostName);
  return { as: maker as AgentId, kind: 'group', name, topic, encrypted, invite, agents };
}

const inOneLine = (about: string): string =>
  about
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, mostAbout);

async function open(
  parley: Installation,
  wanted: WantedChat,
  { bridge, plan }: { readonly bridge: Bridge & MakesRooms; readonly plan: Plan },
): Promise<OpenedChat> {
  const { agents, ...room } = plan;
  const chat = await bridge.ensureRoom({ ...room, key: `chat:${wanted.cause}` });
  const known = await refreshChat(parley, chat, plan.as);
  const led = await change(parley.store.collection('chats'), chat, stored =>
    stored.givenRights?.[wanted.by] === undefined
      ? {
          ...stored,
          givenRights: { ...stored.givenRights, [wanted.by]: 'owner' },
          accessRights: { ...stored.accessRights, [wanted.by]: 'owner' },
        }
      : stored,
  );
  if (led !== null) parley.bus.publish(chatChanges(known, led));
  const names = agents.map(agent => parley.agents.get(agent)?.name ?? agent);
  await sayWhy(parley, wanted, { chat, plan, names });
  const name = plainName(plan.name ?? names.join(', '));
  return { chat, names, where: canLink(bridge) ? `[${name}](${bridge.linkTo(chat)})` : `**${name}**` };
}

/** The first message of the new chat: who wanted it, and what it is about. Agents read it, too. */
async function sayWhy(
  parley: Installation,
  { by, from, opener, about: wish }: WantedChat,
  { chat, plan, names }: { readonly chat: ChatId; readonly plan: Plan; readonly names: readonly string[] },
): Promise<void> {
  const who = plainName(displayName(from, by, parley.agents));
  const how = opener === null ? `**${who}** opened` : `**${parley.agents.get(opener)?.name}** opened, for **${who}**,`;
  const about = wish === null ? '' : ` It is about: \`${inOneLine(wish).replaceAll('`', "'")}\``;
  const text = `${how} this chat with ${names.join(', ')}.${about}`;
  const given = { chat, agent: plan.as, trigger: null, reason: 'opens the chat', thread: null };
  const turn = asideTurn(scriptedTurn({ _id: onceTurnId(chat, 'opening', plan.as), ...given }, text, false));
  await parley.store.collection('turns').insert([turn], 'process');
  parley.queue.wake(topics.turns, turn._id);
}
