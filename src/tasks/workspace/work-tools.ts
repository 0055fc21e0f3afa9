import { isParleyError, ParleyError } from '../../core/errors.ts';
import type { GitHost } from '../../core/git/git-host.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sandbox, Workspace } from '../../ports/sandbox.ts';
import type { Grant } from '../../ports/sandbox-network.ts';
import type { WorkPlace, WorkTools } from '../../ports/work-tools.ts';
import { gitTool } from '../git/git-tool.ts';
import { changeTool } from './change.ts';
import { desk, howItEnded, pathOf } from './desk.ts';
import { lookTool } from './look.ts';
import { type PageOf, pdfTool } from './pdf.ts';
import { plotTool } from './plot.ts';
import { pythonTool } from './python.ts';
import { shellTool } from './shell.ts';
import { writeNote } from './write-note.ts';

const testMs = 10 * 60_000;
const outputBytes = 12_000;

interface Given {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly grants: readonly Grant[];
  /** The servers of git repositories that tasks may use. Default: none. */
  readonly git?: readonly GitHost[];
  /** How Markdown is printed. */
  readonly pageOf: PageOf;
}

/** Work in a workspace: its files, and commands. Who plans or reviews looks at the files and changes nothing. */
export function workspaceTools(given: Given): WorkTools {
  const place = desk(given);
  /** Who needs a workspace, or has begun in one, waits where there is nothing to run it in; others do without. */
  const hasOne = async (where: WorkPlace, signal: AbortSignal): Promise<boolean> =>
    (await place.isThere(signal)) || where.needsWorkspace || (await place.isUsed(where));
  const put: WorkTools['put'] = async (where, { path, data }, signal) => {
    if (!(await hasOne(where, signal))) return;
    const workspace = await place.at(where, signal);
    await workspace.files.write(pathOf(path), data);
  };
  const test: WorkTools['test'] = async (where, command, signal) => {
    const workspace = await place.at(where, signal);
    const ended = await workspace.run({ argv: ['bash', '-c', command] }, { signal, timeoutMs: testMs, outputBytes });
    return { passed: ended.exitCode === 0 && ended.killed === null, output: howItEnded(ended) };
  };
  const made = (where: WorkPlace) => [plotTool(place, where), pdfTool(place, where, given.pageOf)];
  const run: WorkTools['run'] = async (where, command, options) =>
    (await place.at(where, options.signal)).run(command, options);
  const note = writeNote(place);
  return {
    async offer(where, signal) {
      if (!(await hasOne(where, signal))) return [];
      const looking = lookTool(place, where);
      const changes = where.stage === 'build' || where.stage === 'test';
      const git = gitTool({ desk: place, place: where, hosts: given.git ?? [] });
      return changes
        ? [shellTool(place, where), pythonTool(place, where), looking, changeTool(place, where), git, ...made(where)]
        : [looking, git];
    },

    async read(where, { path, maxBytes }, signal) {
      if (!(await hasOne(where, signal))) return null;
      const workspace = await place.at(where, signal);
      try {
        return await readAll(workspace, { path: pathOf(path), maxBytes }, signal);
      } catch (error) {
        if (isParleyError(error, 'WORKSPACE_NO_FILE')) return null;
        throw error;
      }
    },

    missing: signal => place.missing(signal),

    // An engine may come and go while Parley runs; without one there is nothing to put files into, and no test that could be run.
    get put() {
      return place.wasThere() ? put : undefined;
    },
    get test() {
      return place.wasThere() ? test : undefined;
    },
    get run() {
      return place.wasThere() ? run : undefined;
    },
    get note() {
      return place.wasThere() ? note : undefined;
    },
  };
}

async function readAll(
  { files, limits }: Workspace,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; ; ) {
    signal.throwIfAborted();
    const { bytes, size } = await files.read(path, { offset, length: limits.fileBytes });
    if (size > maxBytes || offset + bytes.length > maxBytes)
      throw new ParleyError(
        'MESSAGE_TOO_LARGE',
        `${path} has ${size} bytes, and at most ${maxBytes} can be handed over.`,
      );
    pieces.push(bytes);
    offset += bytes.length;
    if (bytes.length === 0 || offset >= size) break;
  }
  return new Uint8Array(Buffer.concat(pieces));
}
