import type { Document } from '../../core/document.ts';
import type { TaskId } from '../../core/ids.ts';
import type { Collection } from '../../ports/store.ts';
import type { Installation } from '../installation.ts';

const atOnce = 200;

/** Deletes what was thought, told and made for a task: its steps, updates and files, and what agents keep of it. May be repeated. */
export async function forgetWork({ store }: Pick<Installation, 'store'>, task: TaskId): Promise<void> {
  for (const name of ['task_steps', 'task_updates', 'task_files', 'memories'] as const)
    await removeAll(store.collection(name) as unknown as Collection<OfTask>, task);
}

interface OfTask extends Document {
  readonly task: TaskId;
}

async function removeAll(documents: Collection<OfTask>, task: TaskId): Promise<void> {
  for (;;) {
    const found = await documents.find({ where: { task }, limit: atOnce });
    for (const { _id } of found) await documents.delete(_id);
    if (found.length < atOnce) return;
  }
}
