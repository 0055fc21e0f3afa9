import { may, type Permission, roleOf } from '../../core/access.ts';
import { event } from '../../core/events/event.ts';
import { type MemberId, onceTurnId } from '../../core/ids.ts';
import type { Message } from '../../core/message.ts';
import { asideTurn, type Decision, scriptedTurn } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { whoMay } from './usage.ts';

interface Needs {
  readonly permission: Permission;
  /** The command or reaction, and how people are told of it. */
  readonly what: { readonly name: string; readonly shown: string };
}

const minuteMs = 60_000;

/** Whether a member may do a thing in this room. */
export function mayHere(member: MemberId, permission: Permission, { parley, chat, floor }: Scene): boolean {
  const moderator = floor.moderator.kind === 'person' ? floor.moderator.person : null;
  return may(member, permission, parley.settings.access, { chat, moderator });
}

/**
 * Tells somebody that they lack the right to do what they asked for, and who has it: at most once in a minute for each right, so that nobody
 * fills a room with refusals. Who is never answered is not told either. It goes on when the audit has it.
 */
export async function refuse(asked: Message, needs: Needs, scene: Scene): Promise<Decision> {
  const { parley, chat } = scene;
  const { access } = parley.settings;
  const role = roleOf(asked.from, access);
  const told = {
    chat: chat._id,
    message: asked._id,
    by: asked.from,
    command: needs.what.name,
    needs: needs.permission,
  };
  parley.log.info({ ...told, role }, 'Refused: the right is missing.');
  await parley.bus.keep([event('CommandRefused', told, asked._id)]);
  const here = agentsIn(parley, chat);
  const speaker = here.find(agent => agent.role === 'orchestrator') ?? here[0];
  if (role === 'none' || speaker === undefined) return nothing(scene);
  const minute = Math.floor(asked.createdAt / minuteMs);
  const turn = scriptedTurn(
    {
      _id: onceTurnId(chat._id, `refused/${needs.permission}/${asked.from}/${minute}`, speaker._id),
      chat: chat._id,
      agent: speaker._id,
      trigger: asked._id,
      reason: 'refused',
      thread: 'thread' in asked ? asked.thread : null,
    },
    refusal(needs, { role, allowed: whoMay(needs.permission, access) }),
    true,
  );
  return { floor: scene.floor, turns: [], asides: [asideTurn(turn)] };
}

function refusal({ permission, what }: Needs, { role, allowed }: { role: string; allowed: string }): string {
  const give =
    permission === 'floor'
      ? 'Somebody of these can do it, or make you an admin of this room.'
      : 'Who runs this installation can give you the right (`access` in the configuration).';
  return `${what.shown} is not for you: your role here is ${role}, and it is for ${allowed}. ${give}`;
}
