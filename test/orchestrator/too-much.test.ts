import { expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';

it('more rooms than may wait at once are taken when there is room, and each is answered once', async () => {
  const refused: number[] = [];
  const { bridge, clock, answers, parley, runtime } = await testParley({ bounds: { most: 260, outside: 60 } });
  runtime.answer(async function* () {
    await new Promise<void>(resolve => void clock.after(400, resolve));
    yield { type: 'text', text: 'Good morning to you, too.' };
  });
  const { hasRoom } = parley.queue;
  parley.queue.hasRoom = () => {
    const has = hasRoom();
    if (!has) refused.push(clock.now());
    return has;
  };
  const people = Array.from({ length: 200 }, (_, at) => bridge.person(`p${at}`));
  const rooms = people.map(person => {
    const room = person.dm('@agent-ada');
    person.say(room, 'Good morning');
    return room;
  });
  for (let minutes = 0; minutes < 10; minutes++) await clock.advance(60_000);
  expect(refused.length).toBeGreaterThan(0);
  expect(rooms.map(room => answers(room).filter(({ agent, notice }) => agent === 'ada' && !notice).length)).toEqual(
    rooms.map(() => 1),
  );
});
