import { isParleyError } from '../../core/errors.ts';
import { withWhatWasDone } from '../../core/tasks/readme.ts';
import type { WorkTools } from '../../ports/work-tools.ts';
import type { Desk } from './desk.ts';

const readme = 'README.md';

/** Writes into the README what was done, where there is a workspace; none is made for it. */
export const putReadme =
  (desk: Desk): NonNullable<WorkTools['readme']> =>
  async (place, text, signal) => {
    if (!(await desk.isUsed(place))) return;
    const { files } = await desk.at(place, signal);
    const before = await files.read(readme).catch(error => {
      if (isParleyError(error, 'WORKSPACE_NO_FILE')) return { bytes: new Uint8Array() };
      throw error;
    });
    await files.write(readme, withWhatWasDone(new TextDecoder().decode(before.bytes), text));
  };
