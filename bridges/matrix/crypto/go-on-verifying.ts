import { RoomId, Sas, UserId, VerificationMethod, VerificationRequestPhase } from '@matrix-org/matrix-sdk-crypto-wasm';
import type { RawEvent } from '../raw-event.ts';
import { flush, type Outgoing, send, type Wired } from './outgoing.ts';
import type { ShownEmoji } from './shown-emoji.ts';
import { asSent } from './unseal.ts';

/**
 * Goes on with a verification in a room, as far as this event leads. The agent agrees to whatever it sees: whether both see the same is for the
 * person to say, who compares them with `ShownEmoji` where its owner shows them. May be repeated.
 * https://spec.matrix.org/v1.16/client-server-api/#short-authentication-string-sas-verification
 */
export async function goOnVerifying(wired: Wired, event: RawEvent, flow: string): Promise<ShownEmoji | null> {
  const { device } = wired;
  const { room_id, sender } = event;
  await device.call(machine => machine.updateTrackedUsers([new UserId(sender)]));
  await flush(wired);
  await device.call(machine => machine.receiveVerificationEvent(asSent(event), new RoomId(room_id)));
  const { replies, shown } = await device.call(async machine => {
    using request = machine.getVerificationRequest(new UserId(sender), flow);
    if (request === undefined || request.isCancelled() || request.isDone()) return { replies: [], shown: null };
    if (request.phase() === VerificationRequestPhase.Requested)
      return { replies: [request.acceptWithMethods([VerificationMethod.SasV1])], shown: null };
    const sas = request.getVerification();
    return sas instanceof Sas ? answerTo(sas, sender) : { replies: [], shown: null };
  });
  for (const reply of replies) if (reply !== undefined) await send(wired, reply as Outgoing);
  await flush(wired);
  return shown;
}

async function answerTo(sas: Sas, person: string): Promise<{ replies: unknown[]; shown: ShownEmoji | null }> {
  if (!sas.canBePresented()) return { replies: [sas.accept()], shown: null };
  const emoji = (sas.emoji() ?? []).map(({ symbol, description }) => ({ symbol, name: description }));
  return { replies: await sas.confirm(), shown: { with: person, emoji } };
}
