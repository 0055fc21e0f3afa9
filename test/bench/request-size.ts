import type { Benchmark } from './result.ts';
import { agent, openScene } from './scene.ts';

const goalBytes = 4096;
const answers = 10;

/** How much the model gets to read for one line, and how often it is asked. */
export const requestSize: Benchmark = {
  key: 'f',
  title: 'size of the model request for one line in a fresh direct chat, and calls for each answer',
  async run() {
    await using scene = await openScene();
    const mara = await scene.newAsker();
    const who = agent('ada');
    const room = await mara.roomWith([who], 'direct');
    await mara.ask(room, who);
    const [first] = await scene.modelRequests();
    for (let i = 1; i < answers; i += 1) await mara.ask(room, who);
    const calls = (await scene.modelRequests()).length / answers;
    const bytes = first?.bytes ?? Number.NaN;
    const common = { key: 'f', against: '–', ratio: '–' };
    return [
      {
        ...common,
        what: 'Model request for one line',
        parley: `${bytes} bytes`,
        goal: '≤ 4 KiB',
        met: bytes <= goalBytes,
      },
      { ...common, what: 'Model calls for each answer', parley: String(calls), goal: '1', met: calls === 1 },
    ];
  },
};
