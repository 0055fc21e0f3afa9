import type { MatrixNames } from './names.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';

const timeoutMs = 10_000;

/** Whether the homeserver can write: it keeps a few bytes in the orchestrator's account, over the former ones. */
export async function isWell(
  { requests, names }: { readonly requests: MatrixRequests; readonly names: MatrixNames },
  now: number,
): Promise<boolean> {
  const keeper = names.agent(names.keeper);
  const where = path('user', names.keeper, 'account_data', 'net.parley.probe');
  const what = 'see whether the homeserver can write';
  const request = { what, as: keeper, method: 'PUT', path: where, body: { at: now }, withoutDevice: true } as const;
  try {
    await requests.call({ ...request, timeoutMs, tryForMs: 0 });
    return true;
  } catch {
    return false;
  }
}
