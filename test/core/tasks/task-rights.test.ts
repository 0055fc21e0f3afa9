import { expect, it } from 'vitest';
import { bridgeName, foreignMember } from '../../../src/core/ids.ts';
import { maySteer } from '../../../src/core/tasks/task-rights.ts';
import { everybodyIs } from '../../fakes/access.ts';

const [mara, tom, ann] = ['@mara', '@tom', '@ann'].map(name => foreignMember(bridgeName('memory'), name)) as [
  never,
  never,
  never,
];
const rules = everybodyIs('user', { '@ann': 'admin' });
const task = { createdBy: mara, askedBy: mara };
const chat = { createdBy: tom, chatType: 'group', accessRights: {}, participants: [mara, tom, ann] } as const;

it('who asked for a task, who leads its room and admins steer it while they are in the room, and nobody who was put out of it', () => {
  for (const one of [mara, tom, ann]) {
    expect(maySteer(one, task, { rules, chat })).toBe(true);
    const without = chat.participants.filter(member => member !== one);
    expect(maySteer(one, task, { rules, chat: { ...chat, participants: without } })).toBe(false);
  }
});
