import type { Role } from '../core/crew.ts';
import type { AgentId, ChatId, MessageId, TurnId } from '../core/ids.ts';
import { storeAttention, wakeMinds } from './attention/store-attention.ts';
import { keepUp } from './crew/keep-up.ts';
import { alarms } from './floor/alarms.ts';
import { untoldFloors } from './floor/untold.ts';
import { wakeViews, workFloorView } from './floor-view/work-floor-view.ts';
import type { Installation } from './installation.ts';
import { wakePassages, workPassage } from './lifecycle/passage.ts';
import { enforcedRooms } from './power/keep-power.ts';
import { wakeInvitations } from './reconcile/recover-invitations.ts';
import { type RoomMemory, workRoom } from './room-worker.ts';
import { answerInvitation } from './rooms/answer-invitation.ts';
import { settleIn } from './rooms/settle-in.ts';
import { startSweep, wakeAll } from './sweep.ts';
import { topics } from './topics.ts';
import { mendEnding } from './turns/mend-ending.ts';
import { runTurn } from './turns/run-turn.ts';

const roomsAtOnce = 64;
const turnsAtOnce = 256;
const invitationsAtOnce = 16;
const arrivalsAtOnce = 64;
const viewsAtOnce = 16;
const passagesAtOnce = 8;
const endingsAtOnce = 8;
const againMs = 60_000;

export interface Orchestrator {
  /** Lets agents speak; called once. Until then rooms are worked on, but nobody answers. */
  readonly speak: () => void;
  /** Finds what was left over, and from now on what is lost: of several processes one does it. */
  readonly takeCare: () => Promise<void>;
  /** Ends the sweep and the alarms; the queue is closed by its owner. */
  readonly stop: () => void;
}

/** Begins to work on rooms; a process that is the only one, with what was left over first. What is a bridge only wakes others. */
export async function startOrchestrator(parley: Installation, role: Role = 'all'): Promise<Orchestrator> {
  const slots = alarms(parley.clock, chat => parley.queue.wake(topics.rooms, chat));
  let stopSweep = (): void => undefined;
  const stopKeepingUp = parley.crew.shared ? keepUp(parley) : () => undefined;

  async function takeCare(): Promise<void> {
    await wakeAll(parley);
    await wakeViews(parley);
    await wakeInvitations(parley);
    wakePassages(parley);
    await wakeMinds(parley);
    stopSweep();
    stopSweep = startSweep(parley);
  }

  if (role !== 'bridge')
    handleTopics(parley, {
      alarms: slots,
      enforced: await enforcedRooms(parley),
      untold: untoldFloors(parley),
    });
  if (!parley.crew.shared) await takeCare();
  return {
    speak: () => (role === 'bridge' ? undefined : handleTurns(parley)),
    takeCare,
    stop() {
      stopSweep();
      stopKeepingUp();
      slots.cancelAll();
    },
  };
}

/** Work that was given up is tried again a minute later: what it failed at may be over by then. */
function givingUp(parley: Installation, topic: string): (key: string, error: unknown) => void {
  return (key, error) => {
    parley.log.error({ key, err: error }, 'Gave up for the moment; it is tried again within a minute.');
    parley.clock.after(againMs, () => parley.queue.wake(topic, key));
  };
}

function handleTopics(parley: Installation, memory: RoomMemory): void {
  const handle = (topic: string, concurrency: number, run: (key: string) => Promise<void>): void =>
    parley.queue.handle(topic, { concurrency, attempts: 8, run, onGivenUp: givingUp(parley, topic) });
  handle(topics.rooms, roomsAtOnce, key => workRoom(parley, key as ChatId, memory));
  handle(topics.arrivals, arrivalsAtOnce, key => settleIn(parley, key as MessageId));
  handle(topics.floorViews, viewsAtOnce, key => workFloorView(parley, key as ChatId));
  handle(topics.attention, viewsAtOnce, key => storeAttention(parley, key as AgentId));
  handle(topics.passages, passagesAtOnce, key => workPassage(parley, key as AgentId));
  handle(topics.endings, endingsAtOnce, key => mendEnding(parley, key as TurnId));
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
}

function handleTurns(parley: Installation): void {
  parley.queue.handle(topics.turns, {
    concurrency: turnsAtOnce,
    attempts: 8,
    run: key => runTurn(parley, key as TurnId),
    onGivenUp: givingUp(parley, topics.turns),
  });
}
