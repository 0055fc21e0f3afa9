import type { ModelRequest } from '../../fakes/scripted-model/server.ts';
import type { Answer } from './answer.ts';

/** The times between one moment and the next. */
export function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

/** Whether two of the model's calls were under way at the same time. */
export function overlaps(requests: readonly ModelRequest[]): boolean {
  const sorted = requests.toSorted((a, b) => a.at - b.at);
  return sorted.some(
    (request, index) => index > 0 && request.at < (sorted[index - 1]?.endedAt ?? Number.POSITIVE_INFINITY),
  );
}

/** When the last version of an answer was sent, by the homeserver's clock. */
export function completedAt(answer: Answer): number {
  return Math.max(...answer.parts.flatMap(part => part.versions.map(version => version.sentAt)));
}

/** When the answer's first message was sent, by the homeserver's clock. */
export function begunAt(answer: Answer): number {
  return answer.message.sentAt;
}
