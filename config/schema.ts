import { z } from 'zod';
import { about } from './about.ts';
import { accessSection } from './sections/access.ts';
import { attentionSection } from './sections/attention.ts';
import { auditSection } from './sections/audit.ts';
import { budgetsSection } from './sections/budgets.ts';
import { commandsSection } from './sections/commands.ts';
import { conversationSection } from './sections/conversation.ts';
import { floorSection } from './sections/floor.ts';
import { gitSection } from './sections/git.ts';
import { keysSection } from './sections/keys.ts';
import { listenerSection } from './sections/listener.ts';
import { logSection } from './sections/log.ts';
import { mailSection } from './sections/mail.ts';
import { matrixSection } from './sections/matrix.ts';
import { mcpSection } from './sections/mcp.ts';
import { modelsSection } from './sections/models.ts';
import { monitoringSection } from './sections/monitoring.ts';
import { processesSection } from './sections/processes.ts';
import { redisSection } from './sections/redis.ts';
import { retirementSection } from './sections/retirement.ts';
import { sandboxSection } from './sections/sandbox.ts';
import { storeSection } from './sections/store.ts';
import { streamingSection } from './sections/streaming.ts';
import { tasksSection } from './sections/tasks.ts';
import { webSection } from './sections/web.ts';

/** All of `config/parley.yaml`: every option with its default. */
export const configSchema = z.strictObject({
  dataDir: z.string().min(1).default('.parley').register(about, {
    description:
      'The data folder: the store, the credentials, the homeserver. From the folder where Parley is started.',
    env: 'PARLEY_DATA',
  }),
  matrix: matrixSection,
  listener: listenerSection,
  models: modelsSection,
  conversation: conversationSection,
  streaming: streamingSection,
  floor: floorSection,
  commands: commandsSection,
  attention: attentionSection,
  retirement: retirementSection,
  access: accessSection,
  redis: redisSection,
  processes: processesSection,
  tasks: tasksSection,
  audit: auditSection,
  budgets: budgetsSection,
  sandbox: sandboxSection,
  mail: mailSection,
  web: webSection,
  git: gitSection,
  mcp: mcpSection,
  store: storeSection,
  keys: keysSection,
  log: logSection,
  monitoring: monitoringSection,
});
