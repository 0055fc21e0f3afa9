import { ParleyError } from '../../src/core/errors.ts';
import type { Bridge, Intake } from '../../src/ports/bridge.ts';
import type {
  EditsMessages,
  FindsSent,
  JoinsRooms,
  MakesRooms,
  ReadsAttachments,
  ReadsRooms,
  RedactsMessages,
  ShowsPresence,
  ShowsTyping,
} from '../../src/ports/bridge-capabilities.ts';
import { ensureRoom } from './ensure-room.ts';
import { findSent } from './find-sent.ts';
import { makeGate } from './gate.ts';
import { history } from './history.ts';
import { download } from './media.ts';
import { matrix, matrixNames } from './names.ts';
import type { MatrixBridgeOptions } from './options.ts';
import { makeOutage } from './outage.ts';
import { ping } from './ping.ts';
import { makePresence } from './presence.ts';
import { provisioning } from './provision.ts';
import { matrixRequests } from './requests.ts';
import { joining, roomsOf, stateOf } from './rooms.ts';
import { sending } from './send.ts';
import { fits } from './size.ts';
import { mountTransactions } from './transactions.ts';
import { showTyping } from './typing.ts';

export type MatrixBridge = Bridge &
  EditsMessages &
  FindsSent &
  RedactsMessages &
  ShowsTyping &
  ShowsPresence &
  JoinsRooms &
  ReadsRooms &
  MakesRooms &
  ReadsAttachments;

/** The bridge to Matrix, as an application service. Mounts its routes on `listener` at once; they take events from `start` on. */
export function matrixBridge(options: MatrixBridgeOptions): MatrixBridge {
  const { clock, log } = options;
  const names = matrixNames(options.serverName, options.senderLocalpart);
  let intake: Intake | null = null;
  const gate = makeGate(clock);
  const outage = makeOutage(options.homeserverUrl, clock, { gone, back: () => void closeGap() });
  const requests = matrixRequests({ ...options, names, saw: outage.saw });
  const common = { requests, names, clock, log };
  const presence = makePresence(common);
  const stopping = new AbortController();
  const transactions = mountTransactions(options.listener, {
    ...common,
    hsToken: options.hsToken,
    intake: () => intake,
    gate,
  });

  let gaps = 0;

  /** A look that began before is worth nothing for what is lost now. */
  function gone(): void {
    gaps += 1;
    gate.close();
  }

  /** What comes by transaction waits until what was missed before it is in the log. */
  async function closeGap(): Promise<void> {
    gone();
    const mine = gaps;
    await intake?.gap();
    if (mine === gaps) gate.open();
  }

  async function start(to: Intake): Promise<void> {
    gate.close();
    intake = to;
    const { registrationId, onWaiting } = options;
    await ping({ ...common, registrationId, onWaiting, signal: stopping.signal });
    outage.watch();
    void closeGap();
  }

  async function stop(): Promise<void> {
    stopping.abort(
      new ParleyError('BRIDGE_REQUEST_FAILED', 'The bridge was stopped while it started. Start Parley again.', {
        retry: true,
      }),
    );
    // What is being taken is taken to the end; what comes now stays with the homeserver.
    intake = null;
    gate.open();
    outage.stop();
    await transactions.idle();
    await presence.stop();
    requests.stop();
  }

  return {
    name: matrix,
    start,
    stop,
    ensureAgent: provisioning(common),
    ...sending(requests),
    fits,
    addressOf: names.userId,
    memberAt: names.member,
    showTyping: (chat, as) => showTyping(common, chat, as),
    setPresence: presence.set,
    ...joining(common),
    rooms: as => roomsOf(common, as),
    state: (chat, as) => stateOf(common, chat, as),
    history: query => history(common, query),
    findSent: (delivery, since) => findSent(common, delivery, since),
    ensureRoom: room => ensureRoom(common, room),
    readAttachment: (source, as, maxBytes, signal) => download(requests, { source, as, maxBytes, signal }),
  };
}
