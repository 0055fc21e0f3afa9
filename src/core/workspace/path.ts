import { ParleyError } from '../errors.ts';

const longest = 1000;

/** The parts of a path of a workspace, without `.` and `..`; none for the folder itself. Rejects what leads outside by its words alone. */
export function partsOf(path: string): readonly string[] {
  if (path.length > longest || path.includes('\0')) throw noFile(path.slice(0, 40), 'is no path');
  if (path.startsWith('/')) throw outside(path);
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw outside(path);
  }
  return parts;
}

/** The same as one text; `.` for the folder itself. */
export const normalPath = (path: string): string => partsOf(path).join('/') || '.';

const outside = (path: string): ParleyError =>
  new ParleyError(
    'WORKSPACE_OUTSIDE',
    `${JSON.stringify(path)} leads out of the workspace. Name a path inside, such as src/plot.py.`,
  );

export const noFile = (path: string, why = 'is not there'): ParleyError =>
  new ParleyError('WORKSPACE_NO_FILE', `${JSON.stringify(path)} ${why}.`);
