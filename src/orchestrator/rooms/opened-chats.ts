import { z } from 'zod';
import type { MemberId } from '../../core/ids.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';

const mostInAnHour = 5;
const hourMs = 3_600_000;

const opened = z.array(z.object({ cause: z.string(), at: z.number() }));

/** Whether somebody may open one more chat within this hour; notes it if so. The same `cause` again is the same chat. */
export async function mayOpenAnother(
  { store, clock }: Pick<Installation, 'store' | 'clock'>,
  who: MemberId,
  cause: string,
): Promise<boolean> {
  const settings = store.collection('settings');
  const { _id } = await ensure(settings, { _id: `chats-opened:${who}`, value: '[]' });
  const noted = await change(settings, _id, setting => {
    const lately = opened.parse(JSON.parse(setting.value)).filter(({ at }) => clock.now() - at < hourMs);
    if (lately.length >= mostInAnHour || lately.some(one => one.cause === cause)) return setting;
    return { ...setting, value: JSON.stringify([...lately, { cause, at: clock.now() }]) };
  });
  return opened.parse(JSON.parse(noted?.value ?? '[]')).some(one => one.cause === cause);
}
