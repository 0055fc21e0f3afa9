import { z } from 'zod';
import type { Agent, AgentWords } from '../../core/agent.ts';
import { listed, unquoted } from '../../core/agent-words.ts';
import { agent, choice, text } from '../../core/command/parameters.ts';
import { editAgent } from '../lifecycle/change-agent.ts';
import { ruleAgent } from './agent-answer.ts';
import { command } from './command.ts';

const fields = ['name', 'description', 'instructions', 'skills', 'model'] as const;

export const agentEdit = command({
  name: 'agent edit',
  summary: 'Changes an agent at once: its name, description, instructions, skills or models.',
  needs: 'command',
  parameters: z.object({
    agent: agent('The agent.'),
    field: choice(fields, 'What is to change.'),
    value: text('What it is to be; skills and models with commas between them.'),
  }),
  example: 'agent edit @Ada skills code, typescript, reviews',
  async run({ agent: id, field, value }, call) {
    return ruleAgent(call, { id, command: 'agent edit' }, async before => {
      const words = wordsOf(before, field, value.replace(/^:\s*/u, ''));
      const after = await editAgent(call.scene.parley, { agent: id, by: call.message.from, words });
      return `The ${field} of **${after.name}** ${isPlural(field) ? 'are changed, and count' : 'is changed, and counts'} from now on.`;
    });
  },
});

const isPlural = (field: string): boolean => field.endsWith('s');

function wordsOf({ resources }: Agent, field: (typeof fields)[number], value: string): Partial<AgentWords> {
  if (field === 'skills') return { resources: { ...resources, skills: listed(value) } };
  return field === 'model' ? { model: listed(value) } : { [field]: unquoted(value.trim()) };
}
