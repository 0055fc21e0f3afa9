import type { ModelHealth } from '../../ports/agent-runtime.ts';
import { type Check, type CheckResult, fine, open, wrong } from './check.ts';

export const modelCheck: Check = {
  name: 'Model',
  async run({ main, config, env, signal }) {
    const models = await main.describeModels({ config, env, signal });
    if (models.length === 0) return open('none is configured', 'Set OPENAI_API_KEY, or start Ollama.');
    return models.map(resultOf);
  },
};

function resultOf({ name, ok, detail, remedy }: ModelHealth): CheckResult {
  const text = detail.includes(name) ? detail : `${name}: ${detail}`;
  return ok ? fine(text) : wrong(text, remedy ?? 'Correct it in the environment or in config/parley.yaml.');
}
