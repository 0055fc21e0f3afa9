/** Names of tools; null: all there are. */
export type ToolList = readonly string[] | null;

/** What every task needs: to end its stages, to be told of, to ask, to read its files, and to run its tests. Nothing takes them away. */
const ofEveryTask = [
  'submit_plan',
  'submit_work',
  'submit_checks',
  'submit_review',
  'tasks',
  'ask_person',
  'read_file',
  'run_tests',
];

/** Whether a tool is in all of the lists: an agent's own, a room's, a role's. Each can narrow, and none can widen. */
export const allows = (lists: readonly ToolList[], name: string): boolean =>
  lists.every(list => list === null || list.includes(name.startsWith('mcp_') ? 'mcp' : name));

/** The same in the work on a task. */
export const allowsInTask = (lists: readonly ToolList[], name: string): boolean =>
  ofEveryTask.includes(name) || allows(lists, name);

/** Whether who has one list may use all that is in another one. */
export const hasAllOf = (own: ToolList, other: ToolList): boolean =>
  own === null || other?.every(name => own.includes(name)) === true;
