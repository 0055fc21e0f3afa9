import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/core/message.ts';
import type { Collection, Condition, Query } from '../../../src/ports/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { ill, message, type OpenForTest } from './fixtures.ts';

/** What a document is here: two fields that matter. Everything else is tested elsewhere. */
interface Row {
  readonly _id: string;
  readonly chat: unknown;
  readonly order: unknown;
  readonly version: number;
}

const ids = ['a', 'b', 'c', 'd', 'é', '\uffff', '😀', '\ud800'];
const values = [null, 0, 1, -1.5, 1e15, '', 'a', '0', 'a\u0000', '\uffff', '😀', '\ud800', false, true];
const id = fc.constantFrom(...ids);
const value = fc.constantFrom(...values);
const bound = fc.constantFrom(...values.filter(one => typeof one === 'number' || typeof one === 'string'));
const condition: fc.Arbitrary<Condition> = fc.oneof(
  value,
  fc.array(value, { maxLength: 5 }).map(list => ({ in: list })),
  bound.map(above => ({ above })),
  bound.map(below => ({ below })),
  fc
    .tuple(bound, bound)
    .filter(([a, b]) => typeof a === typeof b)
    .map(([above, below]) => ({ above, below })),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('insert' as const), id, chat: value, order: value }),
  fc.record({ do: fc.constant('replace' as const), id, order: value, stale: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const), id }),
  fc.record({ do: fc.constant('get' as const), id }),
  fc.record({
    do: fc.constant('find' as const),
    chat: fc.option(condition),
    order: fc.option(condition),
    by: fc.constantFrom('_id' as const, 'order' as const),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    limit: fc.integer({ min: 1, max: 6 }),
    after: fc.option(fc.record({ _id: id, order: value })),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Find = Extract<Step, { do: 'find' }>;

/** The order of the port, said in another way than the code says it. */
function rank(one: unknown): [number, Buffer | number] {
  if (one === null) return [0, 0];
  if (typeof one === 'number') return [1, one];
  if (typeof one === 'boolean') return [4, Number(one)];
  const text = String(one);
  return text.isWellFormed() ? [2, Buffer.from(text)] : [3, Buffer.from(text, 'utf16le').swap16()];
}

function compare(a: unknown, b: unknown): number {
  const [kind, key] = rank(a);
  const [otherKind, otherKey] = rank(b);
  if (kind !== otherKind) return kind - otherKind;
  return typeof key === 'number' ? key - Number(otherKey) : key.compare(Buffer.from(otherKey as Buffer));
}

function holds(wanted: Condition | null, found: unknown, asked: boolean): boolean {
  if (!asked) return true;
  if (wanted === null || typeof wanted !== 'object') return wanted === found;
  if ('in' in wanted) return wanted.in.some(one => one === found);
  const { above, below } = wanted;
  return (
    typeof (above ?? below) === typeof found &&
    (above === undefined || compare(found, above) > 0) &&
    (below === undefined || compare(found, below) < 0)
  );
}

/** What a find asks for: the index begins with the chat, so without one neither the order is asked for nor ordered by. */
function asked(find: Find): { readonly chat: boolean; readonly order: boolean; readonly by: Find['by'] } {
  const chat = find.chat !== null;
  return { chat, order: chat && find.order !== null, by: chat ? find.by : '_id' };
}

class Model {
  private readonly rows = new Map<string, Row>();

  apply(step: Step): unknown {
    if (step.do === 'get') return this.rows.get(step.id) ?? null;
    if (step.do === 'delete') return this.rows.delete(step.id);
    if (step.do === 'insert') return this.insert(step);
    return step.do === 'replace' ? this.replace(step) : this.find(step);
  }

  private isTaken(chat: unknown, order: unknown, but: string): boolean {
    return [...this.rows.values()].some(row => row.chat === chat && row.order === order && row._id !== but);
  }

  private insert({ id, chat, order }: Extract<Step, { do: 'insert' }>): string {
    if (this.rows.has(id) || this.isTaken(chat, order, '')) return 'exists';
    this.rows.set(id, { _id: id, chat, order, version: 1 });
    return 'inserted';
  }

  private replace({ id, order, stale }: Extract<Step, { do: 'replace' }>): unknown {
    const row = this.rows.get(id);
    if (row === undefined || stale) return null;
    if (this.isTaken(row.chat, order, id)) return 'TypeError';
    const next = { ...row, order, version: row.version + 1 };
    this.rows.set(id, next);
    return next;
  }

  private find(find: Find): readonly Row[] {
    const sign = find.direction === 'asc' ? 1 : -1;
    const byPlace = (a: Pick<Row, '_id' | 'order'>, b: Pick<Row, '_id' | 'order'>): number =>
      sign * ((asked(find).by === 'order' ? compare(a.order, b.order) : 0) || compare(a._id, b._id));
    const { after } = find;
    return [...this.rows.values()]
      .filter(row => holds(find.chat, row.chat, asked(find).chat) && holds(find.order, row.order, asked(find).order))
      .filter(row => after === null || byPlace(row, after) > 0)
      .sort(byPlace)
      .slice(0, find.limit);
  }
}

const rowOf = ({ _id, chat, order, version }: Message): Row => ({ _id, chat, order, version });

async function perform(messages: Collection<Message>, step: Step): Promise<unknown> {
  if (step.do === 'insert') {
    const draft = { ...message('x', 0), _id: step.id, chat: step.chat, order: step.order };
    return (await messages.insert([ill<Message>(draft)]))[0];
  }
  if (step.do === 'delete') return messages.delete(ill(step.id));
  if (step.do === 'find') return (await messages.find(queryOf(step))).map(rowOf);
  const read = await messages.get(ill(step.id));
  if (step.do === 'get') return read && rowOf(read);
  if (read === null) return null;
  const version = step.stale ? read.version - 1 : read.version;
  try {
    const replaced = await messages.replace({ ...read, order: ill<number>(step.order), version });
    return replaced && rowOf(replaced);
  } catch (error) {
    return error instanceof TypeError ? 'TypeError' : error;
  }
}

function queryOf(find: Find): Query<Message> {
  const { chat, order, by } = asked(find);
  return {
    where: { ...(chat ? { chat: find.chat } : {}), ...(order ? { order: find.order } : {}) },
    orderBy: { field: by, direction: find.direction },
    limit: find.limit,
    ...(find.after === null ? {} : { after: ill<Message>(find.after) }),
  };
}

export function modelContract(open: OpenForTest, numRuns: number): void {
  describe('whatever is asked, in whatever order', () => {
    it('answers as a map would', { timeout: 60_000 }, async () => {
      const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async steps => {
        const { store, close } = await open(heldClock());
        try {
          const model = new Model();
          const messages = store.collection('messages');
          for (const one of steps) expect(await perform(messages, one)).toEqual(model.apply(one));
        } finally {
          await close();
        }
      });
      await fc.assert(property, { numRuns });
    });
  });
}
