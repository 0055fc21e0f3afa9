import { z } from 'zod';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { type Desk, howItEnded, orWhy, pathOf } from './desk.ts';
import { plotProgram } from './plot-program.ts';

const timeoutMs = 60_000;
const outputBytes = 8_000;
const [most, mostSeries] = [2_000, 10];
const label = z.string().max(200);
const column = z.string().min(1).max(200);

const parameters = z.object({
  kind: z.enum(['line', 'bar', 'scatter', 'histogram', 'pie', 'box']),
  path: z
    .string()
    .max(300)
    .regex(/\.png$/, 'a path that ends with .png')
    .default('output/plot.png')
    .describe('Where the picture goes.'),
  file: z.string().min(1).max(300).optional().describe('A CSV of the workspace with a line of headings.'),
  x: column.optional().describe('With file: the column that stands below.'),
  y: z.array(column).min(1).max(mostSeries).optional().describe('With file: the columns that are drawn.'),
  group: z
    .enum(['mean', 'sum', 'count', 'min', 'max', 'median'])
    .optional()
    .describe('With file and x: what becomes of lines of the same x.'),
  data: z
    .object({
      x: z
        .array(z.union([z.string().max(200), z.number()]))
        .max(most)
        .optional(),
      series: z
        .array(z.object({ name: label, values: z.array(z.number()).min(1).max(most) }))
        .min(1)
        .max(mostSeries),
    })
    .optional()
    .describe('Instead of a file: the numbers themselves.'),
  title: label.optional(),
  xLabel: label.optional(),
  yLabel: label.optional(),
});

/** Draws a picture of numbers. May be repeated: the same picture is drawn again. */
export const plotTool = (desk: Desk, place: WorkPlace): Tool =>
  tool({
    name: 'plot',
    description:
      'Draws numbers as a PNG in the workspace of the task, from columns of a CSV or from numbers that you give, and tells what is on it. For what this can’t draw there is matplotlib in python.',
    parameters,
    limitMs: timeoutMs + 30_000,
    run: (wish, signal) =>
      orWhy(async () => {
        if ((wish.file === undefined) === (wish.data === undefined)) return 'Give either a file or data.';
        if (wish.file !== undefined && wish.y === undefined) return 'With a file, say in y which columns are drawn.';
        const path = pathOf(wish.path);
        const file = wish.file === undefined ? undefined : pathOf(wish.file);
        const workspace = await desk.at(place, signal);
        const argv = ['python3', '-I', '-c', plotProgram] as const;
        const input = JSON.stringify({ ...wish, path, file });
        const ended = await workspace.run({ argv, input }, { signal, timeoutMs, outputBytes });
        return ended.exitCode === 0 ? ended.stdout.text.trimEnd() : `It is not drawn. ${howItEnded(ended)}`;
      }),
  });
