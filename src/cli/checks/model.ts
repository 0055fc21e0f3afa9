import { type Check, fine, open, wrong } from './check.ts';

export const modelCheck: Check = {
  name: 'Model',
  async run({ main, config, env, signal }) {
    const models = await main.describeModels({ config, env, signal });
    const lines = models.map(({ name, detail }) => (detail.includes(name) ? detail : `${name}: ${detail}`)).join('; ');
    if (models.length === 0) return open('none is configured', 'Set OPENAI_API_KEY, or start Ollama.');
    if (models.some(({ ok }) => ok)) return fine(lines);
    return wrong(lines, 'Correct its key or address in the environment or in config/parley.yaml.');
  },
};
