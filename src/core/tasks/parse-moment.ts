const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };
const span = /^(?:in\s+)?(\d{1,5}(?:\.\d{1,2})?)\s*(minutes?|mins?|m|hours?|h|days?|d|weeks?|w)$/iu;
const date = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?(?:\s*(?:UTC|Z))?$/iu;
const furthestMs = 5 * 366 * 86_400_000;

/** A moment that is still to come, in milliseconds since 1970: `2h`, `3 days`, `2026-12-24 18:00` (UTC). A date alone is its end. Null: none. */
export function parseMoment(text: string, now: number): number | 'none' | null {
  const said = text.trim();
  if (/^(?:none|no|never)$/iu.test(said)) return 'none';
  const moment = bySpan(said, now) ?? byDate(said);
  return moment !== null && moment > now && moment - now <= furthestMs ? moment : null;
}

function bySpan(said: string, now: number): number | null {
  const [, count = '', unit = ''] = span.exec(said) ?? [];
  const size = unitMs[unit.slice(0, 1).toLowerCase()];
  return size === undefined ? null : now + Number(count) * size;
}

function byDate(said: string): number | null {
  const [whole, year = '', month = '', day = '', hour, minute] = date.exec(said) ?? [];
  if (whole === undefined) return null;
  const time = hour === undefined ? '23:59' : `${hour}:${minute}`;
  const moment = Date.parse(`${year}-${month}-${day}T${time}:00Z`);
  return Number.isNaN(moment) ? null : moment;
}
