import { parseArgs } from 'node:util';
import { startScriptedModel } from './server.ts';

/** `node test/fakes/scripted-model/main.ts --port 0 --delay 20`: the scripted model for trying things by hand and for benchmarks. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    delay: { type: 'string', default: '0' },
  },
});
const model = await startScriptedModel({ port: Number(values.port), host: values.host, delayMs: Number(values.delay) });
console.log(model.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void model.close());
