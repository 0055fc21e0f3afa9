import { z } from 'zod';
import { modelConfigSchema } from '../../src/agents/models/model-config.ts';
import { about } from '../about.ts';

export const modelsSection = z
  .array(modelConfigSchema)
  .default([])
  .register(about, {
    description:
      'The models, in the order in which they are tried. None: what the environment names (OPENAI_API_KEY, OPENAI_BASE_URL, ' +
      'PARLEY_MODEL), else Ollama where it runs, else the demo model.',
    example: [
      { id: 'local-mistral', name: 'Mistral 7B', type: 'lm_studio', baseUrl: 'http://localhost:1234' },
      { id: 'llama', name: 'Llama', type: 'ollama', baseUrl: 'http://localhost:11434', model: 'llama3.2' },
    ],
  });
