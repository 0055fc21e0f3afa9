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
  const { access } = settings;
  const ofRole = asker === null ? null : (access.tools?.[roleOf(asker, access)] ?? null);
  return [...chats.map(chat => chat?.tools ?? null), ofRole];
}
