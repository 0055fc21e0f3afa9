import { roleOf } from '../../core/access.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { personHeard } from '../../core/floor/limits.ts';
import { spoke } from '../../core/floor/slot.ts';
import type { MemberId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import { tooOld } from '../../telemetry/step.ts';
import { runCommand } from '../commands/run-command.ts';
import { type Listened, listen } from '../floor/listen.ts';
import type { Installation } from '../installation.ts';
import { hearForTask } from '../tasks/hear-task.ts';
import { decideAnswer, hearBot } from './decide-answer.ts';
import { type Handle, nothing, type Scene } from './handling.ts';

/**
 * Somebody says something: a command is carried out, anything else may be answered. Notices, and our own agents, wake nobody; bots of others
 * only whom they call.
 */
export const handleSaid: Handle<SaidMessage> = async (message, scene) => {
  if (message.status === 'redacted' || message.messageType === 'notice' || isIgnored(message.from, scene.parley))
    return nothing(scene);
  const listened = listen(message, scene);
  const floor = listened.by === 'person' ? personSpoke(message, scene, listened) : listened.floor;
  const heard = { ...scene, floor };
  if (listened.by === 'agent' || isTooOld(message, scene.parley)) return nothing(heard);
  if (listened.by === 'bot') return hearBot(message, heard, listened.hop);
  const carriedOut = await runCommand(message, heard);
  if (carriedOut !== null) return carriedOut;
  // Who answers an agent's question at once is no bot for it.
  const forTask = await hearForTask(message, heard);
  if (forTask !== null) return forTask;
  return listened.by === 'echo' ? hearBot(message, heard, listened.hop) : decideAnswer(message, heard, listened);
};

/** Whether this member is never answered. */
const isIgnored = (member: MemberId, { settings }: Pick<Installation, 'settings'>): boolean =>
  roleOf(member, settings.access) === 'none';

function isTooOld(message: SaidMessage, { clock, settings, log }: Installation): boolean {
  if (clock.now() - message.timestamp <= settings.answerWithinMs) return false;
  tooOld();
  log.info({ message: message._id, chat: message.chat }, 'Read but not answered: it is too old.');
  return true;
}

/** Agents may go on among themselves, and a person who has the floor has one message less. An edit is no further message. */
function personSpoke(message: SaidMessage, { parley }: Scene, { floor, isNew }: Listened): Floor {
  const counted = personHeard(floor);
  return isNew ? spoke(counted, message.from, parley.clock.now()) : counted;
}
