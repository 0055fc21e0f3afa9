import { taskStatuses } from '../tasks/task.ts';
import { eventType } from './event-type.ts';
import { aChat, aFact, aMember, aNumber, anAgent, aTask, oneOf, orNull, yesOrNo } from './fields.ts';

const topic = 'Tasks';

const task = aTask('The task.');
const chat = aChat('The room that it belongs to.');
const nth = aNumber('Counts what happened to the task.');
const by = orNull(aMember('Who did it: a person or an agent; null: Parley’s rules.'));
const agent = orNull(anAgent('The agent that works on it; null: none.'));
const status = (about: string) => oneOf(taskStatuses, about);

const identify = (data: { readonly task: string; readonly nth: number }): string => `${data.task}/${data.nth}`;

/** Tasks, from the wish to the end; `Tasks`. */
export const taskEvents = {
  TaskCreated: eventType({
    topic,
    about: 'Somebody wants something done.',
    key: 'task',
    identify,
    data: {
      task,
      chat,
      nth,
      by,
      number: aNumber('Its number.'),
      complexity: aNumber('How much there is to it, 1 to 10.'),
      parent: orNull(aTask('The task that it is a part of; null: none.')),
    },
  }),
  TaskAssigned: eventType({
    topic,
    about: 'An agent has the task now, or nobody has it any more.',
    key: 'task',
    identify,
    data: { task, chat, nth, by, agent, from: orNull(anAgent('Who had it before; null: nobody.')) },
  }),
  TaskStageChanged: eventType({
    topic,
    about: 'A task goes to another stage, also back.',
    key: 'task',
    identify,
    data: { task, chat, nth, by, agent, from: status('The stage before.'), to: status('The stage now.') },
  }),
  TaskProgressed: eventType({
    topic,
    about: 'More of a stage is done.',
    key: 'task',
    identify,
    data: { task, chat, nth, agent, percent: aNumber('How much of the stage is done, in percent.') },
  }),
  TaskQuestionAsked: eventType({
    topic,
    about: 'An agent asks a person, and the task waits for the answer.',
    key: 'task',
    identify,
    data: { task, chat, nth, agent },
  }),
  ApprovalRequested: eventType({
    topic,
    about: 'An agent wants to do something that a person has to allow.',
    key: 'task',
    identify,
    data: {
      task,
      chat,
      nth,
      agent,
      tool: aFact('The tool that it would use.'),
      hash: aFact('Over the tool and its arguments.'),
      expiresAt: aNumber('Until when it can be allowed, in milliseconds since 1970.'),
    },
  }),
  ApprovalGiven: eventType({
    topic,
    about: 'Somebody has allowed or denied it, or nobody did in time.',
    key: 'task',
    identify,
    data: {
      task,
      chat,
      nth,
      by,
      tool: aFact('The tool.'),
      hash: aFact('Over the tool and its arguments.'),
      granted: yesOrNo('Whether it was allowed.'),
    },
  }),
  TaskCompleted: eventType({
    topic,
    about: 'A task is done, and was reviewed.',
    key: 'task',
    identify,
    data: { task, chat, nth, agent, tokens: aNumber('What it took.'), files: aNumber('How many files came of it.') },
  }),
  TaskFailed: eventType({
    topic,
    about: 'A task could not be done.',
    key: 'task',
    identify,
    data: { task, chat, nth, agent, tokens: aNumber('What it took.'), from: status('The stage in which it failed.') },
  }),
  TaskCancelled: eventType({
    topic,
    about: 'Nobody wants a task any more.',
    key: 'task',
    identify,
    data: { task, chat, nth, by, from: status('The stage in which it was.') },
  }),
};
