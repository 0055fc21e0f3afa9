import {
  type KeysClaimRequest,
  type KeysQueryRequest,
  type KeysUploadRequest,
  RequestType,
  type RoomMessageRequest,
  type SignatureUploadRequest,
  type ToDeviceRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm';
import { ParleyError } from '../../../src/core/errors.ts';
import { step } from '../../../src/telemetry/step.ts';
import { path } from '../path.ts';
import type { MatrixRequest, MatrixRequests } from '../requests.ts';
import type { Device } from './device.ts';

/** What the library asks to be sent. The machine hears what came of it. */
export type Outgoing =
  | KeysUploadRequest
  | KeysQueryRequest
  | KeysClaimRequest
  | ToDeviceRequest
  | SignatureUploadRequest
  | RoomMessageRequest;

/** An agent's device, and the way to the homeserver. */
export interface Wired {
  readonly device: Device;
  readonly requests: MatrixRequests;
  /** Leaves at the homeserver how far the keys are. Before what must never be sent from a copy of the store once more, with the same keys. */
  readonly mark: () => Promise<void>;
}

/** Somebody waits for the message; what fails now is tried again with the next. */
const limits = { timeoutMs: 20_000, tryForMs: 20_000 } as const;
/** Answers may ask for more: keys that are to be queried, claimed, uploaded. */
const mostRounds = 5;

/** A request as a device. */
export const asDevice = (
  { device, requests }: Wired,
  request: Omit<MatrixRequest, 'as' | 'device'>,
): Promise<unknown> => requests.call({ ...limits, ...request, as: device.agent, device: device.deviceId });

/** Whether it belongs to a verification between devices; no agent takes part in one, whoever asks for it however often. */
export const isVerification = (type: unknown): boolean =>
  typeof type === 'string' && type.startsWith('m.key.verification.');

/** Sends one, and tells the machine. */
export async function send(wired: Wired, outgoing: Outgoing): Promise<void> {
  const { id, type } = outgoing;
  const isIdle = type === RequestType.ToDevice && isVerification((outgoing as ToDeviceRequest).event_type);
  const answer = isIdle ? {} : await asDevice(wired, requestFor(outgoing, wired.device));
  step('keys.sent');
  if (id === undefined) return;
  await wired.device.call(machine => machine.markRequestAsSent(id, type, JSON.stringify(answer ?? {})));
}

/** Sends several, in order. */
export async function sendAll(wired: Wired, all: readonly Outgoing[]): Promise<void> {
  if (all.some(usesKeys)) await wired.mark();
  for (const outgoing of all) await send(wired, outgoing);
}

/** Whether keys have gone on for it that no message in a room tells of. */
const usesKeys = (outgoing: Outgoing): boolean =>
  outgoing.type === RequestType.KeysUpload ||
  (outgoing.type === RequestType.ToDevice && (outgoing as ToDeviceRequest).event_type === 'm.room.encrypted');

/** Sends all that the machine has to send. */
export async function flush(wired: Wired): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const all = await wired.device.call(machine => machine.outgoingRequests());
    if (all.length === 0) return;
    await sendAll(wired, all as Outgoing[]);
  }
}

function requestFor(outgoing: Outgoing, { agent }: Device): Omit<MatrixRequest, 'as' | 'device'> {
  const body = JSON.parse(outgoing.body) as object;
  const what = `look after the keys of ${agent}`;
  switch (outgoing.type) {
    case RequestType.KeysUpload:
      return { what, method: 'POST', path: '/keys/upload', body };
    case RequestType.KeysQuery:
      return { what, method: 'POST', path: '/keys/query', body };
    case RequestType.KeysClaim:
      return { what, method: 'POST', path: '/keys/claim', body };
    case RequestType.SignatureUpload:
      return { what, method: 'POST', path: '/keys/signatures/upload', body };
    case RequestType.ToDevice: {
      const { event_type, txn_id } = outgoing as ToDeviceRequest;
      return { what, method: 'PUT', path: path('sendToDevice', event_type, txn_id), body };
    }
    case RequestType.RoomMessage: {
      const { room_id, event_type, txn_id } = outgoing as RoomMessageRequest;
      return { what, method: 'PUT', path: path('rooms', room_id, 'send', event_type, txn_id), body };
    }
    default:
      throw new ParleyError(
        'ENCRYPTION_FAILED',
        `The encryption library asks for what Parley does not know (${outgoing.type}).`,
      );
  }
}
