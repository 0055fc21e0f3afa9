import { ParleyError } from '../../src/core/errors.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { Bridge, Intake } from '../../src/ports/bridge.ts';
import type {
  ClosesAccounts,
  EditsMessages,
  Encrypts,
  FindsSent,
  InvitesMembers,
  JoinsRooms,
  LinksRooms,
  MakesRooms,
  ModeratesRooms,
  ProvesHealth,
  Reacts,
  ReadsAttachments,
  ReadsEarlier,
  ReadsEdits,
  ReadsRooms,
  RedactsMessages,
  SendsFiles,
  ShowsPresence,
  ShowsTyping,
} from '../../src/ports/bridge-capabilities.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { noSignals } from '../../src/ports/signals.ts';
import { callsBack } from './calls-back.ts';
import { makeComeback } from './comeback.ts';
import { type Cipher, makeCipher } from './crypto/cipher.ts';
import { closeAccount } from './devices.ts';
import { earlier } from './earlier.ts';
import { ensureRoom } from './ensure-room.ts';
import { findSent } from './find-sent.ts';
import { makeGap } from './gap.ts';
import { makeGate } from './gate.ts';
import { latestEdit } from './growth.ts';
import { history } from './history.ts';
import { isThere } from './is-there.ts';
import { isWell } from './is-well.ts';
import { linkTo } from './link.ts';
import { download } from './media.ts';
import { type MatrixNames, matrix, matrixNames } from './names.ts';
import type { MatrixBridgeOptions } from './options.ts';
import { makeOutage } from './outage.ts';
import { ping } from './ping.ts';
import { moderating } from './power/change-power.ts';
import { makePresence } from './presence.ts';
import { provisioning } from './provision.ts';
import { type MatrixRequests, matrixRequests } from './requests.ts';
import { joining, roomsOf, stateOf } from './rooms.ts';
import { sending } from './send.ts';
import { makeSequence } from './sequence.ts';
import { fits } from './size.ts';
import { mountTransactions } from './transactions.ts';
import { showTyping } from './typing.ts';

export type MatrixBridge = Bridge &
  EditsMessages &
  FindsSent &
  Reacts &
  RedactsMessages &
  ShowsTyping &
  ShowsPresence &
  JoinsRooms &
  LinksRooms &
  ReadsEdits &
  ReadsRooms &
  ReadsEarlier &
  MakesRooms &
  InvitesMembers &
  ClosesAccounts &
  ModeratesRooms &
  SendsFiles &
  ReadsAttachments &
  ProvesHealth &
  Partial<Encrypts>;

interface Common {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
  readonly cipher: Cipher | null;
}

/** The bridge to Matrix, as an application service. Mounts its routes on `listener` at once; they take events from `start` on. */
export function matrixBridge(options: MatrixBridgeOptions): MatrixBridge {
  const { clock, log, listener, hsToken, homeserverUrl, registrationId, onWaiting } = options;
  const names = matrixNames(options.serverName, options.keeperLocalpart);
  let intake: Intake | null = null;
  const gap = makeGap({
    clock,
    async lookUp() {
      cipher?.forget();
      await intake?.gap();
    },
    catchUp: async chats => intake?.catchUp(chats),
  });
  const sequence = makeSequence({ signals: options.signals ?? noSignals, clock });
  const comeback = makeComeback();
  const outage = makeOutage({
    homeserverUrl,
    clock,
    isThere: () => isThere(homeserverUrl),
    gone() {
      cipher?.forget();
      sequence.forget();
      gap.begin();
    },
    back() {
      comeback.tell();
      void gap.close();
    },
  });
  const requests = matrixRequests({ ...heedless, ...options, names, saw: outage.saw, comeback });
  const cipher = cipherFor(options, { requests, names, intake: () => intake });
  const common = { requests, names, clock, log, cipher };
  const presence = makePresence(common);
  const stopping = new AbortController();
  const calls = callsBack();
  const doubted = makeGate(clock);
  const routes = { ...common, hsToken, intake: () => intake, gap, sequence, doubted, callsBack: calls };
  const transactions = mountTransactions(listener, routes);

  async function start(to: Intake): Promise<void> {
    gap.begin();
    intake = to;
    await ping({ ...common, registrationId, callsBack: calls, onWaiting, signal: stopping.signal });
    outage.watch();
    void gap.close();
  }

  async function stop(): Promise<void> {
    stopping.abort(stoppedEarly());
    // What is being taken is taken to the end; what comes now stays with the homeserver.
    intake = null;
    outage.stop();
    gap.stop();
    doubted.open();
    await transactions.idle();
    await presence.stop();
    await closing(cipher, { clock, requests });
  }

  return { name: matrix, start, stop, ...actions(common), setPresence: presence.set };
}

/** For a process that is alone, and asks nobody. */
const heedless = { guard: () => undefined, onUnwell: () => undefined };

function cipherFor(
  { keys, onlyEncrypted = false, clock, log }: MatrixBridgeOptions,
  { intake, ...how }: Pick<Common, 'requests' | 'names'> & { readonly intake: () => Intake | null },
): Cipher | null {
  if (keys === null) return null;
  // What can't be given on now is found again by the next look into the room.
  const deliver = async (event: ChatEvent): Promise<void> => intake()?.receive([event]);
  return makeCipher({ ...how, store: keys, onlyEncrypted, clock, log, deliver });
}

/** What devices still tell the homeserver has a moment. */
const closingMs = 3_000;

async function closing(cipher: Cipher | null, { clock, requests }: Pick<Common, 'clock' | 'requests'>): Promise<void> {
  const cancel = clock.after(closingMs, requests.stop);
  await cipher?.close();
  cancel();
  requests.stop();
}

function stoppedEarly(): ParleyError {
  const message = 'The bridge was stopped while it started. Start Parley again.';
  return new ParleyError('BRIDGE_REQUEST_FAILED', message, { retry: true });
}

/** What needs requests only, and may be done before `start`. */
function actions(common: Common): Omit<MatrixBridge, 'name' | 'start' | 'stop' | 'setPresence'> {
  const { requests, names } = common;
  return {
    ensureAgent: provisioning(common),
    async closeAccount(agent) {
      await closeAccount(requests, agent);
      await common.cipher?.remove(agent);
    },
    ...sending(common),
    fits,
    addressOf: names.userId,
    memberAt: names.member,
    showTyping: (chat, as) => showTyping(common, chat, as),
    ...joining(common),
    rooms: as => roomsOf(common, as),
    state: (chat, as) => stateOf(common, chat, as),
    history: query => history(common, query),
    earlier: query => earlier(common, query),
    latestEdit: message => latestEdit(common, message),
    findSent: (delivery, since) => findSent(common, delivery, since),
    ...moderating(common),
    ensureRoom: room => ensureRoom(common, room),
    linkTo: chat => linkTo(chat, names),
    readAttachment: (source, as, maxBytes, signal) => download(requests, { source, as, maxBytes, signal }),
    isWell: () => isWell(common, common.clock.now()),
    ...(common.cipher === null ? {} : { encrypts: true, onlyEncrypted: common.cipher.onlyEncrypted }),
  };
}
