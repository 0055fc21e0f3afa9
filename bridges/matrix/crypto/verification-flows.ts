import type { AgentId } from '../../../src/core/ids.ts';
import { recent } from '../../../src/core/recent.ts';
import type { MatrixNames } from '../names.ts';
import { isRecord, type RawEvent } from '../raw-event.ts';

/** Which agent is meant by an event of a verification, and in which flow. */
export interface Meant {
  readonly agent: AgentId;
  /** The id of the event that began it. */
  readonly flow: string;
}

/** Knows the verifications that are under way. */
export interface VerificationFlows {
  /** Null where the event is no part of one with an agent. */
  meant(event: RawEvent): Meant | null;
}

const requestType = 'm.key.verification.request';
const stepType = /^m\.key\.verification\.(?:start|ready|accept|key|mac|done|cancel)$/;
/** One takes ten minutes at most. */
const mostUnderWay = 1_000;

export function verificationFlows(names: MatrixNames): VerificationFlows {
  const flows = recent<string, AgentId>(mostUnderWay);
  return {
    meant({ type, content, event_id }) {
      if (type === 'm.room.message' && content.msgtype === requestType) {
        const agent = typeof content.to === 'string' ? names.agent(content.to) : null;
        if (agent !== null) flows.set(event_id, agent);
        return agent === null ? null : { agent, flow: event_id };
      }
      const relation = content['m.relates_to'];
      if (!stepType.test(type) || !isRecord(relation) || typeof relation.event_id !== 'string') return null;
      const agent = flows.get(relation.event_id);
      return agent === undefined ? null : { agent, flow: relation.event_id };
    },
  };
}
