import type { Chat } from '../../core/chat.ts';
import type { Floor } from '../../core/floor/floor.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Installation } from '../installation.ts';

/** What a handler gets: the floor as it stands before the message, and the chat. */
export interface Scene {
  readonly parley: Installation;
  readonly chat: Chat;
  readonly floor: Floor;
}

/**
 * Deals with one message of the log: decides who is to speak, and does what the message asks for beside that. May be run again for the
 * same message after a crash, so each effect may be repeated. The worker stores the turns first, then the floor.
 */
export type Handle<M> = (message: M, scene: Scene) => Promise<Decision>;

export const nothing = (scene: Pick<Scene, 'floor'>): Decision => ({ floor: scene.floor, turns: [] });
