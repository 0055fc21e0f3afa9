import { agentCreate } from './agent-create.ts';
import { agentEdit } from './agent-edit.ts';
import { agentList } from './agent-list.ts';
import { agentPause } from './agent-pause.ts';
import { agentResume } from './agent-resume.ts';
import { agentRetire } from './agent-retire.ts';
import { agentShow } from './agent-show.ts';
import { budget } from './budget.ts';
import { budgetSet } from './budget-set.ts';
import { chat } from './chat.ts';
import type { Command } from './command.ts';
import { floor } from './floor.ts';
import { floorAsk } from './floor-ask.ts';
import { floorClear } from './floor-clear.ts';
import { floorGive } from './floor-give.ts';
import { floorHold } from './floor-hold.ts';
import { floorModerator } from './floor-moderator.ts';
import { floorNext } from './floor-next.ts';
import { floorResume } from './floor-resume.ts';
import { floorSlot } from './floor-slot.ts';
import { floorStrategy } from './floor-strategy.ts';
import { floorVolunteers } from './floor-volunteers.ts';
import { help } from './help.ts';
import { queue } from './queue.ts';
import { quiet } from './quiet.ts';
import { stop } from './stop.ts';
import { task } from './task.ts';
import { taskAssign } from './task-assign.ts';
import { taskCancel } from './task-cancel.ts';
import { taskComplexity } from './task-complexity.ts';
import { taskDeadline } from './task-deadline.ts';
import { taskFiles } from './task-files.ts';
import { taskGet } from './task-get.ts';
import { taskList } from './task-list.ts';
import { taskLog } from './task-log.ts';
import { taskNew } from './task-new.ts';
import { taskPause } from './task-pause.ts';
import { taskPriority } from './task-priority.ts';
import { taskResume } from './task-resume.ts';
import { taskRetry } from './task-retry.ts';
import { taskRoom } from './task-room.ts';
import { taskShow } from './task-show.ts';
import { taskStatus } from './task-status.ts';
import { tools } from './tools.ts';
import { toolsAll } from './tools-all.ts';
import { toolsOnly } from './tools-only.ts';
import { who } from './who.ts';

const floors = [
  floor,
  floorAsk,
  floorNext,
  floorGive,
  floorClear,
  floorHold,
  floorResume,
  floorStrategy,
  floorVolunteers,
  floorModerator,
  floorSlot,
];

const agents = [agentList, agentShow, agentCreate, agentEdit, agentPause, agentResume, agentRetire];

const tasks = [
  task,
  taskNew,
  taskRoom,
  taskList,
  taskShow,
  taskStatus,
  taskAssign,
  taskPriority,
  taskDeadline,
  taskComplexity,
  taskPause,
  taskResume,
  taskCancel,
  taskRetry,
  taskFiles,
  taskGet,
  taskLog,
];

/** Every command, in the order of `!help`. A new one is a file beside this one and a word here. */
export const allCommands: readonly Command[] = [
  help,
  who,
  queue,
  chat,
  stop,
  quiet,
  ...floors,
  ...agents,
  ...tasks,
  tools,
  toolsOnly,
  toolsAll,
  budget,
  budgetSet,
];
