import { parseArgs } from 'node:util';
import { ensureSynapse } from '../ensure-synapse.ts';
import { agentsKeys } from './agents-keys.ts';
import { answerTime } from './answer-time.ts';
import { answersUnderLoad } from './answers-under-load.ts';
import { backlog } from './backlog.ts';
import { crowdedNetwork } from './crowded-network.ts';
import { crowdedRoom } from './crowded-room.ts';
import { crowdedSecretRoom } from './crowded-secret-room.ts';
import { documentStore } from './document-store.ts';
import { encryptedAnswers } from './encrypted-answers.ts';
import { eventBus } from './event-bus.ts';
import { fairness } from './fairness.ts';
import { homeserverCost } from './homeserver-cost.ts';
import { idleAgents } from './idle-agents.ts';
import { describeMachine } from './machine.ts';
import { table, writeResults } from './report.ts';
import { requestSize } from './request-size.ts';
import type { Row } from './result.ts';
import { scale } from './scale.ts';
import { startTime } from './start-time.ts';
import { turnCost } from './turn-cost.ts';
import { workQueue } from './work-queue.ts';
import { workers } from './workers.ts';
import { workspaces } from './workspaces.ts';

/** `npm run bench -- --only a,b --rounds 5 --messages 40`; `--write` puts the results into the page. See docs/benchmarks.md. */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '40' },
    write: { type: 'boolean', default: false },
  },
});

const benchmarks = [
  answerTime,
  answersUnderLoad,
  idleAgents,
  startTime,
  crowdedRoom,
  encryptedAnswers,
  requestSize,
  fairness,
  turnCost,
  scale,
  workQueue,
  eventBus,
  documentStore,
  workers,
  crowdedNetwork,
  backlog,
  workspaces,
  agentsKeys,
  crowdedSecretRoom,
  homeserverCost,
];
const keys = benchmarks.map(({ key }) => key);
const wanted = values.only === '' ? keys : values.only.split(',').map(key => key.trim());
const unknown = wanted.filter(key => !keys.includes(key));
if (unknown.length > 0) throw new Error(`--only knows ${keys.join(', ')}, not ${unknown.join(', ')}`);

process.env.PARLEY_SYNAPSE_PYTHON = await ensureSynapse();
const say = (line: string): void => console.error(line);
const options = { rounds: Number(values.rounds), messages: Number(values.messages), say };
const machine = await describeMachine();
for (const line of machine) say(line);
const rows: Row[] = [];
for (const benchmark of benchmarks.filter(({ key }) => wanted.includes(key))) {
  say(`(${benchmark.key}) ${benchmark.title}`);
  rows.push(...(await benchmark.run(options)));
}
console.log(table(rows));
if (values.write) writeResults(machine, rows);
