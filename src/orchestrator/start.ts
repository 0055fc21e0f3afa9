import type { AgentId, ChatId, MessageId, TurnId } from '../core/ids.ts';
import { storeAttention } from './attention/store-attention.ts';
import { alarms } from './floor/alarms.ts';
import { wakeViews, workFloorView } from './floor-view/work-floor-view.ts';
import type { Installation } from './installation.ts';
import { wakePassages, workPassage } from './lifecycle/passage.ts';
import { enforcedRooms } from './power/keep-power.ts';
import { wakeInvitations } from './reconcile/recover-invitations.ts';
import { workRoom } from './room-worker.ts';
import { answerInvitation } from './rooms/answer-invitation.ts';
import { settleIn } from './rooms/settle-in.ts';
import { startSweep, wakeAll } from './sweep.ts';
import { topics } from './topics.ts';
import { runTurn } from './turns/run-turn.ts';

const roomsAtOnce = 64;
const turnsAtOnce = 256;
const invitationsAtOnce = 16;
const arrivalsAtOnce = 64;
const viewsAtOnce = 16;
const passagesAtOnce = 8;
const passageAgainMs = 60_000;

export interface Orchestrator {
  /** Lets agents speak; called once. Until then rooms are worked on, but nobody answers. */
  readonly speak: () => void;
  /** Ends the sweep and the alarms; the queue is closed by its owner. */
  readonly stop: () => void;
}

/** Begins to work on rooms, with what was left over first. */
export async function startOrchestrator(parley: Installation): Promise<Orchestrator> {
  const strays = new Set<ChatId>();
  const onGivenUp = (key: string, error: unknown): void =>
    parley.log.error({ key, err: error }, 'Gave up for the moment; the sweep tries again within a minute.');
  const slots = alarms(parley.clock, chat => parley.queue.wake(topics.rooms, chat));
  const memory = { alarms: slots, enforced: await enforcedRooms(parley) };
  parley.queue.handle(topics.rooms, {
    concurrency: roomsAtOnce,
    attempts: 8,
    run: key => workRoom(parley, key as ChatId, memory),
    onGivenUp: (key, error) => {
      strays.add(key as ChatId);
      onGivenUp(key, error);
    },
  });
  parley.queue.handle(topics.invitations, {
    concurrency: invitationsAtOnce,
    attempts: 8,
    run: id => answerInvitation(parley, id),
    onGivenUp: (key, error) =>
      parley.log.error(
        { key, err: error },
        'Gave up an invitation; it is looked at again after the next start or outage.',
      ),
  });
  const aside = { attempts: 8, onGivenUp };
  parley.queue.handle(topics.arrivals, {
    concurrency: arrivalsAtOnce,
    attempts: 8,
    run: key => settleIn(parley, key as MessageId),
    onGivenUp: (key, error) => {
      onGivenUp(key, error);
      const found = parley.store.collection('messages').get(key as MessageId);
      found.then(joining => joining && strays.add(joining.chat)).catch(() => undefined);
    },
  });
  parley.queue.handle(topics.floorViews, {
    ...aside,
    concurrency: viewsAtOnce,
    run: key => workFloorView(parley, key as ChatId),
  });
  parley.queue.handle(topics.attention, {
    ...aside,
    concurrency: viewsAtOnce,
    run: key => storeAttention(parley, key as AgentId),
  });
  parley.queue.handle(topics.passages, {
    ...aside,
    concurrency: passagesAtOnce,
    run: key => workPassage(parley, key as AgentId),
    onGivenUp: (key, error) => {
      onGivenUp(key, error);
      parley.clock.after(passageAgainMs, () => parley.queue.wake(topics.passages, key));
    },
  });
  await wakeAll(parley);
  await wakeViews(parley);
  await wakeInvitations(parley);
  wakePassages(parley);
  const stopSweep = startSweep(parley, strays);
  const speak = (): void =>
    parley.queue.handle(topics.turns, {
      concurrency: turnsAtOnce,
      attempts: 8,
      run: key => runTurn(parley, key as TurnId),
      onGivenUp,
    });
  const stop = (): void => {
    stopSweep();
    slots.cancelAll();
  };
  return { speak, stop };
}
