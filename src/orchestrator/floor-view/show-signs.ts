import type { WaitingSign } from '../../core/floor-view.ts';
import type { AgentId, ChatId, MessageId, TurnId } from '../../core/ids.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { canReact, canRedact, type Reacts, type RedactsMessages } from '../../ports/bridge-capabilities.ts';
import { tolerant } from './tolerant.ts';

/** Somebody whose answer has not begun yet, and the message that waits for it. */
export interface WantedSign {
  readonly turn: TurnId;
  readonly agent: AgentId;
  readonly target: MessageId;
}

export interface SignScene {
  readonly bridge: Bridge & Reacts & RedactsMessages;
  readonly chat: ChatId;
  readonly keep: (signs: readonly WaitingSign[]) => Promise<void>;
}

const waitingKey = '⏳';
/** In one room: a wall of signs says no more than a few. */
const mostSigns = 20;

export const canShowSigns = (bridge: Bridge): bridge is SignScene['bridge'] => canReact(bridge) && canRedact(bridge);

/** Puts a ⏳ on each message that waits, and takes away those that don't any more. May be repeated at any step. */
export async function showSigns(
  scene: SignScene,
  standing: readonly WaitingSign[],
  wanted: readonly WantedSign[],
): Promise<void> {
  const bounded = wanted.slice(0, mostSigns);
  const waits = new Set(bounded.map(sign => sign.turn));
  let signs = standing;
  for (const sign of standing.filter(one => !waits.has(one.turn))) {
    await tolerant(() => takeAway(scene, sign));
    signs = signs.filter(one => one !== sign);
    await scene.keep(signs);
  }
  const known = new Map(standing.map(sign => [sign.turn, sign]));
  for (const sign of bounded.filter(one => !known.get(one.turn)?.externalId)) {
    const others = signs.filter(one => one.turn !== sign.turn);
    await scene.keep([...others, { ...sign, externalId: null }]);
    const externalId = await tolerant(() => put(scene, sign));
    signs = [...others, { ...sign, externalId: externalId ?? null }];
    await scene.keep(signs);
  }
}

const put = ({ bridge, chat }: SignScene, { turn, agent, target }: WantedSign): Promise<string> =>
  bridge.react({ chat, as: agent, target, key: waitingKey, deliveryId: `${turn}#waits` });

async function takeAway(scene: SignScene, sign: WaitingSign): Promise<void> {
  const externalId = sign.externalId ?? (await put(scene, sign));
  const deliveryId = `${sign.turn}#waits/over`;
  const reason = 'The wait is over.';
  await scene.bridge.redact({ chat: scene.chat, as: sign.agent, externalId, deliveryId, reason });
}
