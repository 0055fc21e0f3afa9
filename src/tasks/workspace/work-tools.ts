import { isParleyError, ParleyError } from '../../core/errors.ts';
import type { GitHost } from '../../core/git/git-host.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sandbox, Workspace } from '../../ports/sandbox.ts';
import type { Grant } from '../../ports/sandbox-network.ts';
import type { Tool } from '../../ports/tool.ts';
import type { WorkPlace, WorkTools } from '../../ports/work-tools.ts';
import { gitTool } from '../git/git-tool.ts';
import { changeTool } from './change.ts';
import { type Desk, howItEnded, openDesk, pathOf } from './desk.ts';
import { lookTool } from './look.ts';
import { type PageOf, pdfTool } from './pdf.ts';
import { plotTool } from './plot.ts';
import { putReadme } from './put-readme.ts';
import { pythonTool } from './python.ts';
import { shellTool } from './shell.ts';

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

/** Work in a workspace: its files, and commands. */
export function workspaceTools(given: Given): WorkTools {
  const desk = openDesk(given);
  /** Who needs a workspace, or has begun in one, waits where there is nothing to run it in; others do without. */
  const hasOne = async (place: WorkPlace, signal: AbortSignal): Promise<boolean> =>
    (await desk.isThere(signal)) || place.needsWorkspace || (await desk.isUsed(place));
  const put: WorkTools['put'] = async (place, { path, data }, signal) => {
    if (!(await hasOne(place, signal))) return;
    const workspace = await desk.at(place, signal);
    await workspace.files.write(pathOf(path), data);
  };
  const test: WorkTools['test'] = async (place, command, signal) => {
    const workspace = await desk.at(place, signal);
    const ended = await workspace.run({ argv: ['bash', '-c', command] }, { signal, timeoutMs: testMs, outputBytes });
    return { passed: ended.exitCode === 0 && ended.killed === null, output: howItEnded(ended) };
  };
  const run: WorkTools['run'] = async (place, command, options) =>
    (await desk.at(place, options.signal)).run(command, options);
  const readme = putReadme(desk);
  return {
    offer: async (place, signal) => ((await hasOne(place, signal)) ? toolsAt(desk, place, given) : []),
    read: async (place, file, signal) =>
      (await hasOne(place, signal)) ? readIfThere(await desk.at(place, signal), file, signal) : null,
    missing: signal => desk.missing(signal),
    // An engine may come and go while Parley runs; without one there is nothing to put files into, and no test that could be run.
    get put() {
      return desk.wasThere() ? put : undefined;
    },
    get test() {
      return desk.wasThere() ? test : undefined;
    },
    get run() {
      return desk.wasThere() ? run : undefined;
    },
    get readme() {
      return desk.wasThere() ? readme : undefined;
    },
  };
}

/** Who plans or reviews looks at the files and changes nothing. The order stays the same for ever. */
function toolsAt(desk: Desk, place: WorkPlace, { git = [], pageOf }: Given): Tool[] {
  const files = lookTool(desk, place);
  const repositories = gitTool({ desk, place, hosts: git });
  if (place.stage !== 'build' && place.stage !== 'test') return [files, repositories];
  return [
    shellTool(desk, place),
    pythonTool(desk, place),
    files,
    changeTool(desk, place),
    repositories,
    plotTool(desk, place),
    pdfTool(desk, place, pageOf),
  ];
}

interface Wanted {
  readonly path: string;
  readonly maxBytes: number;
}

async function readIfThere(workspace: Workspace, { path, maxBytes }: Wanted, signal: AbortSignal) {
  try {
    return await readAll(workspace, { path: pathOf(path), maxBytes }, signal);
  } catch (error) {
    if (isParleyError(error, 'WORKSPACE_NO_FILE')) return null;
    throw error;
  }
}

async function readAll(
  { files, limits }: Workspace,
  { path, maxBytes }: Wanted,
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
