import { isDoubtful, isEcho, isHasty, suspect } from '../../core/floor/bots.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { asOverheard, hopAfter, overhear } from '../../core/floor/overheard.ts';
import { agentOf } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Scene } from '../handle/handling.ts';
import { countsAsBot } from './counts-as-bot.ts';

/** A message, listened to: who it seems to be from, and the floor that remembers it. */
export interface Listened {
  readonly floor: Floor;
  /** `doubtful`: a person or a machine, nobody knows. `echo`: the same, and it repeats what somebody else has just said. */
  readonly by: 'agent' | 'person' | 'doubtful' | 'echo' | 'bot';
  /** How many agents stand between a person's message and this one. */
  readonly hop: number;
  /** Whether it is said now, as against changed by an edit, or looked at once more. */
  readonly isNew: boolean;
  /** Whether it came so soon behind what an agent said to somebody else that nobody can have read that. */
  readonly isHasty: boolean;
}

/** Finds out who a message is from. In groups what was said is remembered, without the words, so that machines are found out. */
export function listen(message: SaidMessage, scene: Scene): Listened {
  const { parley, floor } = scene;
  if (agentOf(message.from) !== null)
    return { floor: remember(message, scene), by: 'agent', hop: message.hop, isNew: true, isHasty: false };
  if (isGroup(scene)) return judge(message, scene);
  const isBot = countsAsBot(parley, message, floor);
  return { floor, by: isBot ? 'bot' : 'person', hop: isBot ? 1 : 0, isNew: true, isHasty: false };
}

const remember = (message: SaidMessage, scene: Scene): Floor =>
  isGroup(scene) ? overhear(scene.floor, asOverheard(message, scene.floor)) : scene.floor;

/** Where a person is alone with an agent nobody repeats anybody. */
const isGroup = ({ chat }: Scene): boolean => chat.chatType === 'group';

/** What an edit makes of a message, or a message that is looked at once more, says nothing new about who wrote it. */
function judge(message: SaidMessage, { parley, floor }: Scene): Listened {
  const said = asOverheard(message, floor);
  const isNew = message.editedAt === null && !floor.overheard.some(other => other.message === message._id);
  const looks = parley.settings.floor.findBots && isNew;
  const judged = looks ? suspect(floor, said) : floor;
  const echoes = looks && isEcho(floor, said);
  const doubts = looks && isDoubtful(floor, said);
  const hasty = looks && isHasty(floor, said);
  const by = countsAsBot(parley, message, judged) ? 'bot' : echoes ? 'echo' : doubts ? 'doubtful' : 'person';
  const hop = by === 'person' ? 0 : hopAfter(floor, message.from);
  const known = { ...said, hop, byMachine: by === 'bot', person: by === 'person' && !hasty ? message.from : null };
  // An echo says nothing new, and many of them would drive out what they repeat.
  return { floor: echoes ? judged : overhear(judged, known), by, hop, isNew, isHasty: hasty };
}
