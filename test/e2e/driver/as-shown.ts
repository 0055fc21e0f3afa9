import type * as sdk from 'matrix-js-sdk';
import type { MatrixEvent } from './room-view.ts';

/** An event as a client shows it. */
export function asShown(event: sdk.MatrixEvent): MatrixEvent {
  const relation = event.getWireContent()['m.relates_to'] as unknown;
  const content = event.getOriginalContent();
  const stateKey = event.getStateKey();
  return {
    event_id: event.getId() ?? '',
    type: event.getType(),
    sender: event.getSender() ?? '',
    content: relation === undefined ? content : { ...content, 'm.relates_to': relation },
    origin_server_ts: event.getTs(),
    seenAt: event.getTs(),
    ...(stateKey === undefined ? {} : { state_key: stateKey }),
    ...(event.event.redacts === undefined ? {} : { redacts: event.event.redacts }),
  };
}
