import { onTestFinished } from 'vitest';
import type { Draft } from '../../../src/core/document.ts';
import { agentId, bridgeName, chatId, foreignMember, messageId, turnId } from '../../../src/core/ids.ts';
import type { Message } from '../../../src/core/message.ts';
import type { Setting } from '../../../src/core/setting.ts';
import type { Turn } from '../../../src/core/turn.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Store } from '../../../src/ports/store.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens what it kept; missing where nothing is kept. */
  readonly reopen?: () => Promise<Store>;
  /** Closes and cleans up. */
  close(): Promise<void>;
}

export type OpenForTest = (clock: Clock) => Promise<StoreUnderTest>;

/** A store that is closed when the test ends. */
export async function opened(open: OpenForTest): Promise<StoreUnderTest & { readonly clock: HeldClock }> {
  const clock = heldClock();
  const underTest = await open(clock);
  onTestFinished(() => underTest.close());
  return { ...underTest, clock };
}

const bridge = bridgeName('test');
export const room = (name: string) => chatId(bridge, name);

export const setting = (id: string, value = id): Draft<Setting> => ({ _id: id, value });

export function message(id: string, order: number, chat = 'room'): Draft<Message> {
  return {
    _id: messageId(bridge, id),
    chat: room(chat),
    from: foreignMember(bridge, '@mara'),
    fromPerson: true,
    timestamp: 1,
    messageType: 'text',
    text: `This is ${id}.`,
    attachment: null,
    replyTo: null,
    thread: null,
    mentions: [],
    order,
    status: 'received',
    cause: null,
    hop: 0,
    editedAt: null,
  };
}

/** A turn as far as the store's indexes see it. */
export function turn(id: string, state: Turn['state'], chat = 'room'): Draft<Turn> {
  const _id = turnId(messageId(bridge, id), agentId('ada'));
  return ill({ _id, chat: room(chat), state, trigger: null });
}

/** Says that a value fits, to see what a store does with one that does not. */
export const ill = <T>(value: unknown): T => value as T;

export const idsOf = (documents: readonly { readonly _id: string }[]): string[] => documents.map(({ _id }) => _id);
