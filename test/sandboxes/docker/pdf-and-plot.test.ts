import { expect, it, onTestFinished } from 'vitest';
import type { Agent } from '../../../src/core/agent.ts';
import { agentId, bridgeName, messageId, taskId } from '../../../src/core/ids.ts';
import { pageOf } from '../../../src/documents/page-of.ts';
import { runCall } from '../../../src/ports/run-call.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { describeWith } from '../../servers.ts';
import { openDocker } from './fixtures.ts';

const { signal } = new AbortController();
const MiB = 1024 * 1024;
const log = { warn: () => undefined };
const place = {
  agent: { _id: agentId('ada'), name: 'Ada' } as Agent,
  task: taskId(messageId(bridgeName('test'), '$event')),
  number: 7,
  stage: 'build',
} as const;

describeWith('sandbox', 'pictures and documents', () => {
  async function opened() {
    const { sandbox, end } = await openDocker({ memoryBytes: 512 * MiB, processes: 256 });
    onTestFinished(end);
    const tools = workspaceTools({ sandbox, clock: systemClock, grants: [], pageOf });
    const call = async (name: string, input: Record<string, unknown>): Promise<string> =>
      runCall({ id: '1', name, input }, { tools: await tools.offer(place as never, signal), log, signal, name: null });
    const write = (path: string, content: string) => call('change_files', { action: 'write', path, content });
    const read = async (path: string): Promise<Buffer> =>
      Buffer.from((await tools.read(place as never, { path, maxBytes: 8 * MiB }, signal)) ?? []);
    return { call, write, read };
  }
  /** Width and height, as the head of a PNG has them. */
  const sizeOf = (png: Buffer): number[] => [png.readUInt32BE(16), png.readUInt32BE(20)];

  it('draws columns of a CSV, grouped in the order of the file, and numbers that are given', async () => {
    const { call, write, read } = await opened();
    await write('attached/sales.csv', 'month,sum,who\nApril,3,a\nMay,7,b\nMay,9,c\n');
    const drawn = await call('plot', {
      kind: 'bar',
      file: 'attached/sales.csv',
      x: 'month',
      y: ['sum'],
      group: 'mean',
      title: 'Costs in $ and $x^',
    });
    expect(drawn).toMatch(/^output\/plot\.png is drawn: 2 places, 1 series, \d+ bytes\./);
    expect(drawn).toMatch(/April\s+3\.0\s+May\s+8\.0/);
    expect(sizeOf(await read('output/plot.png'))).toEqual([1200, 720]);
    for (const kind of ['line', 'scatter', 'histogram', 'pie', 'box']) {
      const data = { x: ['a', 'b', 'c'], series: [{ name: 'n', values: [1, 2, 3] }] };
      expect(await call('plot', { kind, data, path: `output/${kind}.png` }), kind).toContain('is drawn');
      expect(sizeOf(await read(`output/${kind}.png`)), kind).toEqual([1200, 720]);
    }
  });

  it('says what can’t be drawn, and draws nothing outside', async () => {
    const { call, write } = await opened();
    await write('a.csv', 'month,sum\nMay,x\n');
    const plot = (more: object) => call('plot', { kind: 'line', file: 'a.csv', y: ['sum'], ...more });
    expect(await plot({ y: ['none'] })).toContain("There is no column 'none'. There are: month, sum");
    expect(await plot({})).toContain('There are no numbers to plot.');
    expect(await plot({ file: 'none.csv' })).toContain('It is not drawn.');
    expect(await plot({ path: '../plot.png' })).toContain('leads out of the workspace');
    expect(await plot({ path: 'plot.svg' })).toContain('a path that ends with .png');
    expect(await call('plot', { kind: 'line' })).toBe('Give either a file or data.');
    const uneven = { x: ['a'], series: [{ name: 'n', values: [1, 2] }] };
    expect(await call('plot', { kind: 'line', data: uneven })).toContain("The series 'n' has 2 values for 1 places.");
  });

  it('makes a PDF of Markdown with a picture of the workspace, and of HTML', async () => {
    const { call, write, read } = await opened();
    await call('plot', { kind: 'bar', data: { series: [{ name: 'n', values: [1, 2] }] } });
    const text = '# Sales\n\n![plot](output/plot.png)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
    const made = await call('pdf', { markdown: text, title: 'Sales' });
    expect(made).toMatch(/^output\/report\.pdf is made: 1 pages, \d{4,} bytes\.$/);
    const pdf = await read('output/report.pdf');
    expect([pdf.subarray(0, 5).toString(), pdf.includes('/Subtype /Image')]).toEqual(['%PDF-', true]);
    await write('output/page.html', '<h1>One</h1><img src="plot.png"><p style="page-break-before: always">Two');
    expect(await call('pdf', { file: 'output/page.html', path: 'output/page.pdf' })).toMatch(/is made: 2 pages/);
    await write('output/report.md', '# From a file\n\n![plot](plot.png)');
    expect(await call('pdf', { file: 'output/report.md', path: 'output/file.pdf' })).toMatch(
      /1 pages, \d{4,} bytes\.$/,
    );
  });

  it('takes nothing into a PDF but what is in the workspace', async () => {
    const { call, write, read } = await opened();
    await call('shell', { command: 'mkdir -p src && ln -s /etc/passwd src/link && ln -s / src/root' });
    const bad = [
      'file:///etc/passwd',
      '../../etc/passwd',
      'src/link',
      'src/root/etc/passwd',
      'http://127.0.0.1/x',
      'file://host/etc/passwd',
    ];
    const parts = bad.map(url => `<a rel="attachment" href="${url}">x</a><img src="${url}">`);
    await write(
      'page.html',
      `<link rel="attachment" href="file:///etc/passwd"><link rel="stylesheet" href="file:///etc/passwd">${parts.join('')}`,
    );
    const made = await call('pdf', { file: 'page.html' });
    expect(made).toContain('is made: 1 pages');
    expect(made).toContain('Left out, as it is no file of the workspace: file:///etc/passwd');
    expect((await read('output/report.pdf')).includes('EmbeddedFile')).toBe(false);
    expect(await call('pdf', { file: '../etc/x.html' })).toContain('leads out of the workspace');
    expect(await call('pdf', { file: 'none.md' })).toMatch(/is not there/);
  });
});
