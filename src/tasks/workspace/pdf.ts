import { z } from 'zod';
import type { Workspace } from '../../ports/sandbox.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { type Desk, howItEnded, orWhy, pathOf } from './desk.ts';
import { pdfProgram } from './pdf-program.ts';

const timeoutMs = 120_000;
const outputBytes = 8_000;

/** Markdown as a page of HTML, with its pictures. Pure. */
export type PageOf = (markdown: string, title: string) => string;

const parameters = z.object({
  path: z
    .string()
    .max(300)
    .regex(/\.pdf$/, 'a path that ends with .pdf')
    .default('output/report.pdf')
    .describe('Where the document goes.'),
  file: z
    .string()
    .max(300)
    .regex(/\.(?:md|html)$/, 'a path that ends with .md or .html')
    .optional()
    .describe('A file of the workspace, in Markdown or HTML.'),
  markdown: z.string().min(1).max(25_000).optional().describe('Instead of a file: the text itself, in Markdown.'),
  title: z.string().max(200).default('').describe('Of the document; it is not shown on the page.'),
});

/** Makes a PDF of Markdown or HTML. May be repeated: the same document is made again. */
export const pdfTool = (desk: Desk, place: WorkPlace, pageOf: PageOf): Tool =>
  tool({
    name: 'pdf',
    description:
      'Makes a PDF in the workspace of the task, of Markdown or HTML. Pictures, such as ![](plot.png), and styles are files of the workspace, named from the folder of the file, or from the workspace for a text that you give.',
    parameters,
    limitMs: timeoutMs + 30_000,
    run: ({ path, file, markdown, title }, signal) =>
      orWhy(async () => {
        if ((file === undefined) === (markdown === undefined)) return 'Give either a file or Markdown.';
        const workspace = await desk.at(place, signal);
        const source =
          file === undefined ? { html: pageOf(markdown ?? '', title) } : await read(workspace, file, { pageOf, title });
        const input = JSON.stringify({ ...source, path: pathOf(path) });
        const argv = ['python3', '-I', '-c', pdfProgram] as const;
        const ended = await workspace.run({ argv, input }, { signal, timeoutMs, outputBytes });
        return ended.exitCode === 0 ? ended.stdout.text.trimEnd() : `It is not made. ${howItEnded(ended)}`;
      }),
  });

async function read(
  { files }: Workspace,
  given: string,
  { pageOf, title }: { readonly pageOf: PageOf; readonly title: string },
): Promise<object> {
  const file = pathOf(given);
  // HTML is read by the program that makes a document of it.
  if (file.endsWith('.html')) return { file };
  const { bytes } = await files.read(file, { length: 1_000_000 });
  return { html: pageOf(new TextDecoder().decode(bytes), title), base: file };
}
