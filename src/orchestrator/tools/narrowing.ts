import { roleOf } from '../../core/access.ts';
import type { ToolList } from '../../core/allowed-tools.ts';
import type { Chat } from '../../core/chat.ts';
import type { MemberId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';

/** Whether it matters at all who has asked. */
export const narrowsByRole = ({ settings }: Pick<Installation, 'settings'>): boolean =>
  Object.keys(settings.access.tools ?? {}).length > 0;

/** What rooms, and the role of whoever asked, leave of the tools that an agent has. */
export function narrowing(
  { settings }: Pick<Installation, 'settings'>,
  { chats, asker }: { readonly chats: readonly (Chat | null)[]; readonly asker: MemberId | null },
): ToolList[] {
  const ofRole = asker === null ? null : toolsOfRole({ settings }, asker);
  return [...chats.map(chat => chat?.tools ?? null), ofRole];
}

/** What the role of somebody leaves. */
export const toolsOfRole = (
  { settings: { access } }: { readonly settings: Pick<Installation['settings'], 'access'> },
  member: MemberId,
): ToolList => access.tools?.[roleOf(member, access)] ?? null;
