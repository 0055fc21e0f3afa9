import type { MatrixRequest, MatrixRequests } from '../../../bridges/matrix/requests.ts';

/** Requests that are only written down, each as `PUT /path {"body":…}`. */
export function recordedRequests(answer: (request: MatrixRequest) => unknown = () => ({})) {
  const lines: string[] = [];
  const requests: MatrixRequests = {
    call: async request => {
      lines.push(`${request.method} ${decodeURIComponent(request.path)} ${JSON.stringify(request.body)}`);
      return answer(request);
    },
    get: () => Promise.reject(new Error('nothing to get')),
    useDevices: true,
    stop: () => undefined,
  };
  return { requests, lines };
}
