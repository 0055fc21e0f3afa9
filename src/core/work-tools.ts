import { conversationTools } from './conversation-tools.ts';

/** What an agent may use while it works on tasks, beside what the task itself needs: names of tools, which stand in its file. `mcp` is all tools of MCP servers. */
export const workTools = [
  'shell',
  'python',
  'look_at_files',
  'change_files',
  'web_search',
  'read_page',
  'git',
  'github',
  'email',
  'pdf',
  'plot',
  'ask_colleague',
  'remember',
  'mcp',
] as const;

/** All that can be named in the file of an agent, each once. */
export const toolNames = [...new Set([...conversationTools, ...workTools])];
