import type { AgentId, ChatId, MessageId } from '../../../src/core/ids.ts';
import type { ChatEvent } from '../../../src/core/message.ts';
import type { Delivery } from '../../../src/ports/bridge.ts';
import type { Somebody, Taken, WholeBridge } from './world.ts';

/** What the tests of a bridge have at hand: the bridge, Mara, and what was told of her. */
export interface Scene {
  readonly bridge: WholeBridge;
  readonly mara: Somebody;
  readonly taken: Taken;
  person(name: string): Promise<Somebody>;
  /** A room that Mara made, with these agents in it. */
  roomWith(...agents: AgentId[]): Promise<ChatId>;
  delivery(chat: ChatId, text: string, changes?: Partial<Delivery>): Delivery;
  /** Resolves when the bridge has told of this message. */
  arrives(id: MessageId): Promise<ChatEvent>;
  texts(chat: ChatId): Promise<string[]>;
}
