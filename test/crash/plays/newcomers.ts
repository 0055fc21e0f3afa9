import { setTimeout as sleep } from 'node:timers/promises';
import { clientPath } from '../../e2e/driver/matrix-http.ts';
import type { Person } from '../../e2e/driver/person.ts';
import type { Book, Play } from '../book.ts';
import type { Random } from '../random.ts';
import { type Speaker, surely } from '../send.ts';

const patienceMs = 120_000;
/** Nobody may give more than thirty commands a minute. */
const pauseOfTwoMs = 4_500;

interface Guests {
  readonly people: readonly Person[];
  /** User ids by name. */
  readonly agents: Readonly<Record<string, string>>;
}

/** People make rooms and invite an agent there: it introduces itself, answers, and is alone in the end. */
export const visits = (book: Book, { people, agents }: Guests, random: Random): Play => ({
  rest: [3_000, 9_000],
  async act() {
    const [host, name] = [random.pick(people), random.pick(Object.keys(agents))];
    const agent = agents[name] ?? '';
    const id = await surely(() => host.createRoom({ is_direct: true, invite: [agent] }));
    book.add({ id, people: [host], partner: name });
    const came = await book.within(patienceMs, () => host.messages(id).find(({ sender }) => sender === agent));
    if (came === null) return void book.faults.push({ kind: 'life', room: id, what: `${name} did not come` });
    const asked = await book.say(host, id, key => `${key} [[say: ${key} said]]`);
    await book.within(patienceMs, () => book.isAnswered(id, asked.id, name) || undefined);
    await surely(() => host.request('POST', clientPath('rooms', id, 'leave')));
  },
});

/** Where agents are made and retired: by whom, and in which room. */
export interface Nursery {
  readonly id: string;
  readonly owner: Speaker;
  readonly serverName: string;
}

/** An agent is made, comes into the room, answers, and is retired. */
export function lives(book: Book, { id, owner, serverName }: Nursery): Play {
  let count = 0;
  let begunAt = 0;
  const patiently = async (what: string, look: () => unknown): Promise<boolean> => {
    const found = await book.within(patienceMs, () => look() || undefined);
    if (found === null) book.faults.push({ kind: 'life', room: id, what: `Nora${count} ${what}` });
    return found !== null;
  };
  return {
    rest: [1_000, 6_000],
    brings: ['passage.'],
    async act() {
      await sleep(Math.max(0, begunAt + pauseOfTwoMs - Date.now()));
      begunAt = Date.now();
      count += 1;
      const name = `Nora${count}`;
      const agent = `@agent-nora${count}:${serverName}`;
      await book.say(owner, id, () => `!agent create ${name} "Comes and goes."`);
      if (
        !(await patiently('did not come', () =>
          owner
            .view(id)
            .messages()
            .some(({ sender }) => sender === agent),
        ))
      )
        return;
      const asked = await book.say(owner, id, key => `@${name}: ${key} [[say: ${key} said]]`);
      await patiently('did not answer', () => book.isAnswered(id, asked.id, name));
      await book.say(owner, id, () => `!agent retire ${name}`);
      await patiently('did not leave', () => owner.view(id).membership(agent) === 'leave');
    },
  };
}
