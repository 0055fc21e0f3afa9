import { loadConfig } from '../../config/load.ts';
import type { Agent } from '../core/agent.ts';
import { painter } from './colours.ts';
import type { CliContext } from './context.ts';
import { printable } from './printable.ts';

export async function runAgentsList(
  context: CliContext,
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const { env, cwd, stdout } = context;
  const config = await loadConfig({ env, cwd });
  const { listAgents } = await context.loadMain();
  const agents = await listAgents({ config, env });
  if (json) {
    stdout.write(`${JSON.stringify(agents.map(publicFields), undefined, 2)}\n`);
    return 0;
  }
  const paint = painter(stdout, env);
  const width = Math.max(...agents.map(({ _id }) => _id.length)) + 2;
  for (const { _id, name, status, description, resources } of agents.filter(isSpeaker)) {
    stdout.write(`${paint('bold', _id.padEnd(width))}${printable(`${name}, ${status}. ${description}`)}\n`);
    if (resources.skills.length > 0)
      stdout.write(`${' '.repeat(width)}${paint('dim', printable(short(resources.skills)))}\n`);
  }
  for (const { _id, name, description } of agents.filter(agent => !isSpeaker(agent)))
    stdout.write(
      `\nNo agent to talk with:\n${paint('bold', _id.padEnd(width))}${printable(`${name}. ${description}`)}\n`,
    );
  return 0;
}

const isSpeaker = ({ role }: Agent): boolean => role === 'agent';

function publicFields({ _id, name, role, status, description, currentActivities, resources, model, lastSeen }: Agent) {
  return { id: _id, name, role, status, description, currentActivities, skills: resources.skills, model, lastSeen };
}

function short(skills: readonly string[]): string {
  const text = skills.join(', ');
  return text.length > 100 ? `${text.slice(0, 100).replace(/[, ]+\S*$/, '')}, …` : text;
}
