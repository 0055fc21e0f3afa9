import { isSuspected } from '../../core/floor/bots.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { externalIdOf } from '../../core/ids.ts';
import type { Envelope } from '../../core/message.ts';
import { fits } from '../../core/pattern.ts';
import type { Installation } from '../installation.ts';

/** Whether the sender is somebody else's bot: the network says so, or the configuration, or what they did in this room. */
export const countsAsBot = (
  { settings }: Pick<Installation, 'settings'>,
  { from, fromPerson }: Pick<Envelope, 'from' | 'fromPerson'>,
  floor: Pick<Floor, 'suspects'>,
): boolean =>
  fromPerson === false ||
  settings.floor.bots.some(pattern => fits(externalIdOf(from), pattern)) ||
  isSuspected(floor, from);
