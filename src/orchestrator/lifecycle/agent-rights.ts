import { may, roleOf } from '../../core/access.ts';
import type { Agent } from '../../core/agent.ts';
import { externalIdOf, type MemberId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';

const isOwner = (by: MemberId, { owner }: Pick<Agent, 'owner'>): boolean =>
  owner !== null && owner === externalIdOf(by);

/** Whether somebody may change, pause and retire an agent: its owner, and who has the right for all agents. */
export const mayRule = (by: MemberId, agent: Pick<Agent, 'owner'>, { settings }: Pick<Installation, 'settings'>) =>
  may(by, 'agents', settings.access) || (isOwner(by, agent) && roleOf(by, settings.access) !== 'none');

/** Whether somebody may give the name of a retired agent to a new one. Null: the configuration. */
export const mayReuse = (
  by: MemberId | null,
  agent: Pick<Agent, 'owner'>,
  { settings }: Pick<Installation, 'settings'>,
): boolean => by === null || isOwner(by, agent) || roleOf(by, settings.access) === 'admin';
